import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatLocation } from '@slipway/diag'
import type { Dockerfile, Instruction, Stage } from '@slipway/dockerfile'
import { findStage, substitute, SubstitutionError } from '@slipway/dockerfile'
import { judgeHost, NODE_ENTRYPOINT, readBase, type BaseImage } from './base.ts'
import { errorAt, ImageError } from './errors.ts'
import { copyRoot, hasSnapshot, restoreSnapshot, saveSnapshot } from './snapshots.ts'
import { isInstall, stageKeys } from './stage-keys.ts'
import type { Build, StageState, StepPlace } from './state.ts'
import { configStep } from './steps/config.ts'
import { copyStep } from './steps/copy.ts'
import { refuseCancelled } from './steps/process.ts'
import { allowedCommands, runStep } from './steps/run.ts'
import type { BuildRequest } from './types.ts'

/** A stage with what its FROM line means: an earlier stage, or a base image. */
export interface PlannedStage {
  readonly stage: Stage
  readonly base: { readonly stage: number } | { readonly image: BaseImage; readonly reference: string }
}

/**
 * The stages that the target needs, in order, with their bases; what no COPY and no FROM leads to is not built, as in BuildKit.
 * Everything that can be refused without running anything is refused here, so that a build which cannot end well does not begin.
 * @throws ImageError
 */
export function planStages(
  file: Dockerfile,
  request: BuildRequest,
  globals: ReadonlyMap<string, string>,
): PlannedStage[] {
  const target = findTarget(file, request.target)
  const needed = new Map<number, PlannedStage>()
  const visit = (stage: Stage): void => {
    if (needed.has(stage.index)) return
    const base = readFrom(file, stage, globals)
    const visitFrom = (from: string): void => {
      const other = findStage(file.stages, from, stage.index)
      if (other !== undefined) visit(other)
    }
    if ('stage' in base) visitFrom(String(base.stage))
    for (const instruction of stage.instructions) checkInstruction(instruction, visitFrom)
    needed.set(stage.index, { stage, base })
  }
  visit(target)
  return [...needed.values()].sort((a, b) => a.stage.index - b.stage.index)
}

function findTarget(file: Dockerfile, target: string | undefined): Stage {
  const found =
    target === undefined ? file.stages.at(-1) : file.stages.find((stage) => stage.name === target.toLowerCase())
  if (found !== undefined) return found
  const names = file.stages.flatMap((stage) => stage.name ?? [])
  throw new ImageError('IMAGE_TARGET', `${file.file} has no stage ${target ?? ''}`, {
    hint: `its stages: ${names.join(', ') || 'none has a name'}`,
  })
}

function readFrom(file: Dockerfile, stage: Stage, globals: ReadonlyMap<string, string>): PlannedStage['base'] {
  const reference = resolveGlobal(file, stage, globals)
  const earlier = findStage(file.stages, reference, stage.index)
  if (earlier !== undefined) return { stage: earlier.index }
  const image = readBase(reference)
  if (image !== undefined) return { image, reference }
  throw errorAt(stage.range, ['IMAGE_BASE', `FROM ${reference}: this machine cannot stand for that image`], {
    hint: 'bases that work without a container engine: node, gcr.io/distroless/nodejs*, scratch, and earlier stages',
  })
}

function resolveGlobal(file: Dockerfile, stage: Stage, globals: ReadonlyMap<string, string>): string {
  try {
    return substitute(stage.base, (name) => globals.get(name), file.escape)
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error
    throw errorAt(stage.range, ['IMAGE_INSTRUCTION', error.message], { cause: error })
  }
}

function checkInstruction(instruction: Instruction, visitFrom: (from: string) => void): void {
  if (instruction.keyword === 'RUN') {
    allowedCommands(instruction, instruction.command)
    for (const flag of instruction.flags) {
      const from = /(?:^|,)from=([^,]+)/.exec(flag.value)?.[1]
      if (from !== undefined) visitFrom(from)
    }
  } else if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
    const from = instruction.flags.find((flag) => flag.name === 'from')
    if (from !== undefined) visitFrom(from.value)
  }
}

/** Builds the planned stages one after the other; the last one is the image. */
export async function buildStages(build: Build, plan: readonly PlannedStage[]): Promise<StageState> {
  let last: StageState | undefined
  for (const planned of plan) {
    last = await buildStage(build, planned)
    build.done.set(planned.stage.index, last)
  }
  if (last === undefined) throw new ImageError('IMAGE_TARGET', 'there is no stage to build')
  return last
}

