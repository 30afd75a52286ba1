import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatLocation, isSystemError } from '@slipway/diag'
import { parseDockerfile, substitute, SubstitutionError, type Dockerfile } from '@slipway/dockerfile'
import { readIgnore, visibleContext, type BuildContext } from './context.ts'
import { errorAt, ImageError } from './errors.ts'
import { imageId } from './key.ts'
import { ociPlatform, writeLayout } from './layout.ts'
import { shareBuild } from './share.ts'
import { buildStages, planStages, type PlannedStage } from './stages.ts'
import type { Build, StageState } from './state.ts'
import { openBuild, readImage, storeImage, sweepBuilds } from './store.ts'
import type { BuildRequest, HostImage, ImageConfig, Note } from './types.ts'

/** A request whose Dockerfile was read. */
interface Prepared {
  readonly request: BuildRequest
  readonly visible: BuildContext
  readonly file: Dockerfile
  readonly id: string
}

/**
 * Builds the image of a Dockerfile on the host, or finds it where it was built before. Two builds of the same image at the same time are one; an interrupted
 * one leaves nothing that counts. No variable of this process reaches a RUN line.
 * @throws ImageError with file and line
 */
export async function buildImage(request: BuildRequest): Promise<HostImage> {
  const prepared = prepare(request)
  const existing = await findImageOf(prepared)
  if (existing !== undefined) return existing
  const key = `${request.cacheDirectory}\0${prepared.id}`
  return await shareBuild(key, request.signal, (signal) =>
    build({ ...prepared, request: { ...prepared.request, signal } }),
  )
}

/** The image that a request would give, if it was built before; never builds. @throws ImageError as {@link buildImage} */
export async function findImage(request: BuildRequest): Promise<HostImage | undefined> {
  return await findImageOf(prepare(request))
}

async function findImageOf({ request, id }: Prepared): Promise<HostImage | undefined> {
  try {
    return await readImage(request.cacheDirectory, id)
  } catch (error) {
    throw cacheError(error, request.cacheDirectory)
  }
}

function prepare(request: BuildRequest): Prepared {
  const name = request.dockerfileName ?? request.dockerfile
  const bytes = request.context.read(request.dockerfile)
  if (bytes === undefined) {
    const message = `there is no ${name} in ${request.context.label}`
    throw new ImageError('IMAGE_DOCKERFILE', message, { hint: 'commit the Dockerfile' })
  }
  const text = new TextDecoder().decode(bytes)
  const file = parseDockerfile(text, name)
  refuseFaults(file)
  const args = { ...declaredOnly(file, request.offeredArgs ?? {}), ...request.args }
  const visible = visibleContext(request.context, readIgnore(request.context, request.dockerfile))
  const complete = { ...request, args }
  return { request: complete, visible, file, id: imageId(complete, visible, text) }
}

function refuseFaults(file: Dockerfile): void {
  const [first, ...others] = file.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  if (first === undefined) return
  const place = first.range === undefined ? file.file : formatLocation(first.range)
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const hint = first.hint === undefined ? {} : { hint: first.hint }
  throw new ImageError('IMAGE_DOCKERFILE', `${place}: ${first.message}${more}`, {
    ...hint,
    diagnostics: file.diagnostics,
  })
}

async function build(prepared: Prepared): Promise<HostImage> {
  const { request, id } = prepared
  const plan = planStages(prepared.file, request, globalArgs(prepared.file, request))
  try {
    await buildPlanned(prepared, plan)
    const image = await readImage(request.cacheDirectory, id)
    if (image !== undefined) return image
  } catch (error) {
    throw cacheError(error, request.cacheDirectory)
  }
  throw new ImageError('IMAGE_CACHE', `${id} vanished from ${request.cacheDirectory}`)
}

