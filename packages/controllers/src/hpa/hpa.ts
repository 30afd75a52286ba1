import { answerOf, ApiError, hasReason, type Controller, type Recorder } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { deepEqual, formatTime, keyOf, parseLabelSelector, quantityMilliValue, type KubeObject } from '@slipway/objects'
import { withCondition } from '../shared/conditions.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Condition, Pod } from '../shared/types.ts'
import { limitReplicas, ScalingHistory, type Limited } from './behavior.ts'
import { MetricFault, type PodUsage, type Proposal, proposeReplicas, type Usage } from './calculator.ts'
import type { Autoscaler, AutoscalerStatus, Metric, Scale } from './types.ts'

interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
  readonly histories: Map<string, ScalingHistory>
  readonly period: number
  /** The generation of each autoscaler that has had its first wait. */
  readonly waited: Map<string, number>
  /** Since when an autoscaler has had no metrics. */
  readonly missing: Map<string, number>
}

// Upstream looks that often: metrics that are missing for less, while pods start, are nothing that it would see.
const UPSTREAM_PERIOD = 15_000
const SOON = 100

/** Scales targets by the use of their pods: k8s.io/kubernetes/pkg/controller/podautoscaler. `period` is the milliseconds between two looks. */
export function startAutoscalerController(
  context: ControllerContext,
  { period }: { readonly period: number },
): Promise<Controller> {
  const scalers = context.informer<Autoscaler>(KINDS.autoscaler)
  const run: Run = {
    context,
    record: context.recorder('horizontal-pod-autoscaler'),
    histories: new Map(),
    period,
    waited: new Map<string, number>(),
    missing: new Map<string, number>(),
  }
  return start(context, {
    name: 'horizontalpodautoscaling',
    sources: [
      source<Autoscaler>(context, KINDS.autoscaler, ({ type, object, previous }) =>
        type !== 'deleted' && previous !== undefined && previous.metadata.generation === object.metadata.generation
          ? []
          : [keyOf(object)],
      ),
    ],
    reconcile: async (key) => {
      const scaler = scalers.get(key)
      if (scaler === undefined) {
        run.histories.delete(key)
        run.waited.delete(key)
        run.missing.delete(key)
        return undefined
      }
      // A new or changed autoscaler waits its turn, as upstream's queue makes it: its target has just begun too.
      const generation = scaler.metadata.generation ?? 1
      if (run.waited.get(key) !== generation) {
        run.waited.set(key, generation)
        return { requeueAfter: period }
      }
      await reconcile(run, scaler)
      // The first metrics may be there any moment, and a sync waits for what is made of them.
      return { requeueAfter: run.missing.has(key) && isYoung(run, key) ? Math.min(period, SOON) : period }
    },
  })
}

async function reconcile(run: Run, scaler: Autoscaler): Promise<void> {
  const scale = await getScale(run, scaler)
  if (scale === undefined) return
  const current = scale.spec.replicas ?? 0
  if (current === 0) {
    await writeStatus(run, scaler, {
      current,
      desired: 0,
      scaling: condition(
        'ScalingActive',
        'False',
        'ScalingDisabled',
        'scaling is disabled since the replica count of the target is zero',
      ),
    })
    return
  }
  const { minReplicas = 1, maxReplicas } = scaler.spec
  if (current > maxReplicas || current < minReplicas) {
    const [bound, words] =
      current > maxReplicas
        ? [maxReplicas, 'Current number of replicas above Spec.MaxReplicas']
        : [minReplicas, 'Current number of replicas below Spec.MinReplicas']
    await rescale(run, scaler, { scale, replicas: bound, why: words })
    return
  }
  await byMetrics(run, scaler, scale)
}

