import { gvkOf, type KubeObject } from '@slipway/objects'

const TRACKING = 'argocd.argoproj.io/tracking-id'
// Names of roles may have colons in them, and the name of a hook with `generateName` is empty when it is noted.
const FORM = /^([^:]+):([^:/]*\/[^:/]*:[^/]*\/[^/]*)$/

/** The Application that an object says it belongs to, and the object that it says it is. */
export interface Tracking {
  /** The name of the Application, with its namespace and `_` before it outside of Argo CD's own namespace. */
  readonly instance: string
  /** `group/kind:namespace/name`. */
  readonly identity: string
}

/** What the annotation `argocd.argoproj.io/tracking-id` of an object says; undefined where it is not of the form `instance:group/kind:namespace/name`. */
export function trackingOf(object: KubeObject): Tracking | undefined {
  const [, instance, identity] = FORM.exec(object.metadata.annotations?.[TRACKING] ?? '') ?? []
  return instance === undefined || identity === undefined ? undefined : { instance, identity }
}

/** A copy of an object that belongs to an Application; a cluster-scoped one is noted under the destination namespace. */
export function tracked(object: KubeObject, instance: string, namespace: string): KubeObject {
  const id = `${instance}:${identityOf(object, namespace)}`
  const annotations = { ...object.metadata.annotations, [TRACKING]: id }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/**
 * True when a live object is the very one that its annotation speaks of, and not a copy that another controller made with its annotations. The annotation of
 * a cluster-scoped object names the destination namespace, which says nothing of the object.
 */
export function isOwnTracking(object: KubeObject): boolean {
  const tracking = trackingOf(object)
  if (tracking === undefined) return true
  const { namespace = '' } = object.metadata
  const own = identityOf(object, '')
  return namespace === '' ? tracking.identity.replace(/:[^/]*\//, ':/') === own : tracking.identity === own
}

function identityOf(object: KubeObject, namespace: string): string {
  const { group, kind } = gvkOf(object)
  return `${group}/${kind}:${object.metadata.namespace || namespace}/${object.metadata.name ?? ''}`
}
