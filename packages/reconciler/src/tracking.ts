import { gvkOf, type KubeObject } from '@slipway/objects'

const TRACKING = 'argocd.argoproj.io/tracking-id'

/** The Application that an object says it belongs to, and the object that it says it is. */
export interface Tracking {
  /** The name of the Application, with its namespace and `_` before it outside of Argo CD's own namespace. */
  readonly instance: string
  /** `group/kind:namespace/name`. */
  readonly identity: string
}

/** What the annotation `argocd.argoproj.io/tracking-id` of an object says. */
export function trackingOf(object: KubeObject): Tracking | undefined {
  const text = object.metadata.annotations?.[TRACKING]
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon <= 0) return undefined
  return { instance: text.slice(0, colon), identity: text.slice(colon + 1) }
}

/** A copy of an object that belongs to an Application; a cluster-scoped one is noted under the destination namespace. */
export function tracked(object: KubeObject, instance: string, namespace: string): KubeObject {
  const id = `${instance}:${identityOf(object, namespace)}`
  const annotations = { ...object.metadata.annotations, [TRACKING]: id }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/** True when a live object is the very one that its annotation speaks of, and not a copy that another controller made with its annotations. */
export function isOwnTracking(object: KubeObject, namespace: string): boolean {
  const tracking = trackingOf(object)
  return tracking === undefined || tracking.identity === identityOf(object, namespace)
}

function identityOf(object: KubeObject, namespace: string): string {
  const { group, kind } = gvkOf(object)
  return `${group}/${kind}:${object.metadata.namespace || namespace}/${object.metadata.name ?? ''}`
}
