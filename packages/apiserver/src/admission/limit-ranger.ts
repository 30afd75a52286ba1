import { podAmounts } from '@slipway/objects'
import { forbidden } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'
import { limitFaults, type Asked, type Bounds, type Quantities } from './limit-bounds.ts'

interface Container {
  readonly name: string
  resources?: { readonly limits?: Quantities; readonly requests?: Quantities }
}

interface PodSpec {
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
}

interface Limit extends Bounds {
  readonly type: string
  readonly default?: Quantities
  readonly defaultRequest?: Quantities
}

const ANNOTATION = 'kubernetes.io/limit-ranger'

/** LimitRanges of the namespace give containers default requests and limits; an annotation says which. */
export function applyLimitRanges(admission: Admission): void {
  const { object, resource } = admission
  if (resource.kind !== 'Pod' || resource.group !== '') return
  const { containers = [], initContainers = [] } = (object['spec'] ?? {}) as PodSpec
  for (const range of rangesFor(admission)) {
    const defaults = defaultsOf(range)
    const set = [
      ...containers.flatMap((container) => fill(container, defaults, 'container')),
      ...initContainers.flatMap((container) => fill(container, defaults, 'init container')),
    ]
    if (set.length === 0) continue
    object.metadata.annotations = {
      ...object.metadata.annotations,
      [ANNOTATION]: `LimitRanger plugin set: ${set.join('; ')}`,
    }
  }
}

/** LimitRanges bound what containers, pods and claims ask for: k8s.io/kubernetes/plugin/pkg/admission/limitranger. @throws StatusError Forbidden */
export function assertLimitRanges(admission: Admission): void {
  const { resource, object, old } = admission
  if (resource.group !== '' || old?.metadata.deletionTimestamp !== undefined) return
  // What a pod's containers ask for cannot change.
  if (resource.kind !== 'PersistentVolumeClaim' && (resource.kind !== 'Pod' || old !== undefined)) return
  for (const range of rangesFor(admission)) {
    const faults = [...new Set(range.flatMap((limit) => faultsOf(limit, admission)))]
    if (faults.length === 0) continue
    const why = faults.length === 1 ? (faults[0] ?? '') : `[${faults.join(', ')}]`
    throw forbidden(named(resource), object.metadata.name ?? '', why)
  }
}

function rangesFor({ strategy, object }: Admission): readonly (readonly Limit[])[] {
  return strategy
    .list('', 'limitranges', object.metadata.namespace ?? '')
    .map((range) => (range['spec'] as { limits?: Limit[] } | undefined)?.limits ?? [])
}

function faultsOf(limit: Limit, { resource, object }: Admission): readonly string[] {
  const spec = (object['spec'] ?? {}) as PodSpec & { resources?: { requests?: Quantities } }
  if (resource.kind === 'PersistentVolumeClaim') {
    if (limit.type !== resource.kind) return []
    return limitFaults(limit, { requests: spec.resources?.requests ?? {}, limits: undefined })
  }
  if (limit.type === 'Pod')
    return limitFaults(limit, {
      requests: podAmounts(spec, 'requests'),
      limits: podAmounts(spec, 'limits'),
    })
  if (limit.type !== 'Container') return []
  const { containers = [], initContainers = [] } = spec
  return [...containers, ...initContainers].flatMap((container) => limitFaults(limit, asksOf(container)))
}

function asksOf({ resources = {} }: Container): Asked {
  return { requests: resources.requests ?? {}, limits: resources.limits ?? {} }
}

function defaultsOf(range: readonly Limit[]): { requests: Quantities; limits: Quantities } {
  const own = range.filter((limit) => limit.type === 'Container')
  return {
    requests: Object.assign({}, ...own.map((limit) => limit.defaultRequest)) as Quantities,
    limits: Object.assign({}, ...own.map((limit) => limit.default)) as Quantities,
  }
}

// What was filled in, as the annotation words it: `cpu, memory request for container web`.
function fill(container: Container, defaults: ReturnType<typeof defaultsOf>, noun: string): string[] {
  const { requests = {}, limits = {} } = container.resources ?? {}
  const missing = (given: Quantities, from: Quantities): string[] =>
    Object.keys(from)
      .filter((name) => given[name] === undefined)
      .sort()
  const newRequests = missing(requests, defaults.requests)
  const newLimits = missing(limits, defaults.limits)
  if (newRequests.length + newLimits.length === 0) return []
  container.resources = {
    ...container.resources,
    limits: { ...defaults.limits, ...limits },
    requests: { ...defaults.requests, ...requests },
  }
  const said = (names: readonly string[], what: string): string[] =>
    names.length === 0 ? [] : [`${names.join(', ')} ${what} for ${noun} ${container.name}`]
  return [...said(newRequests, 'request'), ...said(newLimits, 'limit')]
}
