import { type Application, type Environment, sourcesOf } from '@slipway/argo'
import { DiagnosticError, type Origins, type SourceTree } from '@slipway/diag'
import { environmentRef } from '@slipway/delivery'
import type { Repository } from '@slipway/git'
import type { KubeObject } from '@slipway/objects'
import { ReconcilerError, renderSource } from '@slipway/reconciler'
import { sourceBranch } from './discover.ts'

/** What an environment's Applications render to. */
export interface EnvironmentRender {
  readonly commit: string
  readonly objects: readonly KubeObject[]
  readonly origins: ReadonlyMap<KubeObject, Origins>
  readonly warnings: readonly string[]
}

const KUBE_VERSION = '1.36.3'

/**
 * Renders an environment without a cluster: its deployment commit, or another commit or branch of the repository.
 *
 * @throws DiagnosticError for a fault in the files of the source, ReconcilerError, GitError
 */
export async function renderEnvironment(
  repository: Repository,
  environment: Environment,
  revision?: string,
): Promise<EnvironmentRender> {
  const refs = await repository.refs()
  const deployed = refs.get(environmentRef(environment.name))
  const commit =
    revision === undefined && deployed !== undefined
      ? deployed
      : (await repository.resolve(revision ?? sourceBranch(environment))).commit
  const tree = await repository.loadTree(commit)
  const objects: KubeObject[] = []
  const origins = new Map<KubeObject, Origins>()
  const warnings: string[] = []
  for (const application of environment.applications) {
    for (const result of await renderApplication(application, { tree, commit })) {
      warnings.push(...(result.warnings ?? []))
      for (const rendered of result.objects) {
        objects.push(rendered.object)
        if (rendered.origins !== undefined) origins.set(rendered.object, rendered.origins)
      }
    }
  }
  return { commit, objects, origins, warnings }
}

async function renderApplication(
  application: Application,
  at: { readonly tree: SourceTree; readonly commit: string },
): Promise<Awaited<ReturnType<typeof renderSource>>[]> {
  try {
    return await renderSources(application, at)
  } catch (error) {
    if (!(error instanceof ReconcilerError) || error.diagnostic === undefined) throw error
    const textOf = (file: string): string | undefined => {
      const data = at.tree.read(file)
      return data === undefined ? undefined : new TextDecoder().decode(data)
    }
    throw new DiagnosticError(error.diagnostic, textOf, { cause: error })
  }
}

function renderSources(
  application: Application,
  at: { readonly tree: SourceTree; readonly commit: string },
): Promise<Awaited<ReturnType<typeof renderSource>>[]> {
  const sources = sourcesOf(application)
  const refs = new Map(sources.flatMap(({ ref }) => (ref === undefined ? [] : [[ref, at.tree] as const])))
  return Promise.all(
    sources
      .filter(({ path, ref }) => path !== undefined || ref === undefined)
      .map((source) =>
        renderSource({
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