async function byMetrics(run: Run, scaler: Autoscaler, scale: Scale): Promise<void> {
  const current = scale.spec.replicas ?? 0
  try {
    const proposals = await proposalsOf(run, scaler, scale)
    run.missing.delete(keyOf(scaler))
    const best = proposals.reduce((a, b) => (b.proposal.replicas > a.proposal.replicas ? b : a))
    const at = { history: historyOf(run, scaler), now: run.context.clock.now() }
    const limited = limitReplicas(scaler, { current, desired: best.proposal.replicas }, at)
    const message = `the HPA was able to successfully calculate a replica count from ${best.proposal.description}`
    const metrics = proposals.map(({ metric, proposal }) => currentMetric(metric, proposal))
    const facts = {
      current,
      desired: limited.replicas,
      limited,
      metrics,
      scaling: condition('ScalingActive', 'True', 'ValidMetricFound', message),
    }
    if (limited.replicas === current) {
      await writeStatus(run, scaler, facts)
      return
    }
    const why = limited.replicas > current ? `${best.proposal.description} above target` : 'All metrics below target'
    await rescale(run, scaler, { scale, replicas: limited.replicas, why }, facts)
  } catch (error) {
    if (!(error instanceof MetricFault)) throw error
    if (error.reason === 'FailedGetResourceMetric' && isYoung(run, keyOf(scaler))) return
    run.record(scaler, { type: 'Warning', reason: error.reason, message: error.message })
    await writeStatus(run, scaler, {
      current,
      desired: scaler.status?.desiredReplicas ?? 0,
      scaling: condition('ScalingActive', 'False', error.reason, error.message),
    })
  }
}

function isYoung({ context, missing, period }: Run, key: string): boolean {
  const now = context.clock.now()
  const since = missing.get(key) ?? now
  missing.set(key, since)
  return now - since < UPSTREAM_PERIOD - period
}

async function proposalsOf(
  run: Run,
  scaler: Autoscaler,
  scale: Scale,
): Promise<{ metric: Metric; proposal: Proposal }[]> {
  const selector = parseLabelSelector(scale.status.selector ?? '')
  const pods = run.context
    .informer<Pod>(KINDS.pod)
    .list(scaler.metadata.namespace)
    .filter((pod) => selector.matches(pod.metadata.labels ?? {}))
  const results: { metric: Metric; proposal: Proposal }[] = []
  for (const metric of scaler.spec.metrics ?? []) {
    if (metric.resource === undefined || metric.type !== 'Resource') {
      throw new MetricFault(
        'InvalidMetricSourceType',
        `the HPA was unable to compute the replica count: metrics of type ${metric.type} are not supported by Slipway`,
      )
    }
    const usage = await usageOf(run, scaler, { selector: scale.status.selector ?? '', resource: metric.resource.name })
    const seen = { pods, usage, current: scale.spec.replicas ?? 0, now: run.context.clock.now() }
    results.push({ metric, proposal: proposeReplicas(metric.resource, seen) })
  }
  if (results.length === 0)
    throw new MetricFault(
      'InvalidMetricSourceType',
      'the HPA was unable to compute the replica count: no metrics are given',
    )
  return results
}

interface PodMetrics extends KubeObject {
  readonly timestamp: string
  /** A Go duration in seconds: `1.000s`. */
  readonly window: string
  readonly containers: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[]
}

async function usageOf(
  run: Run,
  scaler: Autoscaler,
  { selector, resource }: { readonly selector: string; readonly resource: string },
): Promise<Usage> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${scaler.metadata.namespace ?? ''}/pods?labelSelector=${encodeURIComponent(selector)}`
  const fault = (why: string): MetricFault =>
    new MetricFault(
      'FailedGetResourceMetric',
      `the HPA was unable to compute the replica count: failed to get ${resource} utilization: unable to get metrics for resource ${resource}: ${why}`,
    )
  try {
    const { items } = answerOf<{ items: PodMetrics[] }>(await run.context.client.raw({ method: 'GET', path }))
    if (items.length === 0) throw fault('no metrics returned from resource metrics API')
    return new Map(items.map((pod) => [pod.metadata.name ?? '', usageOfPod(pod, resource)]))
  } catch (error) {
    throw error instanceof ApiError ? fault(error.message) : error
  }
}

function usageOfPod(pod: PodMetrics, resource: string): PodUsage {
  const milli = pod.containers.reduce((total, { usage }) => total + quantityMilliValue(usage[resource] ?? '0'), 0)
  return { milli, measuredFrom: Date.parse(pod.timestamp) - Number.parseFloat(pod.window) * 1000 }
}

function currentMetric(metric: Metric, proposal: Proposal): object {
  const utilization = proposal.utilization === undefined ? {} : { averageUtilization: proposal.utilization }
  const milli = Math.round(proposal.averageValue)
  const averageValue = metric.resource?.name === 'cpu' || milli % 1000 !== 0 ? `${milli}m` : String(milli / 1000)
  return { type: 'Resource', resource: { name: metric.resource?.name, current: { ...utilization, averageValue } } }
}

async function getScale(run: Run, scaler: Autoscaler): Promise<Scale | undefined> {
  const { apiVersion, kind, name } = scaler.spec.scaleTargetRef
  try {
    return await run.context.client.get<Scale>({
      apiVersion,
      kind,
      name,
      namespace: scaler.metadata.namespace,
      subresource: 'scale',
    })
  } catch (error) {
    const message = `the HPA controller was unable to get the target's current scale: ${messageOf(error)}`
    run.record(scaler, { type: 'Warning', reason: 'FailedGetScale', message: messageOf(error) })
    await writeStatus(run, scaler, {
      current: 0,
      desired: scaler.status?.desiredReplicas ?? 0,
      able: condition('AbleToScale', 'False', 'FailedGetScale', message),
    })
    return undefined
  }
}

