import type { SourceTree } from '@slipway/diag'
import { GitError, type Repository } from '@slipway/git'
import { buildImage, readImage, type BuildRequest, type HostImage } from '@slipway/images'
import { commitContext } from './context.ts'
import { findBuilds, type BuildHints, type ImageBuild } from './builds.ts'
import { deployedEnvironments, environmentRef, newestDeployment, type Deployment } from './deployments.ts'
import { hintsOf } from './hints.ts'
import { committerOf } from './identity.ts'
import { commitOnRef } from './write-deployment.ts'
import { imageFile, parseDeployedImage, writeDeployedImage } from './written.ts'

/** How images are built, as far as a release does not know it itself: see {@link BuildRequest}. */
export type BuildSettings = Omit<
  BuildRequest,
  'context' | 'dockerfile' | 'dockerfileName' | 'target' | 'args' | 'offeredArgs'
>

/** What to release, and where to. */
export interface ReleaseRequest {
  readonly repository: Repository
  /** The environment's name, as `environmentsOf` gives it. */
  readonly environment: string
  /** Full SHA of the source commit: the head of the environment's branch. */
  readonly commit: string
  readonly build: BuildSettings
  /** How the images of Dockerfiles are named; default: by the images that the commit's YAML files write out, and the repository's name. */
  readonly hints?: BuildHints
  /** Milliseconds since 1970, for the deployment commit. */
  readonly now: number
}

/** An image of a release. */
export interface ReleasedImage {
  readonly name: string
  readonly digest: string
  /** `git rev-parse <commit>:<folder>`: what the image is identified by in git. */
  readonly tree: string
  readonly build: ImageBuild
  readonly image: HostImage
}

/** What a release did. */
export interface Release {
  /** The deployment commit, which the reconciler follows. */
  readonly revision: string
  /** The source commit. */
  readonly commit: string
  readonly images: readonly ReleasedImage[]
  /** False where the environment was at this very deployment already: then nothing was written. */
  readonly changed: boolean
}

const ATTEMPTS = 5

/**
 * Releases a commit to an environment: builds what of it was not built yet, and puts one deployment commit on `refs/slipway/environments/<name>`: the source
 * tree with the digest in the files that the pipeline writes, parents the previous deployment and the source. Branches, index and work tree stay untouched.
 * @throws ImageError, DeliveryError, GitError
 */
export async function release(request: ReleaseRequest): Promise<Release> {
  const { repository, commit } = request
  const source = await repository.loadTree(commit)
  const images = await buildAll(request, source)
  for (let attempt = 1; ; attempt++) {
    try {
      return { commit, images, ...(await deploy(request, source, images)) }
    } catch (error) {
      // Somebody else released in between: theirs is the previous deployment then.
      if (!(error instanceof GitError) || error.code !== 'GIT_REF_MOVED' || attempt === ATTEMPTS) throw error
    }
  }
}

type BuildWanted = Omit<ReleaseRequest, 'environment' | 'now'>

/** Builds the images of a commit that were not built yet, and releases nothing: for a commit that must be known to build before a branch takes it. */
export async function buildImages(request: BuildWanted): Promise<readonly ReleasedImage[]> {
  return await buildAll(request, await request.repository.loadTree(request.commit))
}

async function buildAll(request: BuildWanted, source: SourceTree): Promise<readonly ReleasedImage[]> {
  const { repository, commit } = request
  const images: ReleasedImage[] = []
  const builds = findBuilds(source, request.hints ?? (await hintsOf(repository, source, commit)))
  for (const build of builds) images.push(await buildOne(request, build))
  return images
}

async function buildOne(request: BuildWanted, build: ImageBuild): Promise<ReleasedImage> {
  const { repository, commit } = request
  const { folder } = build
  const object = await repository.readObject(folder === '' ? `${commit}^{tree}` : `${commit}:${folder}`)
  const tree = object?.id ?? ''
  const image = await builtBefore(request, build, tree)
  return { name: build.image, digest: image.digest, tree, build, image }
}

/** Ids of images by the git tree and all else that they were built from: what is in git cannot change, so it need not be read again. */
const idsByTree = new Map<string, string>()

async function builtBefore(request: BuildWanted, build: ImageBuild, tree: string): Promise<HostImage> {
  const { cacheDirectory, hostNode } = request.build
  const key = [cacheDirectory, hostNode.version, tree, build.dockerfile].join('\0')
  const id = idsByTree.get(key)
  const known = id === undefined ? undefined : await readImage(cacheDirectory, id)
  if (known !== undefined) return known
  const { folder, dockerfile } = build
  const image = await buildImage({
    ...request.build,
    context: await commitContext(request.repository, request.commit, folder),
    dockerfile,
    dockerfileName: folder === '' ? dockerfile : `${folder}/${dockerfile}`,
    offeredArgs: { TREE: `tree-${tree}` },
  })
  idsByTree.set(key, image.id)
  return image
}

async function deploy(
  request: ReleaseRequest,
  source: SourceTree,
  images: readonly ReleasedImage[],
): Promise<{ revision: string; changed: boolean }> {
  const { repository, environment, commit } = request
  const previous = await newestDeployment(repository, environment)
  const references = images.map((image) => `${image.name}@${image.digest}`)
  if (previous !== undefined && isSame(previous, commit, references))
    return { revision: previous.revision, changed: false }
  const [files, author] = await Promise.all([
    writtenFiles(request, source, images),
    committerOf(repository, request.now),
  ])
  const trailers = [`Source-Commit: ${commit}`, ...references.map((reference) => `Image: ${reference}`)]
  const revision = await commitOnRef(repository, {
    ref: environmentRef(environment),
    previous: previous?.revision,
    source: commit,
    files,
    message: `Deploy ${commit.slice(0, 7)} to ${environment}\n\n${trailers.join('\n')}\n`,
    author,
  })
  return { revision, changed: true }
}

function isSame(previous: Deployment, commit: string, references: readonly string[]): boolean {
  return previous.commit === commit && previous.images.join() === references.join()
}

async function writtenFiles(
  request: ReleaseRequest,
  source: SourceTree,
  images: readonly ReleasedImage[],
): Promise<Record<string, string>> {
  const [first] = images
  if (first === undefined || source.stat(imageFile(request.environment)) !== 'file') return {}
  const commit = (await builtCommit(request, first.digest)) ?? request.commit
  return writeDeployedImage(source, request.environment, { digest: first.digest, commit })
}

/**
 * The commit that some environment names for this digest already: digest and commit change only together, and what is promoted keeps the commit that it was
 * built from.
 */
async function builtCommit({ repository, environment }: ReleaseRequest, digest: string): Promise<string | undefined> {
  const named = async (name: string): Promise<string | undefined> => {
    const file = await repository.readObject(`${environmentRef(name)}:${imageFile(name)}`)
    const image = file === undefined ? undefined : parseDeployedImage(file.data.toString(), imageFile(name))
    return image?.digest === digest && image.commit !== '' ? image.commit : undefined
  }
  const own = await named(environment)
  if (own !== undefined) return own
  for (const name of (await deployedEnvironments(repository)).keys()) {
    const other = await named(name)
    if (other !== undefined) return other
  }
  return undefined
}
