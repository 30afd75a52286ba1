import { quantityMilliValue } from '@slipway/objects'
import { requestsOf } from '../shared/requests.ts'
import { isReady, readyCondition } from '../shared/pods.ts'
import type { Pod } from '../shared/types.ts'
import type { ResourceMetric } from './types.ts'

/** What a metric says: how many replicas, and the value that it is based on. */
export interface Proposal {
  readonly replicas: number
  readonly averageValue: number
  /** Per cent of the requests; undefined for a target that is not a utilization. */
  readonly utilization: number | undefined
  readonly description: string
}

/** Why no number can be computed: `reason` is that of the ScalingActive condition, the message that of the event, and `summary` says once more which metric it was. */
export class MetricFault extends Error {
  readonly reason: string
  readonly summary: string

  constructor(reason: string, message: string, summary = message) {
    super(message)
    this.reason = reason
    this.summary = summary
  }
}

/** How far the use may be off, up and down, before anything changes. */
export interface Tolerance {
  readonly up: number
  readonly down: number
}

/** The tolerance of an autoscaler that names none. */
export const TENTH: Tolerance = { up: 0.1, down: 0.1 }

/** What a resource metric is about: the use of pods, or of their containers of one name. */
export type Subject = ResourceMetric & { readonly container?: string }

/** What a pod used: thousandths, and since when that was measured, in milliseconds since 1970. */
export interface PodUsage {
  readonly milli: number
  readonly measuredFrom: number
}

/** Usage of a resource by pod name. */
export type Usage = ReadonlyMap<string, PodUsage>

const INITIAL_READINESS_DELAY = 30_000
const CPU_INITIALIZATION = 300_000

/**
 * The replicas that a resource metric asks for: podautoscaler/replica_calculator.go. Within a tolerance of 0.1 nothing changes; pods without a metric count as at their
 * target when scaling down and as idle when scaling up, as do pods that are not ready yet.
 *
 * @throws MetricFault when no pod has a metric, or one has no request for the resource
 */
export function proposeReplicas(
  metric: Subject,
  seen: {
    readonly pods: readonly Pod[]
    readonly usage: Usage
    readonly current: number
    readonly now: number
    readonly tolerance?: Tolerance
  },
): Proposal {
  const { name, target } = metric
  const groups = groupPods(seen, name === 'cpu')
  if (groups.ready.length === 0)
    throw faultOf(metric, 'did not receive metrics for targeted pods (pods might be unready)')
  const per = (pod: Pod): number =>
    target.averageUtilization === undefined
      ? quantityMilliValue(target.averageValue ?? '0')
      : (requestOf(pod, metric) * target.averageUtilization) / 100
  const used = (pod: Pod): number => seen.usage.get(pod.metadata.name ?? '')?.milli ?? 0
  const ratioOf = (entries: readonly (readonly [number, number])[]): number =>
    sum(entries.map(([value]) => value)) / sum(entries.map(([, wanted]) => wanted))
  const measured = groups.ready.map((pod) => [used(pod), per(pod)] as const)
  const ratio = ratioOf(measured)
  const assumed = [
    ...groups.missing.map((pod) => [ratio < 1 ? per(pod) : 0, per(pod)] as const),
    ...(ratio > 1 ? groups.unready.map((pod) => [0, per(pod)] as const) : []),
  ]
  const requests = sum(
    groups.ready.map((pod) => (target.averageUtilization === undefined ? 0 : requestOf(pod, metric))),
  )
  return {
    replicas: replicasBy(ratio, {
      measured,
      assumed,
      current: seen.current,
      ratioOf,
      tolerance: seen.tolerance ?? TENTH,
    }),
    averageValue: sum(measured.map(([value]) => value)) / measured.length,
    utilization:
      target.averageUtilization === undefined
        ? undefined
        : Math.trunc((sum(measured.map(([value]) => value)) * 100) / requests),
    description: descriptionOf(metric),
  }
}

function descriptionOf({ name, target, container }: Subject): string {
  if (target.averageUtilization === undefined) return `${name} resource`
  return `${name} ${container === undefined ? '' : 'container '}resource utilization (percentage of request)`
}