async function rescale(
  run: Run,
  scaler: Autoscaler,
  to: { readonly scale: Scale; readonly replicas: number; readonly why: string },
  facts?: Facts,
): Promise<void> {
  const { apiVersion, kind, name } = scaler.spec.scaleTargetRef
  const current = to.scale.spec.replicas ?? 0
  const ref = { apiVersion, kind, name, namespace: scaler.metadata.namespace, subresource: 'scale' }
  await run.context.client.patch(ref, { type: 'merge', body: { spec: { replicas: to.replicas } } })
  run.record(scaler, {
    type: 'Normal',
    reason: 'SuccessfulRescale',
    message: `New size: ${to.replicas}; reason: ${to.why}`,
  })
  historyOf(run, scaler).changes.push({ at: run.context.clock.now(), by: to.replicas - current })
  const able = condition(
    'AbleToScale',
    'True',
    'SucceededRescale',
    `the HPA controller was able to update the target scale to ${to.replicas}`,
  )
  await writeStatus(run, scaler, { current, desired: to.replicas, ...facts, able, rescaled: true })
}

interface Facts {
  readonly current: number
  readonly desired: number
  readonly able?: Condition
  readonly scaling?: Condition
  readonly limited?: Limited
  readonly metrics?: object[]
  readonly rescaled?: boolean
}

async function writeStatus(run: Run, scaler: Autoscaler, facts: Facts): Promise<void> {
  const now = formatTime(run.context.clock.now())
  const limited =
    facts.limited === undefined
      ? undefined
      : condition(
          'ScalingLimited',
          facts.limited.limited.status,
          facts.limited.limited.reason,
          facts.limited.limited.message,
        )
  const conditions = [facts.able ?? ableOf(facts), facts.scaling, limited]
    .filter((each) => each !== undefined)
    .reduce((list, each) => withCondition(list, { ...each, lastTransitionTime: now }), scaler.status?.conditions ?? [])
  const lastScaleTime = facts.rescaled === true ? now : scaler.status?.lastScaleTime
  const status: AutoscalerStatus = {
    observedGeneration: scaler.metadata.generation ?? 1,
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    currentReplicas: facts.current,
    desiredReplicas: facts.desired,
    currentMetrics: facts.metrics ?? scaler.status?.currentMetrics ?? null,
    conditions,
  }
  if (deepEqual(status, scaler.status)) return
  try {
    await run.context.client.patch(
      {
        ...KINDS.autoscaler,
        namespace: scaler.metadata.namespace,
        name: scaler.metadata.name ?? '',
        subresource: 'status',
      },
      { type: 'merge', body: { status } },
    )
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

function ableOf({ limited }: Facts): Condition {
  if (limited?.stabilized === 'down')
    return condition(
      'AbleToScale',
      'True',
      'ScaleDownStabilized',
      'recent recommendations were higher than current one, applying the highest recent recommendation',
    )
  if (limited?.stabilized === 'up')
    return condition(
      'AbleToScale',
      'True',
      'ScaleUpStabilized',
      'recent recommendations were lower than current one, applying the lowest recent recommendation',
    )
  return condition('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size')
}

function condition(type: string, status: string, reason: string, message: string): Condition {
  return { type, status, reason, message }
}

function historyOf(run: Run, scaler: Autoscaler): ScalingHistory {
  const key = keyOf(scaler)
  const history = run.histories.get(key) ?? new ScalingHistory()
  run.histories.set(key, history)
  return history
}
