import { parseQuantity } from '@slipway/objects'
import type { Container, Pod } from './types.ts'

/** Amounts by resource, in billionths of their unit. */
export type Requests = ReadonlyMap<string, bigint>

/**
 * What a pod requests of its node: component-helpers/resource, PodRequests. Init containers run one at a time beside the sidecars before them; what they need at most
 * counts when it is more than what the containers need together. A pod's own requests stand for those of its containers, and its overhead is added.
 */
export function requestsOf(pod: Pod): Requests {
  const known = KNOWN.get(pod) ?? compute(pod)
  KNOWN.set(pod, known)
  return known
}

// A scheduler asks this of every pod for every pod; a cache's objects do not change, they are replaced.
const KNOWN = new WeakMap<Pod, Requests>()

function compute({ spec }: Pod): Requests {
  const sum = new Map<string, bigint>()
  for (const container of spec.containers) add(sum, requested(container))
  const sidecars = new Map<string, bigint>()
  const initial = new Map<string, bigint>()
  for (const container of spec.initContainers ?? []) {
    const own = requested(container)
    if (container['restartPolicy'] === 'Always') {
      add(sum, own)
      add(sidecars, own)
      raise(initial, sidecars)
    } else {
      const together = new Map(sidecars)
      add(together, own)
      raise(initial, together)
    }
  }
  raise(sum, initial)
  for (const [resource, nano] of amounts(spec.resources?.requests)) if (isOfPods(resource)) sum.set(resource, nano)
  add(sum, amounts(spec.overhead))
  return sum
}

// The resources that a pod as a whole may request.
function isOfPods(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-')
}

function requested(container: Container): Requests {
  return amounts(container.resources?.requests)
}

function amounts(quantities: Readonly<Record<string, string>> | undefined): Map<string, bigint> {
  return new Map(Object.entries(quantities ?? {}).map(([resource, text]) => [resource, parseQuantity(text).nano]))
}

function add(to: Map<string, bigint>, more: Requests): void {
  for (const [resource, nano] of more) to.set(resource, (to.get(resource) ?? 0n) + nano)
}

function raise(to: Map<string, bigint>, least: Requests): void {
  for (const [resource, nano] of least) if (nano > (to.get(resource) ?? 0n)) to.set(resource, nano)
}
