import type { KubeObject } from '@slipway/objects'
import { forbidden } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

interface PodSpec {
  priorityClassName?: string
  priority?: number
  preemptionPolicy?: string
  [field: string]: unknown
}

const USUAL = 'PreemptLowerPriority'

/**
 * A pod's priority is that of its class, of the global default class, or 0; a pod that says another one is refused:
 * k8s.io/kubernetes/plugin/pkg/admission/priority. @throws StatusError Forbidden
 */
export function resolvePriority(admission: Admission): void {
  const { resource, object, old } = admission
  if (resource.kind !== 'Pod' || resource.group !== '') return
  const spec = object['spec'] as PodSpec
  if (old !== undefined) {
    keepPriority(spec, old['spec'] as PodSpec)
    return
  }
  const found = classOf(admission, spec.priorityClassName ?? '')
  const priority = Number(found?.['value'] ?? 0)
  const preemption = String(found?.['preemptionPolicy'] ?? USUAL)
  if (spec.priority !== undefined && spec.priority !== priority)
    throw refusal(
      admission,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    )
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemption)
    throw refusal(
      admission,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemption} from the given PriorityClass name`,
    )
  if (found !== undefined) spec.priorityClassName = found.metadata.name ?? ''
  spec.priority = priority
  spec.preemptionPolicy = preemption
}

// An update that leaves them out keeps them, and one that changes them is no valid update.
function keepPriority(spec: PodSpec, old: PodSpec): void {
  if (old.priority !== undefined) spec.priority ??= old.priority
  if (old.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy
}

function classOf(admission: Admission, name: string): KubeObject | undefined {
  const classes = admission.strategy.list('scheduling.k8s.io', 'priorityclasses')
  if (name === '') return defaultOf(classes)
  const found = classes.find((of) => of.metadata.name === name)
  if (found === undefined) throw refusal(admission, `no PriorityClass with name ${name} was found`)
  return found
}

// Of several, which only a race can make, the lowest.
function defaultOf(classes: readonly KubeObject[]): KubeObject | undefined {
  const [first] = classes
    .filter((of) => of['globalDefault'] === true)
    .sort((a, b) => Number(a['value']) - Number(b['value']))
  return first
}

/** There is one default class at most. @throws StatusError Forbidden */
export function assertOneDefault(admission: Admission): void {
  const { strategy, resource, object } = admission
  if (resource.kind !== 'PriorityClass' || resource.group !== 'scheduling.k8s.io') return
  if (object['globalDefault'] !== true) return
  const present = defaultOf(strategy.list('scheduling.k8s.io', 'priorityclasses'))
  if (present === undefined || (admission.old !== undefined && present.metadata.name === object.metadata.name)) return
  throw refusal(
    admission,
    `PriorityClass ${present.metadata.name ?? ''} is already marked as default. Only one default can exist`,
  )
}

function refusal({ resource, object }: Admission, why: string): Error {
  return forbidden(named(resource), object.metadata.name ?? '', why)
}
