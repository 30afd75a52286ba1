import { type Application, type Environment, sourcesOf } from '@slipway/argo'
import { DiagnosticError, type Origins, type SourceTree, textInTree } from '@slipway/diag'
import { environmentRef, releasedTree, setImages } from '@slipway/delivery'
import type { Repository } from '@slipway/git'
import type { KubeObject } from '@slipway/objects'
import { ReconcilerError, type Render, type RenderResult, renderSource } from '@slipway/reconciler'
import { sourceBranch } from './discover.ts'
import { checkRepositories } from './own-repository.ts'

/** What an environment's Applications render to. */
export interface EnvironmentRender {
  readonly commit: string
  /** What was rendered: the files of the commit, with the digests of its images where they name none. */
  readonly tree: SourceTree
  readonly objects: readonly KubeObject[]
  readonly origins: ReadonlyMap<KubeObject, Origins>
  readonly warnings: readonly string[]
}

/** What {@link renderEnvironment} renders, and how. */
export interface EnvironmentRenderOptions {
  /** A commit or branch, or any other revision that git knows; the deployment commit by default. */
  readonly revision?: string | undefined
  /** In this thread by default; then with origins. */
  readonly render?: Render
}

interface At {
  readonly tree: SourceTree
  readonly commit: string
  readonly render: Render
}

const KUBE_VERSION = '1.36.3'

/**
 * Renders an environment without a cluster: its deployment commit, or another commit or branch of the repository, with the images that it has or would have.
 *
 * @throws DiagnosticError for a fault in the files of the source, EnvironmentsError `ENVIRONMENTS_OTHER_REPOSITORY`, ReconcilerError, GitError
 */
export async function renderEnvironment(
  repository: Repository,
  environment: Environment,
  { revision, render = renderSource }: EnvironmentRenderOptions = {},
): Promise<EnvironmentRender> {
  const commit =
    revision === undefined
      ? ((await repository.refs()).get(environmentRef(environment.name)) ??
        (await repository.resolve(sourceBranch(environment))).commit)
      : await commitOf(repository, revision)
  const { tree, images, note } = await releasedTree(repository, { environment: environment.name, commit })
  const objects: KubeObject[] = []
  const origins = new Map<KubeObject, Origins>()
  const warnings = [
    ...checkRepositories(environment, await repository.remotes()),
    ...(note === undefined ? [] : [note]),
  ]
  for (const application of environment.applications) {
    for (const result of await renderApplication(application, { tree, commit, render })) {
      warnings.push(...(result.warnings ?? []))
      for (const rendered of result.objects) {
        const object = setImages(rendered.object, images)
        objects.push(object)
        if (rendered.origins !== undefined) origins.set(object, rendered.origins)
      }
    }
  }
  return { commit, tree, objects, origins, warnings }
}

// What a person enters may be any expression of git, such as HEAD~1, besides what an Application may name.
async function commitOf(repository: Repository, revision: string): Promise<string> {
  try {
    return (await repository.resolve(revision)).commit
  } catch (error) {
    const commit = await repository.objectId(`${revision}^{commit}`)
    if (commit === undefined) throw error
    return commit
  }
}

async function renderApplication(application: Application, at: At): Promise<RenderResult[]> {
  try {
    return await renderSources(application, at)
  } catch (error) {
    if (!(error instanceof ReconcilerError) || error.diagnostic === undefined) throw error
    throw new DiagnosticError(error.diagnostic, (file) => textInTree(at.tree, file), { cause: error })
  }
}

function renderSources(application: Application, at: At): Promise<RenderResult[]> {
  const sources = sourcesOf(application)
  const refs = new Map(sources.flatMap(({ ref }) => (ref === undefined ? [] : [[ref, at.tree] as const])))
  return Promise.all(
    sources
      .filter(({ path, ref }) => path !== undefined || ref === undefined)
      .map((source) =>
        at.render({
          tree: at.tree,
          source,
          revision: at.commit,
          application: {
            name: application.metadata.name ?? '',
            namespace: application.metadata.namespace ?? 'argocd',
            project: application.spec.project,
          },
          namespace: application.spec.destination.namespace ?? '',
          refs,
          kubeVersion: KUBE_VERSION,
          apiVersions: [],
        }),
      ),
  )
}
