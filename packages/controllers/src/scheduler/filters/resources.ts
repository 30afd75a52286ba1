import { parseQuantity } from '@slipway/objects'
import { requestsOf, type Requests } from '../../shared/requests.ts'
import { podsOn, type Filter } from '../world.ts'

/** Room for one more pod and for what it requests: plugins/noderesources/fit.go. A resource that a node does not have is one of which it has none. */
export const nodeResources: Filter = (pod, node, world) => {
  const running = podsOn(world, node)
  const amount = (resource: string): bigint => parseQuantity(node.status?.allocatable?.[resource] ?? '0').nano
  const wanted = requestsOf(pod)
  const used = running.map(requestsOf)
  const short = [...wanted].filter(([resource, nano]) => nano > 0n && nano > amount(resource) - total(used, resource))
  const full = BigInt(running.length + 1) * NANO > amount('pods')
  if (short.length === 0 && !full) return undefined
  return {
    reasons: [...(full ? ['Too many pods'] : []), ...short.map(([resource]) => `Insufficient ${resource}`)],
    // More than the whole node has: nobody who leaves makes that fit.
    curable: short.every(([resource, nano]) => nano <= amount(resource)),
  }
}

const NANO = 1_000_000_000n

function total(requests: readonly Requests[], resource: string): bigint {
  return requests.reduce((sum, each) => sum + (each.get(resource) ?? 0n), 0n)
}
