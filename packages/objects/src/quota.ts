import type { KubeObject } from './object.ts'
import { podAmountsWithOverhead, type PodResources } from './pod-amounts.ts'
import { addQuantities } from './quantity.ts'

/** Amounts by the name that a ResourceQuota has for them: `pods`, `requests.cpu`, `count/deployments.apps`. */
export type Amounts = Readonly<Record<string, string>>

interface PodSpec extends PodResources {
  readonly activeDeadlineSeconds?: number
  readonly priorityClassName?: string
}

// Kinds that a quota may also count by a plain name.
const PLAIN = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
])
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']

/**
 * What one object takes of a ResourceQuota (`k8s.io/kubernetes/pkg/quota/v1/evaluator/core`): its count by kind, for pods requests and limits, for claims their
 * storage, for Services their node ports and load balancers. A pod that has ended takes nothing but its count by kind.
 */
export function quotaUsage(object: KubeObject, resource: { readonly group: string; readonly plural: string }): Amounts {
  const { group, plural } = resource
  const counted = `count/${plural}${group === '' ? '' : `.${group}`}`
  const plain = group === '' && PLAIN.has(plural) ? { [plural]: '1' } : {}
  if (group !== '') return { [counted]: '1' }
  if (plural === 'pods') return isOver(object) ? { [counted]: '1' } : { [counted]: '1', ...plain, ...ofPod(object) }
  if (plural === 'services') return { [counted]: '1', ...plain, ...ofService(object) }
  if (plural === 'persistentvolumeclaims') return { [counted]: '1', ...plain, ...ofClaim(object) }
  return { [counted]: '1', ...plain }
}

/** Adds up amounts. */
export function sumUsage(all: readonly Amounts[]): Record<string, string> {
  const sum: Record<string, string> = {}
  for (const amounts of all)
    for (const [name, amount] of Object.entries(amounts)) sum[name] = addQuantities(sum[name] ?? '0', amount)
  return sum
}

/** The kinds of pods that a quota's scopes leave: all without scopes. Scopes say nothing of other objects, which such a quota does not count. */
export function quotaCovers(quota: KubeObject, object: KubeObject): boolean {
  const { scopes = [], scopeSelector } = (quota['spec'] ?? {}) as QuotaSpec
  const wanted = [
    ...scopes.map((scopeName) => ({ scopeName, operator: 'Exists', values: [] as readonly string[] })),
    ...(scopeSelector?.matchExpressions ?? []).map(({ values = [], ...rest }) => ({ ...rest, values })),
  ]
  return wanted.length === 0 || (object.kind === 'Pod' && wanted.every((scope) => inScope(object, scope)))
}

interface QuotaSpec {
  readonly scopes?: readonly string[]
  readonly scopeSelector?: {
    readonly matchExpressions?: readonly {
      readonly scopeName: string
      readonly operator: string
      readonly values?: readonly string[]
    }[]
  }
}

function inScope(
  pod: KubeObject,
  { scopeName, operator, values }: { scopeName: string; operator: string; values: readonly string[] },
): boolean {
  const spec = podSpec(pod)
  const terminating = spec.activeDeadlineSeconds !== undefined
  const bestEffort = containersOf(spec).every(
    ({ resources = {} }) => Object.keys({ ...resources.limits, ...resources.requests }).length === 0,
  )
  switch (scopeName) {
    case 'Terminating':
      return terminating
    case 'NotTerminating':
      return !terminating
    case 'BestEffort':
      return bestEffort
    case 'NotBestEffort':
      return !bestEffort
    case 'PriorityClass':
      return inClass(spec.priorityClassName ?? '', operator, values)
    default:
      return false
  }
}

function inClass(name: string, operator: string, values: readonly string[]): boolean {
  if (operator === 'In') return values.includes(name)
  if (operator === 'NotIn') return !values.includes(name)
  return operator === 'DoesNotExist' ? name === '' : name !== ''
}

function isOver(pod: KubeObject): boolean {
  const { phase } = (pod['status'] ?? {}) as { phase?: string }
  return phase === 'Succeeded' || phase === 'Failed'
}

const podSpec = (pod: KubeObject): PodSpec => (pod['spec'] ?? {}) as PodSpec

function containersOf({ containers = [], initContainers = [] }: PodSpec): NonNullable<PodSpec['containers']> {
  return [...containers, ...initContainers]
}

function ofPod(pod: KubeObject): Amounts {
  const spec = podSpec(pod)
  const usage: Record<string, string> = {}
  for (const [name, amount] of Object.entries(podAmountsWithOverhead(spec, 'requests'))) {
    usage[`requests.${name}`] = amount
    if (COMPUTE.includes(name)) usage[name] = amount
  }
  for (const [name, amount] of Object.entries(podAmountsWithOverhead(spec, 'limits')))
    if (COMPUTE.includes(name)) usage[`limits.${name}`] = amount
  return usage
}

function ofService(service: KubeObject): Amounts {
  const {
    type,
    ports = [],
    allocateLoadBalancerNodePorts,
  } = (service['spec'] ?? {}) as {
    type?: string
    ports?: readonly unknown[]
    allocateLoadBalancerNodePorts?: boolean
  }
  const balanced = type === 'LoadBalancer'
  const open = type === 'NodePort' || (balanced && allocateLoadBalancerNodePorts !== false)
  return { 'services.loadbalancers': balanced ? '1' : '0', 'services.nodeports': String(open ? ports.length : 0) }
}

function ofClaim(claim: KubeObject): Amounts {
  const { storageClassName = '', resources } = (claim['spec'] ?? {}) as {
    storageClassName?: string
    resources?: { requests?: { storage?: string } }
  }
  const storage = resources?.requests?.storage ?? '0'
  const prefix = `${storageClassName}.storageclass.storage.k8s.io`
  const ofClass =
    storageClassName === ''
      ? {}
      : { [`${prefix}/requests.storage`]: storage, [`${prefix}/persistentvolumeclaims`]: '1' }
  return { 'requests.storage': storage, ...ofClass }
}
