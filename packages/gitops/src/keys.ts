import { gvkOf, type KubeObject } from '@slipway/objects'

/** What identifies an object through all versions of its kind; the namespace of a cluster-scoped object is ''. */
export interface ResourceKey {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** The key of an object as it stands: without a namespace, ''. */
export function resourceKeyOf(object: KubeObject): ResourceKey {
  const { group, kind } = gvkOf(object)
  return { group, kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' }
}

/** A key as one text, `group/kind/namespace/name`. */
export function formatResourceKey(key: ResourceKey): string {
  return `${key.group}/${key.kind}/${key.namespace}/${key.name}`
}

/** The key of an object as one text. */
export function keyTextOf(object: KubeObject): string {
  return formatResourceKey(resourceKeyOf(object))
}
