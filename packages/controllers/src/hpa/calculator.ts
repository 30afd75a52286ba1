import { quantityMilliValue } from '@slipway/objects'
import { isReady, readyCondition } from '../shared/pods.ts'
import type { Pod } from '../shared/types.ts'
import type { Metric } from './types.ts'

/** What a metric says: how many replicas, and the value that it is based on. */
export interface Proposal {
  readonly replicas: number
  readonly averageValue: number
  /** Per cent of the requests; undefined for a target that is not a utilization. */
  readonly utilization: number | undefined
  readonly description: string
}

/** Why no number can be computed; `reason` is that of the ScalingActive condition. */
export class MetricFault extends Error {
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}

/** What a pod used: thousandths, and since when that was measured, in milliseconds since 1970. */
export interface PodUsage {
  readonly milli: number
  readonly measuredFrom: number
}

/** Usage of a resource by pod name. */
export type Usage = ReadonlyMap<string, PodUsage>

const TOLERANCE = 0.1
const INITIAL_READINESS_DELAY = 30_000
const CPU_INITIALIZATION = 300_000

/**
 * The replicas that a resource metric asks for: podautoscaler/replica_calculator.go. Within a tolerance of 0.1 nothing changes; pods without a metric count as at their
 * target when scaling down and as idle when scaling up, as do pods that are not ready yet.
 *
 * @throws MetricFault when no pod has a metric, or one has no request for the resource
 */
export function proposeReplicas(
  metric: NonNullable<Metric['resource']>,
  seen: { readonly pods: readonly Pod[]; readonly usage: Usage; readonly current: number; readonly now: number },
): Proposal {
  const { name, target } = metric
  const groups = groupPods(seen, name === 'cpu')
  if (groups.ready.length === 0) {
    throw new MetricFault(
      'FailedGetResourceMetric',
      `the HPA was unable to compute the replica count: failed to get ${name} utilization: did not receive metrics for targeted pods (pods might be unready)`,
    )
  }
  const per = (pod: Pod): number =>
    target.averageUtilization === undefined
      ? quantityMilliValue(target.averageValue ?? '0')
      : (requestOf(pod, name) * target.averageUtilization) / 100
  const used = (pod: Pod): number => seen.usage.get(pod.metadata.name ?? '')?.milli ?? 0
  const ratioOf = (entries: readonly (readonly [number, number])[]): number =>
    sum(entries.map(([value]) => value)) / sum(entries.map(([, wanted]) => wanted))
  const measured = groups.ready.map((pod) => [used(pod), per(pod)] as const)
  const ratio = ratioOf(measured)
  const assumed = [
    ...groups.missing.map((pod) => [ratio < 1 ? per(pod) : 0, per(pod)] as const),
    ...(ratio > 1 ? groups.unready.map((pod) => [0, per(pod)] as const) : []),
  ]
  const requests = sum(groups.ready.map((pod) => requestOf(pod, name, target.averageUtilization === undefined)))
  return {
    replicas: replicasBy(ratio, { measured, assumed, current: seen.current, ratioOf }),
    averageValue: sum(measured.map(([value]) => value)) / measured.length,
    utilization:
      target.averageUtilization === undefined
        ? undefined
        : Math.trunc((sum(measured.map(([value]) => value)) * 100) / requests),
    description:
      target.averageUtilization === undefined
        ? `${name} resource`
        : `${name} resource utilization (percentage of request)`,
  }
}

interface Ratios {
  readonly measured: readonly (readonly [number, number])[]
  readonly assumed: readonly (readonly [number, number])[]
  readonly current: number
  readonly ratioOf: (entries: readonly (readonly [number, number])[]) => number
}

function replicasBy(ratio: number, { measured, assumed, current, ratioOf }: Ratios): number {
  if (assumed.length === 0) return within(ratio) ? current : Math.ceil(ratio * measured.length)
  const all = [...measured, ...assumed]
  const cautious = ratioOf(all)
  // What is assumed must not turn the direction round.
  if (within(cautious) || (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1)) return current
  const wanted = Math.ceil(cautious * all.length)
  return (cautious < 1 && wanted > current) || (cautious > 1 && wanted < current) ? current : wanted
}

function within(ratio: number): boolean {
  return Math.abs(1 - ratio) <= TOLERANCE
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

function requestOf(pod: Pod, resource: string, optional = false): number {
  let total = 0
  for (const container of pod.spec.containers) {
    const request = container.resources?.requests?.[resource]
    if (request === undefined && !optional) {
      throw new MetricFault(
        'FailedGetResourceMetric',
        `the HPA was unable to compute the replica count: failed to get ${resource} utilization: missing request for ${resource} in container ${container.name} of Pod ${pod.metadata.name ?? ''}`,
      )
    }
    total += request === undefined ? 0 : quantityMilliValue(request)
  }
  return total
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
