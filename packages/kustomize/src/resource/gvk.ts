import { CLUSTER_KINDS, MERGE_KINDS } from '../generated/schema-facts.ts'

/** Group, version and kind; as a selector, empty parts match anything. */
export interface Gvk {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** What identifies a resource: kind, name and namespace as they stand in it. */
export interface ResId extends Gvk {
  readonly name: string
  readonly namespace: string
  /** Known to have no namespace; only set for an identity read from a resource, not for earlier ones or selectors. */
  readonly clusterScoped: boolean
}

const CLUSTER: ReadonlySet<string> = new Set(CLUSTER_KINDS)
/** What stands for the namespace of kinds that have none. */
export const NOT_A_NAMESPACE = '_non_namespaceable_'

/** Group and version of an apiVersion. */
export function parseGroupVersion(apiVersion: string): { group: string; version: string } {
  const at = apiVersion.indexOf('/')
  return at < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, at), version: apiVersion.slice(at + 1) }
}

/** The apiVersion of group and version. */
export function apiVersionOf(gvk: Gvk): string {
  return gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`
}

/** Whether a kind is known to have no namespace. */
export function isClusterScoped(apiVersion: string, kind: string, extra?: ReadonlyMap<string, boolean>): boolean {
  const id = `${apiVersion} ${kind}`
  const namespaced = extra?.get(id)
  return namespaced === undefined ? CLUSTER.has(id) : !namespaced
}

/** Whether a kind is one of Kubernetes' own. */
export function isBuiltInKind(gvk: Gvk): boolean {
  const id = `${apiVersionOf(gvk)} ${gvk.kind}`
  return CLUSTER.has(id) || MERGE_KINDS[id] !== undefined
}

/** Whether the selector's parts, where not empty, are those of the kind. */
export function isSelected(gvk: Gvk, selector: Gvk): boolean {
  return (
    (selector.group === '' || selector.group === gvk.group) &&
    (selector.version === '' || selector.version === gvk.version) &&
    (selector.kind === '' || selector.kind === gvk.kind)
  )
}

export function sameGvk(a: Gvk, b: Gvk): boolean {
  return a.group === b.group && a.version === b.version && a.kind === b.kind
}

/** The namespace for comparisons: `default` for none, a word that is no namespace for kinds without. */
export function effectiveNamespace(id: ResId): string {
  if (id.clusterScoped) return NOT_A_NAMESPACE
  return id.namespace === '' ? 'default' : id.namespace
}

/** The same for two identities means: kustomize takes them for one object. */
export function keyOfId(id: ResId): string {
  return `${effectiveNamespace(id)}\n${id.group}\n${id.version}\n${id.kind}\n${id.name}`
}

export function sameId(a: ResId, b: ResId): boolean {
  return a.name === b.name && sameGvk(a, b) && effectiveNamespace(a) === effectiveNamespace(b)
}

/** Whether a selector by identity (replacement sources) selects it. */
export function isSelectedById(id: ResId, selector: ResId): boolean {
  return (
    (selector.name === '' || selector.name === id.name) &&
    (selector.namespace === '' || effectiveNamespace(selector) === effectiveNamespace(id)) &&
    isSelected(id, selector)
  )
}

/** `Deployment.v1.apps`, as messages name a kind. */
export function formatGvk(gvk: Gvk): string {
  return `${gvk.kind || '[noKind]'}.${gvk.version || '[noVer]'}.${gvk.group || '[noGrp]'}`
}

/** `Deployment.v1.apps/web.[noNs]`, as messages name a resource. */
export function formatId(id: ResId): string {
  return `${formatGvk(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`
}

const ORDER_FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
]
const ORDER_LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']

/** Kinds that sort before and after all others in kustomize's legacy order. */
export const LEGACY_ORDER = { first: ORDER_FIRST, last: ORDER_LAST } as const

/** A rank by kind from two lists: negative for the first, positive for the last, 0 for others. */
export function ranksOf(first: readonly string[], last: readonly string[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>()
  for (const [at, kind] of first.entries()) ranks.set(kind, at - first.length)
  for (const [at, kind] of last.entries()) ranks.set(kind, at + 1)
  return ranks
}

/** Group, version and kind as one text that sorts as kustomize sorts. */
export function sortTextOfGvk(gvk: Gvk): string {
  return `${gvk.group || '~G'}_${gvk.version || '~V'}_${gvk.kind || '~K'}`
}
