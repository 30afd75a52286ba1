import { answerOf, ApiError, type Client } from '@slipway/client'
import { quantityMilliValue, type KubeObject, type LabelSelectorSpec } from '@slipway/objects'
import type { Pod } from '../shared/types.ts'
import {
  faultOf,
  MetricFault,
  type PodUsage,
  type Proposal,
  proposeReplicas,
  type Subject,
  type Tolerance,
  type Usage,
} from './calculator.ts'
import type { Metric, NamedMetric } from './types.ts'

/** What metrics are computed from. */
export interface Scene {
  readonly client: Client
  readonly namespace: string
  /** The pods of the target, and the selector that finds them. */
  readonly pods: readonly Pod[]
  readonly selector: string
  readonly current: number
  readonly now: number
  readonly tolerance: Tolerance
}

/**
 * The replicas that a metric asks for. Pods, Object and External metrics come from APIs that this cluster does not serve: they are refused as by a cluster without an adapter.
 *
 * @throws MetricFault
 */
export async function proposalFor(metric: Metric, scene: Scene): Promise<Proposal> {
  const subject = metric.resource ?? metric.containerResource
  if (subject === undefined) throw unserved(metric, scene.namespace)
  const usage = await usageOf(subject, scene)
  return proposeReplicas(subject, { ...scene, usage })
}

/** What a metric's status says; of one that could not be had only that it is there. */
export function metricStatus(metric: Metric, proposal: Proposal | undefined): object {
  const subject: Subject | undefined = metric.resource ?? metric.containerResource
  if (proposal === undefined || subject === undefined) return { type: '' }
  const { name, container } = subject
  const utilization = proposal.utilization === undefined ? {} : { averageUtilization: proposal.utilization }
  const milli = Math.round(proposal.averageValue)
  const averageValue = name === 'cpu' || milli % 1000 !== 0 ? `${milli}m` : String(milli / 1000)
  const current = { ...utilization, averageValue }
  return container === undefined
    ? { type: 'Resource', resource: { name, current } }
    : { type: 'ContainerResource', containerResource: { name, container, current } }
}

interface PodMetrics extends KubeObject {
  readonly timestamp: string
  /** A Go duration in seconds: `1.000s`. */
  readonly window: string
  readonly containers: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[]
}

async function usageOf(subject: Subject, { client, namespace, selector }: Scene): Promise<Usage> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`
  const fault = (why: string): MetricFault =>
    faultOf(subject, `unable to get metrics for resource ${subject.name}: ${why}`)
  try {
    const { items } = answerOf<{ items: PodMetrics[] }>(await client.raw({ method: 'GET', path }))
    if (items.length === 0) throw fault('no metrics returned from resource metrics API')
    return new Map(
      items.flatMap((pod): [string, PodUsage][] => {
        const milli = usedBy(pod, subject)
        const measuredFrom = Date.parse(pod.timestamp) - Number.parseFloat(pod.window) * 1000
        return milli === undefined ? [] : [[pod.metadata.name ?? '', { milli, measuredFrom }]]
      }),
    )
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw fault(`unable to fetch metrics from resource metrics API: ${error.message}`)
  }
}

// Undefined when what is asked for was not measured: the pod then counts as one without metrics.
function usedBy({ containers }: PodMetrics, { name, container }: Subject): number | undefined {
  const meant = container === undefined ? containers : containers.filter((each) => each.name === container)
  if (meant.length === 0 || meant.some(({ usage }) => usage[name] === undefined)) return undefined
  return meant.reduce((total, { usage }) => total + quantityMilliValue(usage[name] ?? '0'), 0)
}

const NO_CUSTOM =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'

function unserved({ type, pods, object, external }: Metric, namespace: string): MetricFault {
  if (pods !== undefined) {
    const message = `unable to get metric ${pods.metric.name}: ${NO_CUSTOM}`
    return new MetricFault('FailedGetPodsMetric', message, `failed to get pods metric value: ${message}`)
  }
  if (object !== undefined) {
    const { metric, describedObject, target } = object
    // Upstream fills this sentence in another order than it reads.
    const message = `unable to get metric ${metric.name}: ${describedObject.kind} on ${namespace} ${describedObject.name}/${NO_CUSTOM}`
    const more = target.type === 'AverageValue' ? `failed to get ${metric.name} object metric: ` : ''
    return new MetricFault('FailedGetObjectMetric', message, `failed to get object metric value: ${more}${message}`)
  }
  if (external !== undefined) {
    const { name } = external.metric
    const message = `unable to get external metric ${namespace}/${name}/${goSelector(external.metric)}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`
    const more =
      external.target.averageValue === undefined
        ? `failed to get external metric ${name}: `
        : `failed to get ${name} external metric: `
    const summary = `failed to get ${name} external metric value: ${more}${message}`
    return new MetricFault('FailedGetExternalMetric', message, summary)
  }
  return new MetricFault('InvalidMetricSourceType', `unknown metric source type "${type}"`)
}

// As Go prints a `*metav1.LabelSelector`.
function goSelector({ selector }: NamedMetric): string {
  if (selector === undefined) return 'nil'
  const { matchLabels = {}, matchExpressions = [] }: LabelSelectorSpec = selector
  const labels = Object.entries(matchLabels).sort(([a], [b]) => (a < b ? -1 : 1))
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  )
  return `&LabelSelector{MatchLabels:map[string]string{${labels.map(([key, value]) => `${key}: ${value},`).join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