/** The fault of a resource metric, in the words of the condition, the event and the event about all metrics. */
export function faultOf({ name, target, container }: Subject, why: string): MetricFault {
  const message = `failed to get ${name} ${target.averageUtilization === undefined ? 'usage' : 'utilization'}: ${why}`
  return container === undefined
    ? new MetricFault('FailedGetResourceMetric', message, `failed to get ${name} resource metric value: ${message}`)
    : new MetricFault(
        'FailedGetContainerResourceMetric',
        message,
        `failed to get ${container} container metric value: ${message}`,
      )
}

interface Ratios {
  readonly tolerance: Tolerance
  readonly measured: readonly (readonly [number, number])[]
  readonly assumed: readonly (readonly [number, number])[]
  readonly current: number
  readonly ratioOf: (entries: readonly (readonly [number, number])[]) => number
}

function replicasBy(ratio: number, { measured, assumed, current, ratioOf, tolerance }: Ratios): number {
  const within = (of: number): boolean => of >= 1 - tolerance.down && of <= 1 + tolerance.up
  if (assumed.length === 0) return within(ratio) ? current : Math.ceil(ratio * measured.length)
  const all = [...measured, ...assumed]
  const cautious = ratioOf(all)
  // What is assumed must not turn the direction round.
  if (within(cautious) || (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1)) return current
  const wanted = Math.ceil(cautious * all.length)
  return (cautious < 1 && wanted > current) || (cautious > 1 && wanted < current) ? current : wanted
}

type Groups = Record<'ready' | 'unready' | 'missing', Pod[]>

function groupPods(
  { pods, usage, now }: { readonly pods: readonly Pod[]; readonly usage: Usage; readonly now: number },
  isProcessor: boolean,
): Groups {
  const groups: Groups = { ready: [], unready: [], missing: [] }
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase === 'Failed') continue
    const used = usage.get(pod.metadata.name ?? '')
    if (pod.status?.phase === 'Pending') groups.unready.push(pod)
    else if (used === undefined) groups.missing.push(pod)
    else groups[isProcessor && !counts(pod, used, now) ? 'unready' : 'ready'].push(pod)
  }
  return groups
}

// In a pod's first five minutes only what it used while it was ready counts; later a pod that is not ready counts if it ever was.
function counts(pod: Pod, used: PodUsage, now: number): boolean {
  const started = Date.parse(String(pod.status?.['startTime'] ?? ''))
  const changed = Date.parse(readyCondition(pod)?.lastTransitionTime ?? '')
  if (Number.isNaN(started) || Number.isNaN(changed)) return false
  if (now < started + CPU_INITIALIZATION) return isReady(pod) && used.measuredFrom >= changed
  return isReady(pod) || changed >= started + INITIAL_READINESS_DELAY
}

// Of the container that is meant, or of all that run on, sidecars too. A pod that says what it needs as a whole is taken at its word.
function requestOf(pod: Pod, metric: Subject): number {
  const { name: resource, container } = metric
  const pods = pod.metadata.name ?? ''
  if (container === undefined && Object.keys(pod.spec.resources?.requests ?? {}).length > 0) {
    const whole = requestsOf(pod).get(resource)
    if (whole === undefined) throw faultOf(metric, `missing pod-level request for ${resource} in Pod ${pods}`)
    return Number(whole / 1_000_000n)
  }
  const sidecars = (pod.spec.initContainers ?? []).filter((each) => each['restartPolicy'] === 'Always')
  const meant = [...pod.spec.containers, ...sidecars].filter(
    ({ name }) => container === undefined || name === container,
  )
  if (container !== undefined && meant.length === 0)
    throw faultOf(metric, `container ${container} not found in Pod ${pods}`)
  return sum(
    meant.map(({ name, resources }) => {
      const request = resources?.requests?.[resource]
      if (request === undefined)
        throw faultOf(metric, `missing request for ${resource} in container ${name} of Pod ${pods}`)
      return quantityMilliValue(request)
    }),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
