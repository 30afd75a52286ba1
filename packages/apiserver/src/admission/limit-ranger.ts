import { compareQuantities } from '@slipway/objects'
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

interface Spec {
  readonly containers?: Container[]
  readonly initContainers?: Container[]
}

const ANNOTATION = 'kubernetes.io/limit-ranger'

/** LimitRanges of the namespace give containers default requests and limits; an annotation says which. */
export function applyLimitRanges(admission: Admission): void {
  const { object } = admission
  const { containers = [], initContainers = [] } = (object['spec'] ?? {}) as Spec
  for (const limit of limitsFor(admission)) {
    const set = [
      ...containers.flatMap((container) => fill(container, limit, 'container')),
      ...initContainers.flatMap((container) => fill(container, limit, 'init container')),
    ]
    if (set.length === 0) continue
    object.metadata.annotations = {
      ...object.metadata.annotations,
      [ANNOTATION]: `LimitRanger plugin set: ${set.join('; ')}`,
    }
  }
}

/** LimitRanges bound what containers ask for. @throws StatusError Forbidden */
export function assertLimitRanges(admission: Admission): void {
  const { resource, object } = admission
  const { containers = [], initContainers = [] } = (object['spec'] ?? {}) as Spec
  const faults = limitsFor(admission).flatMap((limit) =>
    [...initContainers, ...containers].flatMap((container) => [...above(container, limit), ...below(container, limit)]),
  )
  if (faults.length === 0) return
  const why = faults.length === 1 ? (faults[0] ?? '') : `[${faults.join(', ')}]`
  throw forbidden(named(resource), object.metadata.name ?? '', why)
}

function limitsFor({ strategy, resource, object }: Admission): readonly Limit[] {
  if (resource.kind !== 'Pod' || resource.group !== '' || object['spec'] === undefined) return []
  return strategy
    .list('', 'limitranges', object.metadata.namespace ?? '')
    .flatMap((range) => (range['spec'] as { limits?: Limit[] } | undefined)?.limits ?? [])
    .filter((limit) => limit.type === 'Container')
}

// What was filled in, as the annotation words it: `cpu, memory request for container web`.
function fill(container: Container, limit: Limit, noun: string): string[] {
  const { requests = {}, limits = {} } = container.resources ?? {}
  const missing = (given: Quantities, defaults: Quantities = {}): string[] =>
    Object.keys(defaults)
      .filter((name) => given[name] === undefined)
      .sort()
  const newRequests = missing(requests, limit.defaultRequest)
  const newLimits = missing(limits, limit.default)
  if (newRequests.length + newLimits.length === 0) return []
  container.resources = {
    ...container.resources,
    limits: { ...limit.default, ...limits },
    requests: { ...limit.defaultRequest, ...requests },
  }
  const said = (names: readonly string[], what: string): string[] =>
    names.length === 0 ? [] : [`${names.join(', ')} ${what} for ${noun} ${container.name}`]
  return [...said(newRequests, 'request'), ...said(newLimits, 'limit')]
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
