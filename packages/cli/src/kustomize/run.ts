import { CodedError, formatFrame, formatLocation } from '@slipway/diag'
import { KustomizeError } from '@slipway/kustomize'
import { runBuild } from './build.ts'
import { readText, runFix } from './fix.ts'
import { FlagError } from './flags.ts'

/** What the command uses of its process. */
export interface KustomizeIo {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean | undefined }
  /** The directory that relative paths start in. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The time in front of log lines. */
  readonly now: () => Date
}

const VERSION = 'v5.8.2'
const HELP = `
Manages declarative configuration of Kubernetes.
See https://sigs.k8s.io/kustomize

Usage:
  kustomize [command]

Available Commands:
  build                     Build a kustomization target from a directory or URL
  edit fix                  Says what to write in the place of old fields
  version                   Prints the kustomize version
`

/** Runs a command line of kustomize (without the program's name) and gives its exit code: 0, or 1 with \`Error: ...\` on the standard error. */
export async function runKustomize(args: readonly string[], io: KustomizeIo): Promise<number> {
  try {
    return await dispatch(args, io)
  } catch (error) {
    if (!(error instanceof FlagError || error instanceof CodedError)) throw error
    io.stderr.write(`Error: ${error.message}\n`)
    // Programs get the real tool's words and nothing else; people see the place, too.
    if (io.stderr.isTTY === true && error instanceof KustomizeError) io.stderr.write(placeOf(error))
    return 1
  }
}

function placeOf({ code, range, hint }: KustomizeError): string {
  const textOf = (file: string): string | undefined => readText(`/${file}`)
  const lines =
    range === undefined ? [`  [${code}]`] : [`  at /${formatLocation(range)} [${code}]`, formatFrame(range, textOf)]
  if (hint !== undefined) lines.push(`  hint: ${hint}`)
  return lines.map((line) => `${line}\n`).join('')
}

async function dispatch([command, ...rest]: readonly string[], io: KustomizeIo): Promise<number> {
  switch (command) {
    case 'build':
      return runBuild(rest, io)
    case 'edit':
      if (rest[0] === 'fix') return runFix(io)
      throw new FlagError(`edit ${rest[0] ?? ''} is not built in: only edit fix, which says what to change`)
    case 'version':
      io.stdout.write(`${VERSION}\n`)
      return 0
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      io.stdout.write(HELP)
      return 0
    default:
      io.stderr.write(
        `Error: unknown command ${JSON.stringify(command)} for "kustomize"\nRun 'kustomize --help' for usage.\n`,
      )
      return 1
  }
}
