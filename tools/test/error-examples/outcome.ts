import { CodedError, type Diagnostic, formatDiagnostic } from '@slipway/diag'
import { makeProgram } from '../../../packages/cli/src/program.ts'
import { runHelm } from '../../../packages/cli/src/helm/index.ts'
import type { Io } from '../../../packages/cli/src/io.ts'
import { runKustomize } from '../../../packages/cli/src/kustomize/run.ts'
import { printError } from '../../../packages/cli/src/output/errors.ts'
import { CommanderError } from 'commander'
import { run as runKubectl } from '../../../packages/cli/src/commands/kubectl.ts'
import type { Example, Outcome } from './example.ts'
import { makePlace, makeRepository, type Place } from './place.ts'

const IN_BRACKETS = / \[([A-Z]+(?:_[A-Z]+)*)\]$/gm

/** Makes the situation of an example, does what it says, and gives the codes that came, what was printed, masked, and how its command ended. */
export async function outcomeOf(example: Example): Promise<Outcome> {
  const place = await makePlace()
  for (const [path, text] of Object.entries({ ...example.beside, ...example.files })) place.write(path, text)
  if (example.committed === true) makeRepository(place)
  await example.prepare?.(place)
  const outcome =
    example.command === undefined ? await outcomeOfCall(example, place) : await outcomeOfCommand(example.command, place)
  return { ...outcome, printed: masked(outcome.printed, place, example.masks ?? []) }
}

function masked(text: string, place: Place, masks: readonly (readonly [RegExp, string])[]): string {
  const own = text.replaceAll(place.directory, '/home/you/shop').replaceAll(place.home, '/home/you')
  return masks.reduce((all, [pattern, by]) => all.replace(pattern, by), own).trimEnd()
}

async function outcomeOfCall({ run, input, files = {} }: Example, place: Place): Promise<Outcome> {
  const text = input ?? Object.values(files)[0] ?? ''
  try {
    const result = await run?.(place, text)
    return Array.isArray(result)
      ? ofDiagnostics(result as Diagnostic[], text)
      : { codes: [], printed: 'nothing was raised' }
  } catch (error) {
    return ofError(error)
  }
}

function ofDiagnostics(diagnostics: readonly Diagnostic[], text: string): Outcome {
  return {
    codes: [...new Set(diagnostics.map(({ code }) => code))],
    printed: diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, () => text)).join('\n'),
  }
}

function ofError(error: unknown): Outcome {
  if (!(error instanceof CodedError)) throw error
  let printed = ''
  printError(error, { env: {}, stderr: { write: (text) => (printed += text) !== '' } })
  return { codes: [error.code], printed }
}

async function outcomeOfCommand(command: string, place: Place): Promise<Outcome> {
  const [, name = '', ...args] = command.split(' ')
  const capture = { stdout: '', stderr: '' }
  const io = ioOf(place, capture)
  const exit = await run(name, args, io).catch((error: unknown) => exitOf(error, io))
  const printed = shownOf(capture)
  return { codes: [...printed.matchAll(IN_BRACKETS)].map(([, code = '']) => code), printed, exit }
}

// As main.ts of the command does it; the parser has printed what it has to say.
function exitOf(error: unknown, io: Io): number {
  return error instanceof CommanderError ? 2 : printError(error, io)
}

// What goes well is not what the page is about.
const shownOf = ({ stdout, stderr }: Captured): string => (stderr === '' ? stdout : stderr)

function run(name: string, args: readonly string[], io: Io): Promise<number> {
  if (name === 'helm') return runHelm(args, io)
  if (name === 'kustomize') return runKustomize(args, { ...io, now: () => new Date(0) })
  return name === 'kubectl' ? runKubectl(args, io) : runOwn([name, ...args], io)
}

async function runOwn(args: readonly string[], io: Io): Promise<number> {
  let exit = 0
  await makeProgram(io, (code) => {
    exit = code
  }).parseAsync([...args], { from: 'user' })
  return exit
}

interface Captured {
  stdout: string
  stderr: string
}

// A terminal: the drop-in commands show people the code and the place, too.
function ioOf(place: Place, capture: Captured): Io {
  const stderr = { write: (text: string) => (capture.stderr += text) !== '', isTTY: true }
  return {
    stdout: { write: (text) => (capture.stdout += text) !== '' },
    stderr,
    cwd: place.directory,
    env: place.env,
    isTerminal: false,
    canAsk: false,
    ask: () => Promise.resolve(''),
    signal: new AbortController().signal,
  }
}
