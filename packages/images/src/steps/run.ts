import { mkdir, rm } from 'node:fs/promises'
import { delimiter, dirname, join, posix } from 'node:path'
import type { Command, Flag, RunInstruction } from '@slipway/dockerfile'
import { errorAt } from '../errors.ts'
import { resolveInside } from '../inside.ts'
import { resolveWord, type StepPlace } from '../state.ts'
import { kindAt } from '../host-files.ts'
import { copyInto } from './copy.ts'
import { atHome, fenced } from './fence.ts'
import { runProcess } from './process.ts'
import { readShellLine, type ShellCommand } from './shellline.ts'

const ALLOWED = new Set(['npm', 'pnpm', 'yarn', 'node'])

/**
 * Carries out a RUN line on the host, in the stage's working directory. Only npm, pnpm, yarn and node run, each started directly and never through a
 * shell; everything else could change the host, which is the layer below, and is refused with file and line.
 */
export async function runStep(place: StepPlace, instruction: RunInstruction): Promise<void> {
  const commands = allowedCommands(place, instruction.command)
  const binds = readMounts(place, instruction.flags)
  const added: string[] = []
  try {
    for (const bind of binds) added.push(...(await bindInto(place, bind)))
    for (const command of commands) await runCommand(place, command)
  } finally {
    for (const path of added) await rm(path, { recursive: true, force: true })
  }
}

/** The commands of a RUN line. @throws ImageError `IMAGE_RUN_REFUSED` unless every one is npm, pnpm, yarn or node. */
export function allowedCommands(place: Pick<StepPlace, 'range'>, command: Command): readonly ShellCommand[] {
  const read = command.form === 'shell' ? readShellLine(command.text) : [execCommand(command.argv)]
  const refuse = (what: string): Error =>
    errorAt(
      place.range,
      ['IMAGE_RUN_REFUSED', `${what}: without a container engine, RUN can only be npm, pnpm, yarn or node`],
      {
        hint: 'move what the line does into a script of package.json, into the base image, or out of the Dockerfile',
      },
    )
  if ('refused' in read) throw refuse(`RUN ${commandText(command)}: ${read.refused}`)
  for (const { words } of read) {
    if (!ALLOWED.has(words[0] ?? '')) throw refuse(`RUN ${words[0] ?? commandText(command)}`)
  }
  return read
}

/** No variable is resolved in the exec form; single quotes keep each word as it is. */
function execCommand(argv: readonly string[]): ShellCommand {
  return { assignments: [], words: argv.map((word) => (/^[\w./:@=-]+$/.test(word) ? word : singleQuoted(word))) }
}

