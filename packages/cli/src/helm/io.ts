import type { Writable } from 'node:stream'
import type { Compat } from '@slipway/chart'

/** What a run of the command reads and writes. */
export interface HelmIo {
  readonly stdout: Pick<Writable, 'write'>
  readonly stderr: Pick<Writable, 'write'> & { readonly isTTY?: boolean | undefined }
  /** What relative paths are relative to. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The whole standard input, for `-f -`; read at most once. */
  readonly stdin?: () => Promise<Uint8Array>
  /** The release of Helm that is stood in for: 4.3 by default. */
  readonly compat?: Compat
  /** Milliseconds of the epoch. */
  readonly now?: () => number
}

/** What ends a command with `Error: ` and its message. */
export class HelmError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options)
    this.name = 'HelmError'
  }
}

/** A line of Helm's log on stderr, as Go's text handler writes it. */
export function logLine(
  level: 'INFO' | 'WARN' | 'ERROR',
  message: string,
  fields: Readonly<Record<string, string>> = {},
): string {
  const pairs = Object.entries({ msg: message, ...fields }).map(([key, value]) => `${key}=${quoted(value)}`)
  return `level=${level} ${pairs.join(' ')}\n`
}

/** Go's slog quotes what has spaces, quotes, equal signs or what does not print. */
function quoted(text: string): string {
  return text !== '' && /^[^\s"=\u0000-\u001f\u007f]+$/.test(text) ? text : JSON.stringify(text)
}
