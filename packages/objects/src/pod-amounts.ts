import { addQuantities, compareQuantities } from './quantity.ts'

/** Amounts by the name of their resource. */
export type ResourceAmounts = Readonly<Record<string, string>>

interface Resources {
  readonly limits?: ResourceAmounts
  readonly requests?: ResourceAmounts
}

/** The parts of a pod's spec that ask for resources. */
export interface PodResources {
  readonly containers?: readonly ContainerResources[]
  readonly initContainers?: readonly ContainerResources[]
  readonly resources?: Resources
  readonly overhead?: ResourceAmounts
}

interface ContainerResources {
  readonly restartPolicy?: string
  readonly resources?: Resources
}

const OF_PODS = /^(cpu|memory|hugepages-.*)$/

/**
 * What a pod requests, or is limited to, as a whole: component-helpers/resource, PodRequests and PodLimits, without the overhead. Init containers run one at a time
 * beside the sidecars before them; what they need at most counts when it is more than what the containers need together. What the pod says itself goes before all.
 */
export function podAmounts(spec: PodResources, side: 'requests' | 'limits'): Record<string, string> {
  const { containers = [], initContainers = [], resources } = spec
  const sum: Record<string, string> = {}
  for (const container of containers) add(sum, container.resources?.[side])
  const sidecars: Record<string, string> = {}
  const before: Record<string, string> = {}
  for (const container of initContainers) {
    const own = container.resources?.[side]
    if (container.restartPolicy === 'Always') {
      add(sum, own)
      add(sidecars, own)
      raise(before, sidecars)
    } else {
      const together = { ...sidecars }
      add(together, own)
      raise(before, together)
    }
  }
  raise(sum, before)
  for (const [name, quantity] of Object.entries(resources?.[side] ?? {})) if (OF_PODS.test(name)) sum[name] = quantity
  return sum
}

/** The same with the pod's overhead, which raises only those limits that there are. */
export function podAmountsWithOverhead(spec: PodResources, side: 'requests' | 'limits'): Record<string, string> {
  const sum = podAmounts(spec, side)
  const counted = Object.entries(spec.overhead ?? {}).filter(([name]) => side === 'requests' || sum[name] !== undefined)
  add(sum, Object.fromEntries(counted))
  return sum
}

function add(to: Record<string, string>, quantities: ResourceAmounts = {}): void {
  for (const [name, quantity] of Object.entries(quantities))
    to[name] = to[name] === undefined ? quantity : addQuantities(to[name], quantity)
}

function raise(of: Record<string, string>, others: ResourceAmounts): void {
  for (const [name, quantity] of Object.entries(others))
    if (of[name] === undefined || compareQuantities(quantity, of[name]) > 0) of[name] = quantity
}
