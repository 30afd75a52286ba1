import { ChartError, type Compat } from '@slipway/chart'
import { CodedError } from '@slipway/diag'
import { TemplateError } from '@slipway/gotemplate'
import { runComplete } from './commands/complete.ts'
import { runDependency } from './commands/dependency.ts'
import { runLint } from './commands/lint.ts'
import { runShow } from './commands/show.ts'
import { runTemplate } from './commands/template.ts'
import { runVersion } from './commands/version.ts'
import { isStackOverflow, runDeep } from './deep.ts'
import { HelmError, type HelmIo } from './io.ts'

export type { HelmIo } from './io.ts'

type Command = (args: readonly string[], io: HelmIo) => void | Promise<void>

const COMMANDS: Readonly<Record<string, Command>> = {
  template: runTemplate,
  lint: runLint,
  show: runShow,
  inspect: runShow,
  dependency: runDependency,
  dep: runDependency,
  dependencies: runDependency,
  version: runVersion,
  __complete: runComplete,
}

/**
 * Helm's own commands that need no cluster, with its flags, output, wording and exit codes: `template`, `lint`, `show`, `dependency`, `version`.
 * Gives the exit code.
 */
export async function runHelm(given: readonly string[], helmIo: HelmIo): Promise<number> {
  const { args, compat } = takeCompat(given)
  if (compat === 'unknown') {
    helmIo.stderr.write('Error: --compat is helm3 or helm4\n')
    return 1
  }
  const io = compat === undefined ? helmIo : { ...helmIo, compat }
  const at = commandIndex(args)
  const name = at < 0 ? '' : (args[at] ?? '')
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) return unknown(name, io)
  const noting = noted(io)
  try {
    await command([...args.slice(0, at), ...args.slice(at + 1)], noting.io)
    return 0
  } catch (error) {
    const code = isStackOverflow(error) ? await runDeep(given, io, noting.written()) : undefined
    if (code !== undefined) return code
    if (!isForUsers(error)) throw error
    io.stderr.write(`Error: ${error.message}\n`)
    // Programs get Helm's words and nothing else; people see the code and what to do, too.
    if (io.stderr.isTTY === true) io.stderr.write(adviceOn(error))
    return 1
  }
}

function adviceOn(error: Error): string {
  let at: unknown = error
  while (at instanceof Error && !(at instanceof CodedError)) at = at.cause
  if (!(at instanceof CodedError)) return ''
  return `  [${at.code}]\n${at.hint === undefined ? '' : `  hint: ${at.hint}\n`}`
}

/** Which Helm is stood in for: the one flag that is not Helm's. */
function takeCompat(given: readonly string[]): { args: readonly string[]; compat: Compat | 'unknown' | undefined } {
  const at = given.findIndex((arg) => arg === '--compat' || arg.startsWith('--compat='))
  if (at < 0) return { args: given, compat: undefined }
  const isApart = given[at] === '--compat'
  const value = isApart ? given[at + 1] : given[at]?.slice('--compat='.length)
  const args = [...given.slice(0, at), ...given.slice(at + (isApart ? 2 : 1))]
  return { args, compat: value === 'helm3' || value === 'helm4' ? value : 'unknown' }
}

/** The same output, of which what was written to stderr is known. */
function noted(io: HelmIo): { readonly io: HelmIo; readonly written: () => string } {
  let written = ''
  const write = (text: string): boolean => {
    written += text
    return io.stderr.write(text)
  }
  return { io: { ...io, stderr: { write } }, written: () => written }
}

/** Global flags may stand before the command. */
const WITH_VALUE =
  /^(?:-n|--(?:namespace|kube-?[a-z-]*|registry-config|repository-(?:config|cache)|content-cache|burst-limit|qps|colou?r))$/

function commandIndex(args: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (!arg.startsWith('-')) return at
    if (WITH_VALUE.test(arg)) at++
  }
  return -1
}

function unknown(name: string, io: HelmIo): number {
  if (name === '') {
    io.stdout.write(`Helm commands that Slipway answers: ${Object.keys(COMMANDS).slice(0, 5).join(', ')}, version\n`)
    return 0
  }
  io.stderr.write(`Error: unknown command "${name}" for "helm"\nRun 'helm --help' for usage.\n`)
  return 1
}

function isForUsers(error: unknown): error is Error {
  return error instanceof HelmError || error instanceof ChartError || error instanceof TemplateError
}
