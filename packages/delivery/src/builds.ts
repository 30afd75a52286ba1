import type { SourceTree } from '@slipway/diag'
import { DeliveryError } from './errors.ts'

/** A Dockerfile of a repository and the image that it builds. */
export interface ImageBuild {
  /** The build context, relative to the repository's top; '' for the top itself. */
  readonly folder: string
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string
  /** The image's name without tag and digest, such as `ghcr.io/acme/shop`. */
  readonly image: string
}

/** What an image's name can be found from. */
export interface BuildHints {
  /** Images that rendered manifests name, tags and digests allowed. */
  readonly images: readonly string[]
  /** The last path segment of the repository's URL, else the name of its folder. */
  readonly repositoryName: string
  /** What the repository's workflows build and push. */
  readonly pushed?: readonly ImageBuild[]
}

const DEEPEST = 4
/** Folders that hold other people's files. */
export const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules', 'vendor', 'testdata'])

/**
 * Finds what a repository builds: of each Dockerfile the image that a workflow pushes, else the only deployed image whose last path segment is the name of
 * the folder or of the repository. A Dockerfile whose image nobody deploys is left out.
 * @throws DeliveryError `DELIVERY_AMBIGUOUS_IMAGE` that lists the candidates
 */
export function findBuilds(tree: SourceTree, hints: BuildHints): readonly ImageBuild[] {
  const pushed = hints.pushed ?? []
  const known = new Set(pushed.map((build) => `${build.folder}/${build.dockerfile}`))
  const found = dockerfiles(tree, '', 0).filter((folder) => !known.has(`${folder}/Dockerfile`))
  const named = found.flatMap((folder) => {
    const image = imageOf(folder, hints)
    return image === undefined ? [] : [{ folder, dockerfile: 'Dockerfile', image }]
  })
  return [...pushed.filter((build) => hasFile(tree, build)), ...named]
}

function hasFile(tree: SourceTree, { folder, dockerfile }: ImageBuild): boolean {
  return tree.stat(folder === '' ? dockerfile : `${folder}/${dockerfile}`) === 'file'
}

function dockerfiles(tree: SourceTree, folder: string, depth: number): string[] {
  const entries = tree.list(folder)
  const here = entries.some(({ name, kind }) => name === 'Dockerfile' && kind === 'file') ? [folder] : []
  if (depth === DEEPEST) return here
  const below = entries.filter(({ name, kind }) => kind === 'directory' && !SKIPPED.has(name))
  return [
    ...here,
    ...below.flatMap(({ name }) => dockerfiles(tree, folder === '' ? name : `${folder}/${name}`, depth + 1)),
  ]
}

function imageOf(folder: string, hints: BuildHints): string | undefined {
  const wanted = new Set([folder.split('/').at(-1), hints.repositoryName].map((name) => name?.toLowerCase()))
  const names = new Set(hints.images.map(repositoryOf))
  const matching = [...names].filter((name) => wanted.has(name.split('/').at(-1)))
  if (matching.length < 2) return matching[0]
  const file = folder === '' ? 'Dockerfile' : `${folder}/Dockerfile`
  throw new DeliveryError('DELIVERY_AMBIGUOUS_IMAGE', `${file} could build ${matching.sort().join(' or ')}`, {
    hint: 'push it from a workflow with docker/build-push-action, or rename one of the images',
  })
}

/** `registry/name` of a reference with tag or digest. */
export function repositoryOf(reference: string): string {
  const plain = reference.split('@')[0] ?? ''
  const colon = plain.indexOf(':', plain.lastIndexOf('/') + 1)
  return colon < 0 ? plain : plain.slice(0, colon)
}
