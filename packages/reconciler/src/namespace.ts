import type { Application } from '@slipway/argo'
import type { KubeObject } from '@slipway/objects'
import type { Context } from './context.ts'

/** The destination namespace as the Application wants it, and as it is. */
export interface ManagedNamespace {
  readonly target: KubeObject
  readonly live: KubeObject | undefined
}

/**
 * The namespace that a sync makes or labels: undefined when it is there and the Application manages no labels of it. Labels are applied server-side, so that
 * those of others stay.
 */
export function managedNamespaceOf(context: Context, application: Application): ManagedNamespace | undefined {
  const name = application.spec.destination.namespace ?? ''
  if (name === '') return undefined
  const live = context.live.get({ group: '', kind: 'Namespace', namespace: '', name })
  const metadata = application.spec.syncPolicy?.managedNamespaceMetadata
  if (live !== undefined && metadata === undefined) return undefined
  const annotations = { ...metadata?.annotations, 'argocd.argoproj.io/sync-options': 'ServerSideApply=true' }
  const { labels } = metadata ?? {}
  const extra =
    metadata === undefined ? {} : { annotations, ...(labels === undefined ? {} : { labels: { ...labels } }) }
  return { target: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...extra } }, live }
}