/** Goes on from the last kept snapshot of the stage, if there is one, and keeps one after each line that installs packages. */
async function buildStage(build: Build, planned: PlannedStage): Promise<StageState> {
  const { instructions, index } = planned.stage
  const { cacheDirectory } = build.request
  noteStanding(build, planned)
  const keys = stageKeys(build, baseKey(build, planned), planned.stage)
  build.keys.set(index, keys.length === 0 ? baseKey(build, planned) : keys.at(-1))
  const found = instructions.findLastIndex(
    (each, at) => isInstall(each) && hasSnapshot(cacheDirectory, keys[at] ?? '-'),
  )
  const restored =
    found < 0 ? undefined : await restoreSnapshot(cacheDirectory, keys[found] ?? '', rootOf(build, planned))
  const state = restored ?? (await startStage(build, planned))
  if (restored !== undefined)
    build.request.log(`RUN lines up to ${formatLocation(instructions[found]?.range ?? planned.stage.range)}: as before`)
  for (const [at, instruction] of instructions.entries()) {
    if (restored !== undefined && at <= found) continue
    await runInstruction({ build, state, stage: index, range: instruction.range }, instruction)
    const key = keys[at]
    if (isInstall(instruction) && key !== undefined)
      await saveSnapshot(cacheDirectory, key, { state, directory: build.directory })
  }
  return state
}

function baseKey(build: Build, { base }: PlannedStage): string | undefined {
  if ('stage' in base) return build.keys.get(base.stage)
  return [process.platform, process.arch, build.request.hostNode.version, base.reference].join(' ')
}

function rootOf(build: Build, { stage }: PlannedStage): string {
  return join(build.directory, `stage-${stage.index}`)
}

async function runInstruction(place: StepPlace, instruction: Instruction): Promise<void> {
  refuseCancelled(place.build.request.signal)
  if (instruction.keyword === 'RUN') return await runStep(place, instruction)
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') return await copyStep(place, instruction)
  await configStep(place, instruction)
}

function noteStanding(build: Build, { base }: PlannedStage): void {
  if ('stage' in base) return
  const { version } = build.request.hostNode
  const standing = judgeHost(base.reference, base.image, { version, engines: readEngines(build) })
  if (standing !== undefined && !build.notes.some(({ message }) => message === standing.message))
    build.notes.push(standing)
}

async function startStage(build: Build, planned: PlannedStage): Promise<StageState> {
  const { stage, base } = planned
  const root = rootOf(build, planned)
  const readOnly = !stage.instructions.some((instruction) => instruction.keyword === 'RUN')
  if (!('stage' in base)) return await fromImage(base.image, { root, readOnly })
  const parent = build.done.get(base.stage)
  if (parent === undefined) throw new ImageError('IMAGE_TARGET', `stage ${base.stage} was not built`)
  await copyRoot(parent.root, root)
  return {
    ...parent,
    root,
    readOnly,
    env: new Map(parent.env),
    args: new Map(),
    labels: new Map(parent.labels),
    exposed: new Set(parent.exposed),
    volumes: new Set(parent.volumes),
    owners: new Map(parent.owners),
    cmdSet: false,
  }
}

async function fromImage(
  image: BaseImage,
  { root, readOnly }: { root: string; readOnly: boolean },
): Promise<StageState> {
  await mkdir(join(root, image.workingDir), { recursive: true })
  if (image.kind === 'node') await writeEntrypoint(root)
  return {
    root,
    readOnly,
    env: new Map(),
    args: new Map(),
    workingDir: image.workingDir,
    user: image.user,
    entrypoint: image.entrypoint,
    cmd: image.cmd,
    cmdSet: false,
    shell: ['/bin/sh', '-c'],
    labels: new Map(),
    exposed: new Set(),
    volumes: new Set(),
    stopSignal: undefined,
    healthcheck: undefined,
    owners: new Map(),
  }
}

function readEngines(build: Build): string | undefined {
  const bytes = build.context.read('package.json')
  if (bytes === undefined) return undefined
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as { engines?: { node?: unknown } } | null
    const range = value?.engines?.node
    return typeof range === 'string' ? range : undefined
  } catch {
    // A package.json that is no JSON is npm's to refuse, with its own words.
    return undefined
  }
}

// The rule of the official image's entry point: what is no program, or is a file that cannot be executed, is something for node to run.
const ENTRYPOINT_SCRIPT = `#!/bin/sh
set -e
case "$1" in
  -*) exec node "$@" ;;
esac
if ! command -v "$1" >/dev/null || { [ -f "$1" ] && ! [ -x "$1" ]; }; then
  exec node "$@"
fi
exec "$@"
`

async function writeEntrypoint(root: string): Promise<void> {
  const path = join(root, NODE_ENTRYPOINT)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, ENTRYPOINT_SCRIPT)
  await chmod(path, 0o755)
}
