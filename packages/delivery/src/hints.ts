import type { SourceTree } from '@slipway/diag'
import { normalUrl, type Repository } from '@slipway/git'
import { parseWorkflow, pushedImages, type Workflow } from '@slipway/workflows'
import { writtenImages, type BuildHints, type ImageBuild } from './builds.ts'

const WORKFLOWS = '.github/workflows'

/** What a commit itself says about the names of its images: its workflows, its YAML files, and the repository's name. */
export async function hintsOf(repository: Repository, tree: SourceTree): Promise<BuildHints> {
  const path = await repositoryPath(repository)
  return {
    images: writtenImages(tree),
    repositoryName: path.split('/').at(-1) ?? path,
    pushed: pushedBuilds(tree, path.split('/').slice(-2).join('/')),
  }
}

/** The last segment of the URL of `origin` (else of the first remote) without `.git`, else the folder's name. */
export async function repositoryName(repository: Repository): Promise<string> {
  return (await repositoryPath(repository)).split('/').at(-1) ?? ''
}

async function repositoryPath(repository: Repository): Promise<string> {
  const remotes = await repository.remotes()
  const url = (remotes.find((remote) => remote.name === 'origin') ?? remotes[0])?.url
  return normalUrl(url ?? repository.directory).replace(/^file:/, '')
}

/** The builds of the workflows that push; one whose Dockerfile lies outside its context cannot be built here and is left out. */
function pushedBuilds(tree: SourceTree, repository: string): readonly ImageBuild[] {
  return pushedImages(readWorkflows(tree), { repository }).flatMap(({ image, context, dockerfile }) => {
    const inside = context === '' || dockerfile.startsWith(`${context}/`)
    return inside
      ? [{ folder: context, dockerfile: dockerfile.slice(context === '' ? 0 : context.length + 1), image }]
      : []
  })
}

function readWorkflows(tree: SourceTree): Workflow[] {
  const files = tree.list(WORKFLOWS).filter(({ name, kind }) => kind === 'file' && /\.ya?ml$/.test(name))
  return files.flatMap(({ name }) => {
    const path = `${WORKFLOWS}/${name}`
    return parseWorkflow(new TextDecoder().decode(tree.read(path)), path).workflow ?? []
  })
}
