import type { Application } from '@slipway/argo'
import {
  hasReason,
  informerSource,
  startController,
  type Client,
  type Controller,
  type Informer,
} from '@slipway/client'
import { keyOf, type Clock, type KubeObject } from '@slipway/objects'

/** What is needed to let projects go. */
export interface ProjectsOptions {
  readonly client: Client
  readonly clock: Clock
  readonly applications: Informer<Application>
  readonly projects: Informer
  readonly onError?: (failure: { controller: string; key: string; error: unknown }) => void
}

const FINALIZER = 'resources-finalizer.argocd.argoproj.io'

/** Takes the finalizer off projects that are being deleted, once no Application is of them any more. */
export function startProjects(options: ProjectsOptions): Promise<Controller> {
  const { clock, applications, projects, onError } = options
  return startController({
    name: 'projects',
    clock,
    workers: 1,
    reconcile: async (key) => {
      const project = projects.get(key)
      if (project !== undefined && isLeaving(project) && !isUsed(applications, project)) await release(options, project)
      return undefined
    },
    sources: [
      informerSource(projects, ({ object }) => [keyOf(object)]),
      // An Application that goes, or moves to another project, may have been the last one.
      informerSource(applications, () => projects.list().filter(isLeaving).map(keyOf)),
    ],
    ...(onError === undefined ? {} : { onError }),
  })
}

const isLeaving = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(FINALIZER) === true

function isUsed(applications: Informer<Application>, { metadata }: KubeObject): boolean {
  return applications.list().some(({ spec }) => (spec.project || 'default') === metadata.name)
}

async function release({ client }: ProjectsOptions, { apiVersion, kind, metadata }: KubeObject): Promise<void> {
  const { name = '', namespace, resourceVersion, finalizers = [] } = metadata
  const left = finalizers.filter((finalizer) => finalizer !== FINALIZER)
  const body = { metadata: { resourceVersion, finalizers: left.length === 0 ? null : left } }
  await client.patch({ apiVersion, kind, namespace, name }, { type: 'merge', body }).catch((error: unknown) => {
    if (!hasReason(error, 'NotFound')) throw error
  })
}
