import { chmod, lstat, mkdir, readFile, readlink, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, posix, relative } from 'node:path'
import { isSystemError, type EntryKind } from '@slipway/diag'
import type { CopyInstruction } from '@slipway/dockerfile'
import { readBase } from '../base.ts'
import type { BuildContext } from '../context.ts'
import { errorAt } from '../errors.ts'
import { resolveInside } from '../inside.ts'
import { resolveWord, type Ownership, type StageState, type StepPlace } from '../state.ts'
import { expandSource } from './wildcard.ts'

const ARCHIVE = /\.(?:tar|tgz|tar\.(?:gz|bz2|xz|zst)|txz|tbz2?)$/

/** What COPY, ADD and a bind mount have in common. `directory` says that the destination is one (it ended with a slash). */
export interface CopyRequest {
  readonly from: string | undefined
  readonly sources: readonly string[]
  readonly destination: string
  readonly directory: boolean
  readonly owner?: Ownership
}

/** Carries out COPY, and ADD of local files that are no archives. */
export async function copyStep(place: StepPlace, instruction: CopyInstruction): Promise<void> {
  const flag = (name: string): string | undefined => {
    const found = instruction.flags.find((each) => each.name === name)
    return found === undefined ? undefined : resolveWord(place, found.value)
  }
  const sources = instruction.sources.map((source) => resolveWord(place, source))
  if (instruction.keyword === 'ADD') refuseRemote(place, sources)
  const destination = resolveWord(place, instruction.destination)
  const directory = /(^|\/)\.{0,2}$/.test(destination)
  if (sources.length > 1 && !directory) {
    throw errorAt(place.range, ['IMAGE_COPY', `${destination} must end with a / to take several sources`])
  }
  const owner = readOwner(place, flag('chown'), flag('chmod'))
  await copyInto(place, {
    from: flag('from'),
    sources,
    destination: posix.resolve(place.state.workingDir, destination),
    directory,
    ...(owner === undefined ? {} : { owner }),
  })
}

function refuseRemote(place: StepPlace, sources: readonly string[]): void {
  const remote = sources.find((source) => /^[a-z+]+:\/\/|^git@/i.test(source))
  const archive = sources.find((source) => ARCHIVE.test(source))
  if (remote !== undefined)
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', `ADD ${remote} is not supported`], {
      hint: 'keep the file in the build context',
    })
  if (archive !== undefined) {
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', `ADD ${archive}: archives are not unpacked here`], {
      hint: 'keep its files in the build context and COPY them',
    })
  }
}

/** Names and numbers that are the same in all images that the host stands for. */
const USERS: Readonly<Record<string, number>> = { root: 0, node: 1000, nonroot: 65532, nobody: 65534 }

function readOwner(place: StepPlace, chown: string | undefined, chmodText: string | undefined): Ownership | undefined {
  if (chown === undefined && chmodText === undefined) return undefined
  const [user = '0', group] = (chown ?? '0:0').split(':')
  const uid = userNumber(place, user)
  if (chmodText !== undefined && !/^[0-7]{3,4}$/.test(chmodText)) {
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', `--chmod=${chmodText} is no octal number`])
  }
  const mode = chmodText === undefined ? undefined : Number.parseInt(chmodText, 8)
  return { uid, gid: group === undefined ? uid : userNumber(place, group), mode }
}

function userNumber(place: StepPlace, name: string): number {
  const number = /^\d+$/.test(name) ? Number(name) : USERS[name]
  if (number !== undefined) return number
  throw errorAt(place.range, ['IMAGE_INSTRUCTION', `--chown=${name}: this user's number is not known`], {
    hint: 'write the number',
  })
}

/** True where a path exists in a stage, links followed inside it. */
export async function existsInside(root: string, path: string): Promise<boolean> {
  return (await kindOf(await resolveInside(root, path))) !== undefined
}

/** Copies sources from the context, a stage or nothing else into the stage. */
export async function copyInto(place: StepPlace, request: CopyRequest): Promise<void> {
  const source = await sourceTree(place, request.from)
  const target = await resolveInside(place.state.root, request.destination)
  for (const pattern of request.sources) {
    const found = await expandSource(source, pattern)
    if (found === undefined) throw notFound(place, pattern, request.from)
    for (const path of found) await copyOne({ place, source, request }, path, target)
  }
}

function notFound(place: StepPlace, pattern: string, from: string | undefined): Error {
  const where = from === undefined ? 'the build context' : `stage ${from}`
  const hint = from === undefined ? 'check the path and .dockerignore' : 'check the path in that stage'
  return errorAt(place.range, ['IMAGE_COPY', `${pattern} is not in ${where}`], { hint })
}

/** Files to copy from, asynchronous for stages on disk; paths are relative, links are given as stored. */
export interface CopySource {
  stat(path: string): Promise<EntryKind | undefined>
  list(path: string): Promise<readonly string[]>
  read(path: string): Promise<Uint8Array>
  readlink(path: string): Promise<string>
  executable(path: string): Promise<boolean>
  /** The path with links followed, as COPY does for the source itself. */
  real(path: string): Promise<string>
  owner(path: string): Ownership | undefined
}

