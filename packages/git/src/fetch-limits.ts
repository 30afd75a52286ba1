import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What bounds a fetch. */
export interface Limits {
  /** Aborts when a limit is exceeded, or when the caller's signal does. */
  readonly signal: AbortSignal
  /** Which limit was exceeded, in words; undefined for none. */
  exceeded(): string | undefined
  /** Looks once more, and throws when a limit is exceeded: what is fast is over between two looks. */
  assert(): Promise<void>
  stop(): void
}

const TIME_LIMIT = 600_000
const SIZE_LIMIT = 4 * 1024 ** 3
const LOOK_EVERY = 200

/** Watches the clock and the disk while a repository is fetched: a server may send as much as it likes, as slowly as it likes. */
export function startLimits(
  directory: string,
  { signal, timeLimit = TIME_LIMIT, sizeLimit = SIZE_LIMIT }: LimitOptions,
): Limits {
  const abort = new AbortController()
  let why: string | undefined
  const exceed = (reason: string): void => {
    why ??= reason
    abort.abort()
  }
  const forward = (): void => abort.abort()
  signal?.addEventListener('abort', forward, { once: true })
  const timer = setTimeout(() => exceed(`it took longer than ${timeLimit / 1000} s`), timeLimit)
  const look = async (): Promise<void> => {
    const size = await sizeOf(join(directory, 'objects'))
    if (size > sizeLimit) exceed(`it is larger than ${sizeLimit} bytes`)
  }
  const looking = setInterval(() => void look(), LOOK_EVERY)
  return {
    signal: abort.signal,
    exceeded: () => why,
    assert: async () => {
      await look()
      abort.signal.throwIfAborted()
    },
    stop: () => {
      clearTimeout(timer)
      clearInterval(looking)
      signal?.removeEventListener('abort', forward)
    },
  }
}

/** What callers may set. */
export interface LimitOptions {
  readonly signal?: AbortSignal
  readonly timeLimit?: number
  readonly sizeLimit?: number
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const sizes = entries.map((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sizeOf(path)
    return stat(path).then(
      ({ size }) => size,
      () => 0,
    )
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
