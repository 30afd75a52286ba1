import { hasReason, type Controller, type Recorder } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { deepEqual, formatTime, keyOf, parseLabelSelector, quantityMilliValue } from '@slipway/objects'
import { withCondition } from '../shared/conditions.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Condition, Pod } from '../shared/types.ts'
import { limitReplicas, ScalingHistory, type Limited } from './behavior.ts'
import { MetricFault, type Proposal, TENTH, type Tolerance } from './calculator.ts'
import { metricStatus, proposalFor } from './metrics.ts'
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
  const outcomes = await outcomesOf(run, scaler, scale)
  const proposals = outcomes.flatMap(({ proposal }) => proposal ?? [])
  const faults = outcomes.flatMap(({ fault }) => fault ?? [])
  const metrics = outcomes.map(({ metric, proposal }) => metricStatus(metric, proposal))
  const [best] = [...proposals].sort((a, b) => b.replicas - a.replicas)
  // With some metrics missing nobody knows whether fewer would do; more is safe.
  if (best === undefined || (faults.length > 0 && best.replicas < current)) {
    await refuse(run, scaler, { current, faults, metrics })
    return
  }
  if (faults.length === 0) run.missing.delete(keyOf(scaler))
  else tell(run, scaler, faults)
  const at = { history: historyOf(run, scaler), now: run.context.clock.now() }
  const limited = limitReplicas(scaler, { current, desired: best.replicas }, at)
  const message = `the HPA was able to successfully calculate a replica count from ${best.description}`
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
  const why = limited.replicas > current ? `${best.description} above target` : 'All metrics below target'
  await rescale(run, scaler, { scale, replicas: limited.replicas, why }, facts)
}

async function refuse(
  run: Run,
  scaler: Autoscaler,
  { current, faults, metrics }: { current: number; faults: readonly MetricFault[]; metrics: object[] },
): Promise<void> {
  const [first] = faults
  if (first === undefined) return
  if (RESOURCE_FAULTS.includes(first.reason) && isYoung(run, keyOf(scaler))) return
  tell(run, scaler, faults)
  const message = `invalid metrics (${faults.length} invalid out of ${metrics.length}), first error is: ${first.summary}`
  run.record(scaler, { type: 'Warning', reason: 'FailedComputeMetricsReplicas', message })
  const words = `the HPA was unable to compute the replica count: ${first.message}`
  await writeStatus(run, scaler, {
    current,
    desired: scaler.status?.desiredReplicas ?? 0,
    metrics,
    able: condition(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    ),
    scaling: condition('ScalingActive', 'False', first.reason, words),
  })
}

const RESOURCE_FAULTS = ['FailedGetResourceMetric', 'FailedGetContainerResourceMetric']

function tell({ record }: Run, scaler: Autoscaler, faults: readonly MetricFault[]): void {
  for (const { reason, message } of faults) record(scaler, { type: 'Warning', reason, message })
}

function isYoung({ context, missing, period }: Run, key: string): boolean {
  const now = context.clock.now()
  const since = missing.get(key) ?? now
  missing.set(key, since)
  return now - since < UPSTREAM_PERIOD - period
}

interface Outcome {
  readonly metric: Metric
  readonly proposal?: Proposal
  readonly fault?: MetricFault
}

async function outcomesOf(run: Run, scaler: Autoscaler, scale: Scale): Promise<Outcome[]> {
  const selector = scale.status.selector ?? ''
  const selected = parseLabelSelector(selector)
  const pods = run.context
    .informer<Pod>(KINDS.pod)
    .list(scaler.metadata.namespace)
    .filter((pod) => selected.matches(pod.metadata.labels ?? {}))
  const scene = {
    client: run.context.client,
    namespace: scaler.metadata.namespace ?? '',
    pods,
    selector,
    current: scale.spec.replicas ?? 0,
    now: run.context.clock.now(),
    tolerance: toleranceOf(scaler),
  }
  const outcomes: Outcome[] = []
  for (const metric of scaler.spec.metrics ?? []) {
    try {
      outcomes.push({ metric, proposal: await proposalFor(metric, scene) })
    } catch (error) {
      if (!(error instanceof MetricFault)) throw error
      outcomes.push({ metric, fault: error })
    }
  }
  return outcomes
}

function toleranceOf({ spec: { behavior } }: Autoscaler): Tolerance {
  const share = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : quantityMilliValue(text) / 1000
  return {
    up: share(behavior?.scaleUp?.tolerance, TENTH.up),
    down: share(behavior?.scaleDown?.tolerance, TENTH.down),
  }
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
