import { parseQuantity, podAmountsWithOverhead } from '@slipway/objects'
import type { Pod } from './types.ts'

/** Amounts by resource, in billionths of their unit. */
export type Requests = ReadonlyMap<string, bigint>

/** What a pod requests of its node, its overhead included: see `podAmountsWithOverhead`. */
export function requestsOf(pod: Pod): Requests {
  const known = KNOWN.get(pod) ?? compute(pod)
  KNOWN.set(pod, known)
  return known
}

// A scheduler asks this of every pod for every pod; a cache's objects do not change, they are replaced.
const KNOWN = new WeakMap<Pod, Requests>()

function compute({ spec }: Pod): Requests {
  const amounts = podAmountsWithOverhead(spec, 'requests')
  return new Map(Object.entries(amounts).map(([resource, text]) => [resource, parseQuantity(text).nano]))
}
