/** An object's metadata, as the API sends it: the fields of `meta/v1.ObjectMeta` that Slipway reads; others are kept. */
export interface ObjectMeta {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string | null
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  managedFields?: unknown[]
  [field: string]: unknown
}

/** `meta/v1.OwnerReference`: who an object belongs to, by uid; with the owner gone the object goes too. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** Any Kubernetes object: the fields that all kinds have are typed, the rest is read through narrower types at the edge. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

/** A group, version and kind; the core group is ''. */
export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** A group, version and plural resource name; the core group is ''. */
export interface GroupVersionResource {
  readonly group: string
  readonly version: string
  readonly resource: string
}

/** Splits `apps/v1` or `v1` into group and version. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

/** `apps/v1`, or `v1` for the core group. */
export function formatApiVersion(of: { readonly group: string; readonly version: string }): string {
  return of.group === '' ? of.version : `${of.group}/${of.version}`
}

// Asked for many times in every request: there are few kinds, and each is made once.
const kinds = new Map<string, Map<string, GroupVersionKind>>()
const MOST_KINDS = 1000

/** The group, version and kind of an object. */
export function gvkOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): GroupVersionKind {
  const known = kinds.get(apiVersion)?.get(kind)
  if (known !== undefined) return known
  const made = Object.freeze({ ...parseApiVersion(apiVersion), kind })
  const ofVersion = kinds.get(apiVersion) ?? new Map<string, GroupVersionKind>()
  // Names that somebody makes up must not fill the memory.
  if (kinds.size >= MOST_KINDS || ofVersion.size >= MOST_KINDS) kinds.clear()
  else kinds.set(apiVersion, ofVersion.set(kind, made))
  return made
}

/** `namespace/name`, or `name` for objects without a namespace: the key of work queues and caches. */
export function keyOf(object: { readonly metadata: ObjectMeta }): string {
  const { namespace, name } = object.metadata
  return namespace === undefined || namespace === '' ? (name ?? '') : `${namespace}/${name ?? ''}`
}

/** Splits a {@link keyOf} key; the namespace of a cluster-scoped object is ''. */
export function parseKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/')
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

/** The owner reference with `controller: true`, if the object has one. */
export function controllerOf(object: { readonly metadata: ObjectMeta }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)
}

/** An owner reference by which `owner` controls another object, as `metav1.NewControllerRef` makes it. */
export function controllerRef(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}
