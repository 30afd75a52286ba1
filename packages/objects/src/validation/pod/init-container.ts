import { existing, items, type Json } from '../../defaults/fields.ts'
import type { Place } from '../place.ts'
import { textOf } from '../shared.ts'
import { commonContainer, uniqueHostPorts } from './container.ts'
import { lifecycle, probes } from './probes.ts'
import { restartPolicy } from './restart.ts'
import type { PodFacts } from './spec.ts'

const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always'
const OF_SIDECARS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']

/** The init containers of a pod; those that always restart are sidecars, and may be probed. */
export function initContainers(spec: Json, place: Place, facts: PodFacts): void {
  const names = new Set(items(spec, 'containers').map((container) => textOf(container, 'name')))
  for (const [index, container] of items(spec, 'initContainers').entries()) {
    const at = place.nth(index)
    commonContainer(container, at, facts)
    restartPolicy(container, at)
    const name = textOf(container, 'name')
    if (names.has(name)) at.at('name').duplicate(name)
    else if (name !== '') names.add(name)
    uniqueHostPorts([container], place)
    if (container['restartPolicy'] === 'Always') {
      lifecycle(existing(container, 'lifecycle'), at.at('lifecycle'), facts)
      probes(container, at, facts)
    } else for (const field of OF_SIDECARS) if (container[field] !== undefined) at.at(field).forbidden(ONLY_SIDECARS)
  }
}