async function sourceTree(place: StepPlace, from: string | undefined): Promise<CopySource> {
  if (from === undefined) return contextSource(place.build.context)
  const stage = place.build.stages.find(({ name, index }) => name === from.toLowerCase() || String(index) === from)
  const state = stage === undefined ? undefined : place.build.done.get(stage.index)
  if (state !== undefined) return stageSource(state)
  const base = readBase(from)
  const hint = base === undefined ? 'build it in a stage of this Dockerfile' : 'its files are those of this machine'
  throw errorAt(place.range, ['IMAGE_BASE', `COPY --from=${from}: only stages of this Dockerfile can be copied from`], {
    hint,
  })
}

function contextSource(context: BuildContext): CopySource {
  return {
    stat: (path) => Promise.resolve(context.stat(path)),
    list: (path) => Promise.resolve(context.list(path).map(({ name }) => name)),
    read: (path) => Promise.resolve(context.read(path) ?? new Uint8Array()),
    readlink: (path) => Promise.resolve(context.readlink(path) ?? ''),
    executable: (path) => Promise.resolve(context.executable?.(path) === true),
    real: (path) => Promise.resolve(followInTree(context, path)),
    owner: () => undefined,
  }
}

/** Follows links of a tree, whose own top is `/`. */
function followInTree(context: BuildContext, path: string): string {
  const pending = path.split('/').filter((part) => part !== '')
  let at: string[] = []
  for (let steps = 0; pending.length > 0 && steps < 1000; steps++) {
    const part = pending.shift() ?? ''
    if (part === '.') continue
    if (part === '..') {
      at.pop()
      continue
    }
    const target = context.readlink([...at, part].join('/'))
    if (target === undefined) at.push(part)
    else {
      if (target.startsWith('/')) at = []
      pending.unshift(...target.split('/').filter((each) => each !== ''))
    }
  }
  return at.join('/')
}

function stageSource(state: StageState): CopySource {
  const at = (path: string): string => join(state.root, path)
  return {
    stat: (path) => kindOf(at(path)),
    list: async (path) => (await readdir(at(path))).sort(),
    read: (path) => readFile(at(path)),
    readlink: (path) => readlink(at(path)),
    executable: async (path) => ((await lstat(at(path))).mode & 0o111) !== 0,
    real: async (path) => relative(state.root, await resolveInside(state.root, path)),
    owner: () => undefined,
  }
}

async function kindOf(path: string): Promise<EntryKind | undefined> {
  try {
    const found = await lstat(path)
    if (found.isSymbolicLink()) return 'symlink'
    return found.isDirectory() ? 'directory' : 'file'
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return undefined
    throw error
  }
}

interface Copying {
  readonly place: StepPlace
  readonly source: CopySource
  readonly request: CopyRequest
}

async function copyOne(copying: Copying, path: string, target: string): Promise<void> {
  const { source, request, place } = copying
  const real = await source.real(path)
  try {
    if ((await source.stat(real)) === 'directory') return await copyFolder(copying, real, target)
    const into = request.directory || (await kindOf(target)) === 'directory'
    const name = path.split('/').at(-1) ?? path
    await copyFile(
      copying,
      real,
      into ? await resolveInside(place.state.root, `${relative(place.state.root, target)}/${name}`) : target,
    )
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw errorAt(place.range, ['IMAGE_COPY', `${path} cannot be copied to ${request.destination}: ${error.message}`], {
      cause: error,
    })
  }
}

async function copyFolder(copying: Copying, path: string, target: string): Promise<void> {
  const made = await mkdir(target, { recursive: true, mode: 0o755 })
  if (made !== undefined) own(copying, target)
  for (const name of await copying.source.list(path)) {
    const from = path === '' ? name : `${path}/${name}`
    const to = join(target, name)
    const kind = await copying.source.stat(from)
    if (kind === 'directory') await copyFolder(copying, from, await folderFor(to))
    else if (kind === 'symlink') await copyLink(copying, from, to)
    else await copyFile(copying, from, to)
  }
}

/** A folder replaces a link of the same name, as in BuildKit: what is copied stays inside the stage. */
async function folderFor(path: string): Promise<string> {
  if ((await kindOf(path)) === 'symlink') await rm(path)
  return path
}

async function copyLink(copying: Copying, path: string, target: string): Promise<void> {
  await rm(target, { force: true })
  await symlink(await copying.source.readlink(path), target)
}

async function copyFile(copying: Copying, path: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  await rm(target, { force: true })
  await writeFile(target, await copying.source.read(path), { flag: 'wx' })
  const executable = await copying.source.executable(path)
  await chmod(target, copying.request.owner?.mode ?? (executable ? 0o755 : 0o644))
  own(copying, target)
}

function own({ place, request }: Copying, target: string): void {
  const path = relative(place.state.root, target)
  if (request.owner === undefined) place.state.owners.delete(path)
  else place.state.owners.set(path, request.owner)
}