function singleQuoted(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`
}

function commandText(command: Command): string {
  return command.form === 'shell' ? command.text : JSON.stringify(command.argv)
}

async function runCommand(place: StepPlace, command: ShellCommand): Promise<void> {
  const { state, build } = place
  const words = command.words.map((word) => resolveWord(place, word))
  const argv = words.map((word) => stagePath(place, word))
  const cwd = resolveInside(state.root, state.workingDir)
  await mkdir(cwd, { recursive: true })
  const own = command.assignments.map(({ name, value }) => [name, resolveWord(place, value)] as const)
  const env = await fenced(place, { ...(await buildEnvironment(place)), ...Object.fromEntries(own) })
  // As it is written: a variable may hold what does not belong into a log.
  build.request.log(`RUN ${command.words.join(' ')}`)
  const run = () => runProcess({ argv, cwd, env, request: build.request })
  const outcome = await (words[0] === 'npm' ? atHome(place, cwd, run) : run())
  if (outcome === 'missing') {
    throw errorAt(place.range, ['IMAGE_RUN_FAILED', `${words[0] ?? ''} is not installed on this machine`], {
      hint: `install ${words[0] ?? 'it'} and make sure that it is on PATH`,
    })
  }
  if (outcome.code !== 0) throw runFailed(place, command.words, outcome)
}

function runFailed(
  place: StepPlace,
  words: readonly string[],
  outcome: { code: number; tail: readonly string[] },
): Error {
  const message = `RUN ${words.join(' ')} ended with exit code ${outcome.code}`
  const tail =
    outcome.tail.length === 0 ? '' : `; its last lines:\n${outcome.tail.map((line) => `  ${line}`).join('\n')}`
  return errorAt(place.range, ['IMAGE_RUN_FAILED', message + tail], {
    hint: 'run the same line in a copy of the build context',
  })
}

/** An absolute path in an argument (`/app/x.js`, `--prefix=/app`) means the stage's, not the host's. */
function stagePath({ state }: StepPlace, word: string): string {
  const match = /^(--?[A-Za-z][\w-]*=)?(\/.*)$/s.exec(word)
  if (match?.[2] === undefined || match[2].startsWith('/dev/')) return word
  return (match[1] ?? '') + resolveInside(state.root, match[2])
}

/** What a RUN line sees: what the Dockerfile declares, where programs are, a home and a temporary folder of the build, and npm's settings. */
async function buildEnvironment({ state, build }: StepPlace): Promise<Record<string, string>> {
  const { request, directory } = build
  const home = join(directory, 'home')
  const temporary = join(directory, 'tmp')
  for (const folder of [home, temporary]) await mkdir(folder, { recursive: true })
  const npm = (await request.npmSettings?.()) ?? {}
  const settings = Object.entries(npm).map(([name, value]) => [npmVariable(name), value] as const)
  return {
    ...Object.fromEntries(settings),
    ...authorityOf(npm),
    npm_config_cache: join(request.cacheDirectory, 'npm'),
    npm_config_prefix: join(state.root, 'usr/local'),
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    ...Object.fromEntries(state.args),
    ...Object.fromEntries(state.env),
    ...request.marker,
    PATH: hostPath(declaredFolders(state.env.get('PATH') ?? '/usr/local/bin', state.root), request.hostNode),
    HOME: home,
    TMPDIR: temporary,
  }
}

function npmVariable(name: string): string {
  return `npm_config_${name.replaceAll('-', '_')}`
}

/** A private certificate authority is needed by node and pnpm too, which do not read npm's `cafile`. */
function authorityOf(settings: Readonly<Record<string, string>>): Record<string, string> {
  return settings['cafile'] === undefined ? {} : { NODE_EXTRA_CA_CERTS: settings['cafile'] }
}

/** The folders that `ENV PATH=` names, inside the stage; without it the one where `npm install --global` puts programs. */
function declaredFolders(declared: string, root: string): string[] {
  return declared.split(':').flatMap((folder) => (folder.startsWith('/') ? [join(root, posix.normalize(folder))] : []))
}

function hostPath(declared: readonly string[], host: { execPath?: string; path?: string }): string {
  const own = dirname(host.execPath ?? process.execPath)
  return [...declared, own, host.path ?? process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter)
}

interface Bind {
  readonly from: string | undefined
  readonly source: string
  readonly target: string
}

/** Cache mounts need nothing: npm's cache is kept anyway. Bind mounts are copied in and taken away again. Others are refused. */
function readMounts(place: StepPlace, flags: readonly Flag[]): Bind[] {
  const binds: Bind[] = []
  for (const { name, value } of flags) {
    if (name === 'network' && value !== 'none') continue
    const options = new Map(value.split(',').map((option) => splitOption(resolveWord(place, option))))
    const type = options.get('type') ?? 'bind'
    if (name !== 'mount' || !['cache', 'bind'].includes(type)) {
      throw errorAt(place.range, ['IMAGE_INSTRUCTION', `RUN --${name}=${value} is not supported`], {
        hint: 'cache and bind mounts are',
      })
    }
    const target = options.get('target') ?? options.get('dst') ?? options.get('destination')
    if (type === 'cache') continue
    if (target === undefined) throw errorAt(place.range, ['IMAGE_INSTRUCTION', `RUN --mount=${value} has no target`])
    binds.push({ from: options.get('from'), source: options.get('source') ?? options.get('src') ?? '/', target })
  }
  return binds
}

function splitOption(option: string): [string, string] {
  const equals = option.indexOf('=')
  return equals < 0 ? [option, 'true'] : [option.slice(0, equals), option.slice(equals + 1)]
}

/** The paths to remove again: none where something was there already, which a mount would only have hidden. */
async function bindInto(place: StepPlace, bind: Bind): Promise<string[]> {
  const target = posix.resolve(place.state.workingDir, bind.target)
  if (kindAt(resolveInside(place.state.root, target)) !== undefined) {
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', `RUN --mount=type=bind: ${target} exists already in the stage`], {
      hint: 'mount to a path that no COPY wrote, or use COPY alone',
    })
  }
  await copyInto(place, { from: bind.from, sources: [bind.source], destination: target, directory: false })
  return [resolveInside(place.state.root, target)]
}