const UNWRITABLE = ['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'EDQUOT', 'ENOTDIR']

function cacheError(error: unknown, directory: string): unknown {
  const code = UNWRITABLE.find((each) => isSystemError(error, each))
  if (code === undefined) return error
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const reason = isFull ? 'no space is left' : 'it cannot be written'
  const hint = `${isFull ? 'make room there' : 'make it a folder that you may write'}, or set XDG_CACHE_HOME to another one`
  return new ImageError('IMAGE_CACHE', `images cannot be kept in ${directory}: ${reason}`, { cause: error, hint })
}

async function buildPlanned({ request, visible, file, id }: Prepared, plan: readonly PlannedStage[]): Promise<void> {
  const { cacheDirectory } = request
  await sweepBuilds(cacheDirectory)
  const directory = await openBuild(cacheDirectory, randomUUID())
  try {
    const running: Build = {
      request,
      context: visible,
      directory,
      escape: file.escape,
      stages: file.stages,
      done: new Map(),
      keys: new Map(),
      globals: globalArgs(file, request),
      notes: unknownArgs(file, request),
    }
    await finish(running, await buildStages(running, plan), id)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function finish(running: Build, state: StageState, id: string): Promise<void> {
  const directory = join(running.directory, 'image')
  await mkdir(directory)
  const config = configOf(state)
  const digest = await writeLayout({ directory: join(directory, 'layout'), id, state, config })
  await rename(state.root, join(directory, 'rootfs'))
  await storeImage(running.request.cacheDirectory, directory, { id, digest, config, notes: running.notes })
}

function configOf(state: StageState): ImageConfig {
  return {
    entrypoint: state.entrypoint,
    cmd: state.cmd,
    env: [...state.env].map(([name, value]) => `${name}=${value}`),
    workingDir: state.workingDir,
    user: state.user,
    labels: Object.fromEntries(state.labels),
    exposed: [...state.exposed].sort(),
    volumes: [...state.volumes].sort(),
    stopSignal: state.stopSignal,
    healthcheck: state.healthcheck,
  }
}

/** The platform arguments that BuildKit defines, then ARG before the first FROM; a value given to the build outranks a default. */
function globalArgs(file: Dockerfile, request: BuildRequest): Map<string, string> {
  const { os, architecture } = ociPlatform()
  const values = new Map<string, string>()
  for (const prefix of ['BUILD', 'TARGET']) {
    values.set(`${prefix}PLATFORM`, `${os}/${architecture}`)
    values.set(`${prefix}OS`, os)
    values.set(`${prefix}ARCH`, architecture)
    values.set(`${prefix}VARIANT`, '')
  }
  for (const instruction of file.globalArgs) {
    for (const { name, value } of instruction.args) {
      const given = request.args?.[name] ?? globalDefault(value, values, instruction)
      if (given !== undefined) values.set(name, given)
    }
  }
  return values
}

function globalDefault(
  value: string | undefined,
  values: ReadonlyMap<string, string>,
  { range }: Dockerfile['globalArgs'][number],
): string | undefined {
  try {
    return value === undefined ? undefined : substitute(value, (name) => values.get(name))
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error
    throw errorAt(range, ['IMAGE_INSTRUCTION', error.message], { cause: error })
  }
}

function unknownArgs(file: Dockerfile, request: BuildRequest): Note[] {
  const declared = declaredArgs(file)
  const unknown = Object.keys(request.args ?? {}).filter((name) => !declared.has(name))
  return unknown.map((name) => ({ severity: 'info', message: `${file.file} declares no ARG ${name}` }))
}

function declaredOnly(file: Dockerfile, offered: Readonly<Record<string, string>>): Record<string, string> {
  const declared = declaredArgs(file)
  return Object.fromEntries(Object.entries(offered).filter(([name]) => declared.has(name)))
}

function declaredArgs(file: Dockerfile): ReadonlySet<string> {
  const instructions = [...file.globalArgs, ...file.stages.flatMap((stage) => stage.instructions)]
  return new Set(instructions.flatMap((each) => (each.keyword === 'ARG' ? each.args.map(({ name }) => name) : [])))
}
