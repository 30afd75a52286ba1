import { compareQuantities, isRecord } from '@slipway/objects'
import { forbidden } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

type Quantities = Record<string, string>

interface Limit {
  readonly type: string
  readonly default?: Quantities
  readonly defaultRequest?: Quantities
  readonly min?: Quantities
  readonly max?: Quantities
}

interface Container {
  name: string
  resources?: { limits?: Quantities; requests?: Quantities }
}

/** LimitRanges of the namespace give containers default requests and limits, and bound them. */
export function applyLimitRanges({ strategy, resource, object }: Admission): void {
  if (resource.kind !== 'Pod' || resource.group !== '') return
  const limits = strategy
    .list('', 'limitranges', object.metadata.namespace ?? '')
    .flatMap((range) =>
      ((range['spec'] as { limits?: Limit[] } | undefined)?.limits ?? []).filter((limit) => limit.type === 'Container'),
    )
  if (limits.length === 0) return
  const spec = object['spec'] as { containers?: Container[]; initContainers?: Container[] }
  const faults: string[] = []
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    for (const limit of limits) faults.push(...applyTo(container, limit))
  }
  if (faults.length === 0) return
  throw forbidden(
    named(resource),
    object.metadata.name ?? '',
    faults.length === 1 ? (faults[0] ?? '') : `[${faults.join(', ')}]`,
  )
}

function applyTo(container: Container, limit: Limit): string[] {
  const resources = { ...container.resources }
  if (limit.default !== undefined) resources.limits = { ...limit.default, ...resources.limits }
  if (limit.defaultRequest !== undefined) resources.requests = { ...limit.defaultRequest, ...resources.requests }
  if (isRecord(resources.limits) || isRecord(resources.requests)) container.resources = resources
  return [...above(container, limit), ...below(container, limit)]
}

function above(container: Container, limit: Limit): string[] {
  return Object.entries(limit.max ?? {}).flatMap(([name, max]) => {
    const given = container.resources?.limits?.[name]
    if (given === undefined) return [`maximum ${name} usage per Container is ${max}.  No limit is specified`]
    return compareQuantities(given, max) > 0
      ? [`maximum ${name} usage per Container is ${max}, but limit is ${given}`]
      : []
  })
}

function below(container: Container, limit: Limit): string[] {
  return Object.entries(limit.min ?? {}).flatMap(([name, min]) => {
    const given = container.resources?.requests?.[name]
    if (given === undefined) return [`minimum ${name} usage per Container is ${min}.  No request is specified`]
    return compareQuantities(given, min) < 0
      ? [`minimum ${name} usage per Container is ${min}, but request is ${given}`]
      : []
  })
}
