import type { SourceTree } from '@slipway/diag'
import { normalUrl, type Repository } from '@slipway/git'
import { parseWorkflow, pushedImages, type Workflow } from '@slipway/workflows'
import type { BuildHints, ImageBuild } from './builds.ts'
import { writtenImages } from './written-images.ts'

const WORKFLOWS = '.github/workflows'

/** What a commit itself says about the names of its images: its workflows, its YAML files, and the repository's name. */
export async function hintsOf(repository: Repository, tree: SourceTree, commit: string): Promise<BuildHints> {
  const path = await repositoryPath(repository)
  const workflows = await workflowsOf(repository, tree, commit)
  return {
    images: writtenImages(tree),
    repositoryName: path.split('/').at(-1) ?? path,
    pushed: pushedBuilds(workflows, path.split('/').slice(-2).join('/')),
  }
}

/** Workflows by the id of their folder in git: they change seldom, and a release waits for them. */
const workflowsByTree = new Map<string, readonly Workflow[]>()

async function workflowsOf(repository: Repository, tree: SourceTree, commit: string): Promise<readonly Workflow[]> {
  const folder = await repository.readObject(`${commit}:${WORKFLOWS}`)
  if (folder === undefined) return []
  const workflows = workflowsByTree.get(folder.id) ?? readWorkflows(tree)
  workflowsByTree.set(folder.id, workflows)
  return workflows
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
function pushedBuilds(workflows: readonly Workflow[], repository: string): readonly ImageBuild[] {
  return pushedImages(workflows, { repository }).flatMap(({ image, context, dockerfile }) => {
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
