import { posix, relative } from 'node:path'
import { findStage, type CopyInstruction } from '@slipway/dockerfile'
import { readBase } from '../base.ts'
import { contextSource, folderSource, type CopySource } from '../copy-source.ts'
import { kindAt } from '../host-files.ts'
import { copyFolder, copySingle, type Copying } from '../copy-tree.ts'
import { errorAt } from '../errors.ts'
import { resolveInside } from '../inside.ts'
import { Pace } from '../pace.ts'
import { resolveWord, type Ownership, type StepPlace } from '../state.ts'
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
  if (remote !== undefined) {
    const hint = 'keep the file in the build context'
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', `ADD ${remote} is not supported`], { hint })
  }
  if (archive !== undefined) {
    const hint = 'keep its files in the build context and COPY them'
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', `ADD ${archive}: archives are not unpacked here`], { hint })
  }
}

/** Names and numbers that are the same in all images that the host stands for. */
const USERS: Readonly<Record<string, number>> = { root: 0, node: 1000, nonroot: 65532, nobody: 65534 }

function readOwner(place: StepPlace, chown: string | undefined, chmod: string | undefined): Ownership | undefined {
  if (chown === undefined && chmod === undefined) return undefined
  const [user = '0', group] = (chown ?? '0:0').split(':')
  const uid = userNumber(place, user)
  if (chmod !== undefined && !/^[0-7]{3,4}$/.test(chmod)) {
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', `--chmod=${chmod} is no octal number`])
  }
  const mode = chmod === undefined ? undefined : Number.parseInt(chmod, 8)
  return { uid, gid: group === undefined ? uid : userNumber(place, group), mode }
}

function userNumber(place: StepPlace, name: string): number {
  const number = /^\d+$/.test(name) ? Number(name) : USERS[name]
  if (number !== undefined) return number
  const hint = 'write the number'
  throw errorAt(place.range, ['IMAGE_INSTRUCTION', `--chown=${name}: this user's number is not known`], { hint })
}

/** Copies sources from the context or an earlier stage into the stage. */
export async function copyInto(place: StepPlace, request: CopyRequest): Promise<void> {
  const { state } = place
  const source = findSource(place, request.from)
  const { root, owners, readOnly: link } = state
  const copying: Copying = { source, root, owners, link, owner: request.owner, pace: new Pace() }
  const target = resolveInside(root, request.destination)
  for (const pattern of request.sources) {
    const found = expandSource(source, pattern)
    if (found === undefined) throw notFound(place, pattern, request.from)
    for (const path of found) await copyNamed({ place, request, copying }, path, target)
  }
}

function notFound(place: StepPlace, pattern: string, from: string | undefined): Error {
  const where = from === undefined ? 'the build context' : `stage ${from}`
  const hint = from === undefined ? 'check the path and .dockerignore' : 'check the path in that stage'
  return errorAt(place.range, ['IMAGE_COPY', `${pattern} is not in ${where}`], { hint })
}

function findSource(place: StepPlace, from: string | undefined): CopySource {
  if (from === undefined) return contextSource(place.build.context)
  const stage = findStage(place.build.stages, from, place.stage)
  const state = stage === undefined ? undefined : place.build.done.get(stage.index)
  if (state !== undefined) return folderSource(state.root)
  const base = readBase(from)
  const hint = base === undefined ? 'build it in a stage of this Dockerfile' : 'its files are those of this machine'
  throw errorAt(place.range, ['IMAGE_BASE', `COPY --from=${from}: only stages of this Dockerfile can be copied from`], {
    hint,
  })
}

/** Copies what one source names: a file under its name or the given one, a folder's content. */
async function copyNamed(
  { place, request, copying }: { place: StepPlace; request: CopyRequest; copying: Copying },
  path: string,
  target: string,
): Promise<void> {
  const { source, root } = copying
  const real = source.real(path)
  try {
    if (source.stat(real) === 'directory') return await copyFolder(copying, real, target)
    const into = request.directory || kindAt(target) === 'directory'
    const named = `${relative(root, target)}/${path.split('/').at(-1) ?? path}`
    await copySingle(copying, real, into ? resolveInside(root, named) : target)
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    const message = `${path} cannot be copied to ${request.destination}: ${error.message}`
    throw errorAt(place.range, ['IMAGE_COPY', message], { cause: error })
  }
}
