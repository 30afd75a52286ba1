import type { KubeObject } from '@slipway/objects'

/** The revision of a Deployment's history. */
export const REVISION = 'deployment.kubernetes.io/revision'
/** Earlier revisions that had the same template. */
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
/** The size of the Deployment when the set was last scaled. */
export const DESIRED = 'deployment.kubernetes.io/desired-replicas'
/** That size with its surge. */
export const MAX = 'deployment.kubernetes.io/max-replicas'

const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED,
  MAX,
  'deprecated.deployment.rollback.to',
])

/** The number in an annotation; undefined for none. */
export function annotationNumber(object: KubeObject, name: string): number | undefined {
  const text = object.metadata.annotations?.[name]
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text)
}

/** The revision of a set or a Deployment; undefined for none. Revisions are Go's int64: whoever adopts a set may find one that no number of JavaScript is exact for. */
export function revisionOf(object: KubeObject): bigint | undefined {
  const text = object.metadata.annotations?.[REVISION]
  return text === undefined || !/^\d{1,19}$/.test(text) ? undefined : BigInt.asIntN(64, BigInt(text))
}

/** A Deployment's annotations that its ReplicaSets carry too. */
export function copiedAnnotations(deployment: KubeObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !NOT_COPIED.has(name)),
  )
}
