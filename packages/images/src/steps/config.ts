import { mkdir } from 'node:fs/promises'
import { posix } from 'node:path'
import type { Command, Flag, HealthcheckInstruction, Instruction } from '@slipway/dockerfile'
import { errorAt } from '../errors.ts'
import { resolveInside } from '../inside.ts'
import { resolveWord, type StageState, type StepPlace } from '../state.ts'
import type { Healthcheck } from '../types.ts'

/** Carries out the instructions that change the stage's settings; RUN, COPY and ADD are none. */
export async function configStep(place: StepPlace, instruction: Instruction): Promise<void> {
  const { state } = place
  switch (instruction.keyword) {
    case 'ARG':
      return declareArgs(place, instruction.args)
    case 'ENV':
      return setAll(
        state.env,
        instruction.pairs.map((pair) => [pair.name, resolveWord(place, pair.value)] as const),
      )
    case 'LABEL':
      return setAll(
        state.labels,
        instruction.pairs.map((pair) => [resolveWord(place, pair.name), resolveWord(place, pair.value)] as const),
      )
    case 'WORKDIR':
      return await enterFolder(place, resolveWord(place, instruction.value))
    case 'USER':
      state.user = resolveWord(place, instruction.value)
      return
    case 'STOPSIGNAL':
      state.stopSignal = resolveWord(place, instruction.value)
      return
    case 'EXPOSE':
      for (const word of instruction.words) expose(place, resolveWord(place, word))
      return
    case 'VOLUME':
      for (const word of instruction.words) state.volumes.add(resolveWord(place, word))
      return
    case 'CMD':
      state.cmd = commandOf(state, instruction.command)
      state.cmdSet = true
      return
    case 'ENTRYPOINT':
      state.entrypoint = commandOf(state, instruction.command)
      if (!state.cmdSet) state.cmd = []
      return
    case 'SHELL':
      if (instruction.command.form === 'exec') state.shell = instruction.command.argv
      return
    case 'HEALTHCHECK':
      state.healthcheck = readHealthcheck(place, instruction)
      return
    default:
  }
}

function setAll(map: Map<string, string>, pairs: readonly (readonly [string, string])[]): void {
  for (const [name, value] of pairs) map.set(name, value)
}

/** A value given to the build outranks the global default, which an ARG without default inherits, which the ARG's own default outranks. */
function declareArgs(place: StepPlace, args: readonly { name: string; value: string | undefined }[]): void {
  const { build, state } = place
  for (const { name, value } of args) {
    const given = build.request.args?.[name]
    const own = value === undefined ? build.globals.get(name) : resolveWord(place, value)
    const result = given ?? own
    if (result !== undefined) state.args.set(name, result)
  }
}

async function enterFolder(place: StepPlace, folder: string): Promise<void> {
  const { state } = place
  state.workingDir = posix.resolve(state.workingDir, folder)
  await mkdir(resolveInside(state.root, state.workingDir), { recursive: true, mode: 0o755 })
}

function expose(place: StepPlace, word: string): void {
  const refuse = (): Error =>
    errorAt(place.range, ['IMAGE_INSTRUCTION', `EXPOSE ${word} is no port`], {
      hint: 'write a number, a range or a number with its protocol: 8080, 8080-8090, 53/udp',
    })
  const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(word)
  if (match === null) throw refuse()
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  if (last > 65535 || last < first) throw refuse()
  for (let port = first; port <= last; port++) place.state.exposed.add(`${port}/${(match[3] ?? 'tcp').toLowerCase()}`)
}

function commandOf(state: StageState, command: Command): readonly string[] {
  return command.form === 'exec' ? command.argv : [...state.shell, command.text]
}

function readHealthcheck(place: StepPlace, instruction: HealthcheckInstruction): Healthcheck {
  const { command, flags } = instruction
  if (command === undefined) return { test: ['NONE'] }
  const test = command.form === 'exec' ? ['CMD', ...command.argv] : ['CMD-SHELL', command.text]
  const retries = flags.find((flag) => flag.name === 'retries')?.value
  return {
    test,
    ...duration(place, flags, ['interval', 'intervalNs']),
    ...duration(place, flags, ['timeout', 'timeoutNs']),
    ...duration(place, flags, ['start-period', 'startPeriodNs']),
    ...duration(place, flags, ['start-interval', 'startIntervalNs']),
    ...(retries === undefined ? {} : { retries: Number(retries) }),
  }
}

const UNITS: Readonly<Record<string, number>> = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 }

/** A Go duration such as `1m30s` in nanoseconds, under the name that the config uses. */
function duration(
  place: StepPlace,
  flags: readonly Flag[],
  [name, key]: readonly [string, string],
): Record<string, number> {
  const text = flags.find((flag) => flag.name === name)?.value
  if (text === undefined) return {}
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) {
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', `HEALTHCHECK --${name}=${text} is no duration`], {
      hint: 'write 5s or 1m30s',
    })
  }
  const total = parts.reduce((sum, part) => sum + Number(part[1]) * (UNITS[part[2] ?? ''] ?? 0), 0)
  return { [key]: Math.round(total) }
}
