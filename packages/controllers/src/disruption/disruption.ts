import { hasReason, type Controller } from '@slipway/client'
import {
  controllerOf,
  deepEqual,
  formatTime,
  keyOf,
  scaledValue,
  toLabelSelector,
  type KubeObject,
  type LabelSelectorSpec,
} from '@slipway/objects'
import { withCondition } from '../shared/conditions.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import { isReady } from '../shared/pods.ts'
import type { Condition, Deployment, Pod, ReplicaSet } from '../shared/types.ts'

interface Budget extends KubeObject {
  spec: { selector?: LabelSelectorSpec; minAvailable?: number | string; maxUnavailable?: number | string }
  status?: { disruptedPods?: Record<string, string>; conditions?: Condition[]; [field: string]: unknown }
}

// How long a pod that was evicted may take to be marked for deletion: k8s.io/kubernetes/pkg/controller/disruption, DeletionTimeout.
const DELETION_TIMEOUT = 120_000

/** Counts for each PodDisruptionBudget how many of its pods may be evicted now: k8s.io/kubernetes/pkg/controller/disruption. */
export function startDisruptionController(context: ControllerContext): Promise<Controller> {
  const budgets = context.informer<Budget>(KINDS.disruptionBudget)
  const covering = (pod: KubeObject): string[] =>
    budgets
      .list(pod.metadata.namespace)
      .filter((budget) => toLabelSelector(budget.spec.selector).matches(pod.metadata.labels ?? {}))
      .map(keyOf)
  const inNamespace = ({ object }: { object: KubeObject }): string[] =>
    budgets.list(object.metadata.namespace).map(keyOf)
  return start(context, {
    name: 'disruption',
    sources: [
      source<Budget>(context, KINDS.disruptionBudget, ({ object }) => [keyOf(object)]),
      source<Pod>(context, KINDS.pod, ({ object }) => covering(object)),
      source(context, KINDS.deployment, inNamespace),
      source(context, KINDS.replicaSet, inNamespace),
      source(context, KINDS.statefulSet, inNamespace),
    ],
    reconcile: async (key) => {
      const budget = budgets.get(key)
      return budget === undefined ? undefined : reconcile(context, budget)
    },
  })
}

async function reconcile(context: ControllerContext, budget: Budget): Promise<{ requeueAfter: number } | undefined> {
  const now = context.clock.now()
  const pods = context
    .informer<Pod>(KINDS.pod)
    .list(budget.metadata.namespace)
    .filter(
      (pod) =>
        toLabelSelector(budget.spec.selector).matches(pod.metadata.labels ?? {}) &&
        pod.status?.phase !== 'Succeeded' &&
        pod.status?.phase !== 'Failed',
    )
  const disrupted = stillDisrupted(budget, pods, now)
  const { expected, desired } = countsOf(context, budget, pods)
  const healthy = pods.filter(
    (pod) =>
      isReady(pod) &&
      pod.metadata.deletionTimestamp === undefined &&
      !(pod.metadata.name !== undefined && pod.metadata.name in disrupted),
  ).length
  const allowed = Math.max(0, expected <= 0 ? 0 : healthy - desired)
  const status = {
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation ?? 0,
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    conditions: withCondition(budget.status?.conditions, {
      type: 'DisruptionAllowed',
      status: allowed > 0 ? 'True' : 'False',
      reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
      lastTransitionTime: formatTime(now),
      observedGeneration: budget.metadata.generation ?? 0,
    }),
  }
  if (!deepEqual(status, budget.status)) await write(context, { ...budget, ...KINDS.disruptionBudget, status })
  return Object.keys(disrupted).length === 0 ? undefined : { requeueAfter: DELETION_TIMEOUT }
}

async function write(context: ControllerContext, budget: Budget): Promise<void> {
  try {
    await context.client.updateStatus(budget)
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error
  }
}

function stillDisrupted(budget: Budget, pods: readonly Pod[], now: number): Record<string, string> {
  const present = new Map(pods.map((pod) => [pod.metadata.name, pod]))
  return Object.fromEntries(
    Object.entries(budget.status?.disruptedPods ?? {}).filter(([name, time]) => {
      const pod = present.get(name)
      return (
        pod !== undefined && pod.metadata.deletionTimestamp === undefined && Date.parse(time) + DELETION_TIMEOUT > now
      )
    }),
  )
}

function countsOf(
  context: ControllerContext,
  budget: Budget,
  pods: readonly Pod[],
): { expected: number; desired: number } {
  const { minAvailable, maxUnavailable } = budget.spec
  if (maxUnavailable !== undefined) {
    const expected = scaleOfControllers(context, pods)
    return { expected, desired: Math.max(0, expected - (scaledValue(maxUnavailable, expected, 'up') ?? 0)) }
  }
  if (typeof minAvailable === 'number') return { expected: pods.length, desired: minAvailable }
  const expected = scaleOfControllers(context, pods)
  return { expected, desired: minAvailable === undefined ? 0 : (scaledValue(minAvailable, expected, 'up') ?? 0) }
}

// How many pods the controllers of these pods want: a ReplicaSet of a Deployment stands for the Deployment.
function scaleOfControllers(context: ControllerContext, pods: readonly Pod[]): number {
  const wanted = new Map<string, number>()
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (owner === undefined) continue
    const key = `${pod.metadata.namespace ?? ''}/${owner.name}`
    const set = owner.kind === 'ReplicaSet' ? context.informer<ReplicaSet>(KINDS.replicaSet).get(key) : undefined
    const deploymentName = set === undefined ? undefined : controllerOf(set)?.name
    const deployment =
      deploymentName === undefined
        ? undefined
        : context.informer<Deployment>(KINDS.deployment).get(`${pod.metadata.namespace ?? ''}/${deploymentName}`)
    const stateful = owner.kind === 'StatefulSet' ? context.informer<ReplicaSet>(KINDS.statefulSet).get(key) : undefined
    const of = deployment ?? set ?? stateful
    if (of !== undefined) wanted.set(of.metadata.uid ?? '', of.spec.replicas)
  }
  return [...wanted.values()].reduce((sum, replicas) => sum + replicas, 0)
}
