import { forbidden } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

interface PodSpec {
  priorityClassName?: string
  priority?: number
  preemptionPolicy?: string
  [field: string]: unknown
}

/** A pod's priority is that of its class, of the global default class, or 0. */
export function resolvePriority({ strategy, resource, object }: Admission): void {
  if (resource.kind !== 'Pod' || resource.group !== '') return
  const spec = object['spec'] as PodSpec
  const classes = strategy.list('scheduling.k8s.io', 'priorityclasses')
  const wanted = spec.priorityClassName ?? ''
  const found =
    wanted === ''
      ? classes.find((of) => of['globalDefault'] === true)
      : classes.find((of) => of.metadata.name === wanted)
  if (wanted !== '' && found === undefined) {
    throw forbidden(named(resource), object.metadata.name ?? '', `no PriorityClass with name ${wanted} was found`)
  }
  if (found !== undefined) spec.priorityClassName = found.metadata.name ?? ''
  spec.priority = Number(found?.['value'] ?? 0)
  spec.preemptionPolicy = String(found?.['preemptionPolicy'] ?? 'PreemptLowerPriority')
}
