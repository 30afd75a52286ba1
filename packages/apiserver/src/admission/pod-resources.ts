import { addQuantities, compareQuantities } from '@slipway/objects'
import type { Asked, Quantities } from './limit-bounds.ts'

/** A container, as far as its resources go. */
export interface Container {
  name: string
  restartPolicy?: string
  resources?: { limits?: Quantities; requests?: Quantities }
}

/** The parts of a pod's spec that ask for resources. */
export interface PodResources {
  readonly containers?: Container[]
  readonly initContainers?: Container[]
  readonly resources?: { readonly limits?: Quantities; readonly requests?: Quantities }
}

const OF_PODS = /^(cpu|memory|hugepages-.*)$/

/** What a pod asks for as a whole: its containers and sidecars together, or the largest of what starts before them; what the pod says itself goes before all. */
export function podAsks(spec: PodResources): Asked {
  return { requests: total(spec, 'requests'), limits: total(spec, 'limits') }
}

function total(
  { containers = [], initContainers = [], resources }: PodResources,
  side: 'requests' | 'limits',
): Quantities {
  const sum: Record<string, string> = {}
  for (const container of containers) add(sum, container.resources?.[side])
  const sidecars: Record<string, string> = {}
  const before: Record<string, string> = {}
  for (const container of initContainers) {
    const own = container.resources?.[side]
    if (container.restartPolicy === 'Always') {
      add(sum, own)
      add(sidecars, own)
      most(before, sidecars)
    } else {
      const together = { ...sidecars }
      add(together, own)
      most(before, together)
    }
  }
  most(sum, before)
  for (const [name, quantity] of Object.entries(resources?.[side] ?? {})) if (OF_PODS.test(name)) sum[name] = quantity
  return sum
}

function add(to: Record<string, string>, quantities: Quantities = {}): void {
  for (const [name, quantity] of Object.entries(quantities))
    to[name] = to[name] === undefined ? quantity : addQuantities(to[name], quantity)
}

function most(of: Record<string, string>, others: Quantities): void {
  for (const [name, quantity] of Object.entries(others))
    if (of[name] === undefined || compareQuantities(quantity, of[name]) > 0) of[name] = quantity
}
