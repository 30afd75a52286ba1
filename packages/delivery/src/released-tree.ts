import { overlayTree, type SourceTree } from '@slipway/diag'
import type { Repository } from '@slipway/git'
import { findBuilds } from './builds.ts'
import { deployedEnvironments, readDeployment, readHistory, type Deployment } from './deployments.ts'
import { DeliveryError } from './errors.ts'
import { hintsOf } from './hints.ts'
import { readDeployedImage, writeDeployedImage, type DeployedImage } from './written.ts'

/** A commit's tree as it is deployed, or would be. */
export interface ReleasedTree {
  /** The commit's files; where they name no digest yet, those of the pipeline are filled in. */
  readonly tree: SourceTree
  /** `name@sha256:...` of its images, for manifests that name no digest themselves. */
  readonly images: readonly string[]
  /** Which images stand in for the commit's own; undefined where none has to. */
  readonly note?: string
}

/** The commit and the environment of a {@link ReleasedTree}. */
export interface ReleasedTreeRequest {
  readonly environment: string
  /** Full SHA of a deployment commit, or of a source commit. */
  readonly commit: string
}

const NONE: DeployedImage = { digest: `sha256:${'0'.repeat(64)}`, commit: '0'.repeat(40) }

/**
 * The tree that an environment would render of a commit, without building anything. A source commit has the images of a deployment that was built from the same
 * folders; else those that its own files name; else those that the environment runs now; else a digest of zeros. Of the last two the note tells.
 * @throws DeliveryError `DELIVERY_IMAGE_FILE`, GitError
 */
export async function releasedTree(repository: Repository, request: ReleasedTreeRequest): Promise<ReleasedTree> {
  const { environment, commit } = request
  const tree = await repository.loadTree(commit)
  const own = await readDeployment(repository, commit)
  if (own !== undefined) return { tree, images: own.images }
  const deployments = await deploymentsOf(repository, environment)
  const same = await builtAlike(repository, { tree, commit, deployments })
  if (same !== undefined) return withImagesOf(repository, { tree, environment, from: same })
  const named = readDeployedImage(tree, environment)
  if (named !== undefined && named.digest !== '') return { tree, images: [] }
  const [newest] = deployments
  if (newest !== undefined) {
    const note = `the image of ${commit.slice(0, 7)} was not built yet: this is rendered with what ${newest.environment} runs now`
    return { ...(await withImagesOf(repository, { tree, environment, from: newest })), note }
  }
  if (named === undefined) return { tree, images: [] }
  const note = 'no image was built yet: this is rendered with a digest of zeros; `slipway up` builds it'
  return { tree: withImage(tree, environment, NONE), images: [], note }
}

interface Deployed extends Deployment {
  readonly environment: string
}

// The environment's own come first.
async function deploymentsOf(repository: Repository, environment: string): Promise<readonly Deployed[]> {
  const others = [...(await deployedEnvironments(repository)).keys()].filter((name) => name !== environment)
  const histories = await Promise.all(
    [environment, ...others].map(async (name) =>
      (await readHistory(repository, name)).map((deployment) => ({ ...deployment, environment: name })),
    ),
  )
  return histories.flat()
}

interface Source {
  readonly tree: SourceTree
  readonly commit: string
  readonly deployments: readonly Deployed[]
}

async function builtAlike(
  repository: Repository,
  { tree, commit, deployments }: Source,
): Promise<Deployed | undefined> {
  if (deployments.length === 0) return undefined
  const folders = await buildFolders(repository, tree, commit)
  const idsOf = async (of: string): Promise<string> =>
    (await Promise.all(folders.map((folder) => repository.objectId(`${of}:${folder}`)))).join()
  const wanted = await idsOf(commit)
  for (const deployment of deployments) {
    if (deployment.commit === commit) return deployment
    if (folders.length > 0 && (await idsOf(deployment.commit)) === wanted) return deployment
  }
  return undefined
}

// A repository whose images cannot be told apart is refused where they are built; to render it no build is needed.
async function buildFolders(repository: Repository, tree: SourceTree, commit: string): Promise<readonly string[]> {
  try {
    return findBuilds(tree, await hintsOf(repository, tree, commit)).map(({ folder }) => folder)
  } catch (error) {
    if (error instanceof DeliveryError) return []
    throw error
  }
}

async function withImagesOf(
  repository: Repository,
  { tree, environment, from }: { tree: SourceTree; environment: string; from: Deployed },
): Promise<ReleasedTree> {
  const image = readDeployedImage(await repository.loadTree(from.revision), from.environment)
  return { tree: image === undefined ? tree : withImage(tree, environment, image), images: from.images }
}

function withImage(tree: SourceTree, environment: string, image: DeployedImage): SourceTree {
  return overlayTree(tree, writeDeployedImage(tree, environment, image))
}
