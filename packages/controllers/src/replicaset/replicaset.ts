import { messageOf } from '@slipway/diag'
import { hasReason, type Controller, type Recorder } from '@slipway/client'
import { controllerOf, controllerRef, deepEqual, formatTime, keyOf, type KubeObject } from '@slipway/objects'
import { slowStart } from '../shared/batches.ts'
import { claimPods, selectsPod } from '../shared/claim.ts'
import { withCondition, withoutCondition } from '../shared/conditions.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { Expectations } from '../shared/expectations.ts'
import { KINDS } from '../shared/kinds.ts'
import { availableAt, compareForDeletion, isActive, isAvailable, isReady } from '../shared/pods.ts'
import type { Pod, ReplicaSet } from '../shared/types.ts'

const BURST = 500

/** A kind that keeps a number of pods, and how it differs from a ReplicaSet. */
interface Flavour {
  readonly name: string
  readonly recorder: string
  readonly kind: (typeof KINDS)['replicaSet'] | (typeof KINDS)['replicationController']
  readonly read: (object: KubeObject) => ReplicaSet
  readonly write: (set: ReplicaSet) => KubeObject
}

const REPLICA_SET: Flavour = {
  name: 'replicaset',
  recorder: 'replicaset-controller',
  kind: KINDS.replicaSet,
  read: (object) => object as ReplicaSet,
  write: (set) => set,
}

// The same but for its selector, which is a map of labels.
const REPLICATION_CONTROLLER: Flavour = {
  name: 'replicationcontroller',
  recorder: 'replication-controller',
  kind: KINDS.replicationController,
  read: (object) => {
    const { spec } = object as unknown as { spec: ReplicaSet['spec'] & { selector: Record<string, string> } }
    return { ...object, spec: { ...spec, selector: { matchLabels: spec.selector } } } as ReplicaSet
  },
  write: (set) => ({ ...set, spec: { ...set.spec, selector: set.spec.selector.matchLabels ?? {} } }),
}

/** Keeps the right number of pods for each ReplicaSet: k8s.io/kubernetes/pkg/controller/replicaset. */
export function startReplicaSetController(context: ControllerContext): Promise<Controller> {
  return startFlavour(context, REPLICA_SET)
}

/** The same for each ReplicationController, the older kind. */
export function startReplicationController(context: ControllerContext): Promise<Controller> {
  return startFlavour(context, REPLICATION_CONTROLLER)
}

function startFlavour(context: ControllerContext, flavour: Flavour): Promise<Controller> {
  const sets = context.informer<KubeObject>(flavour.kind)
  const record = context.recorder(flavour.recorder)
  const expectations = new Expectations(context.informer(KINDS.pod), context.clock)
  const owners = (pod: KubeObject): string[] => {
    const owner = controllerOf(pod)
    if (owner?.kind === flavour.kind.kind) return [`${pod.metadata.namespace ?? ''}/${owner.name}`]
    return owner === undefined
      ? sets
          .list(pod.metadata.namespace)
          .filter((set) => selectsPod(flavour.read(set), pod))
          .map(keyOf)
      : []
  }
  return start(context, {
    name: flavour.name,
    sources: [
      source<KubeObject>(context, flavour.kind, ({ object }) => [keyOf(object)]),
      source<Pod>(context, KINDS.pod, ({ object }) => owners(object)),
    ],
    reconcile: async (key) => {
      const set = sets.get(key)
      return set === undefined ? undefined : reconcile({ context, record, expectations, flavour }, flavour.read(set))
    },
  })
}

interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
  readonly expectations: Expectations
  readonly flavour: Flavour
}

async function reconcile(run: Run, set: ReplicaSet): Promise<{ requeueAfter: number } | undefined> {
  const pods = await claimPods(run.context, { ...set, ...run.flavour.kind })
  const active = pods.filter(isActive)
  let failure: unknown
  if (set.metadata.deletionTimestamp === undefined && run.expectations.met(keyOf(set)))
    failure = await manage(run, set, active)
  // The status shows what the cache has; the pods that were just made come with their own events.
  await writeStatus(run, set, { pods: active, failure })
  if (failure !== undefined) throw failure
  return nextAvailability(run, set, active)
}

async function manage(run: Run, set: ReplicaSet, active: readonly Pod[]): Promise<unknown> {
  const missing = set.spec.replicas - active.length
  try {
    if (missing > 0) await createPods(run, set, Math.min(missing, BURST))
    if (missing < 0) await deletePods(run, set, { active, count: Math.min(-missing, BURST) })
    return undefined
  } catch (error) {
    return error
  }
}

async function createPods(
  { context, record, expectations, flavour }: Run,
  set: ReplicaSet,
  count: number,
): Promise<void> {
  const prefix = set.metadata.name ?? ''
  await slowStart(count, async () => {
    try {
      const pod = await context.client.create(podFor({ ...set, ...flavour.kind }, `${prefix}-`))
      expectations.created(keyOf(set), pod)
      record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name ?? ''}` })
    } catch (error) {
      if (hasReason(error, 'Forbidden') && error.status.message?.includes('being terminated') === true) return
      record(set, {
        type: 'Warning',
        reason: 'FailedCreate',
        message: `Error creating: ${error instanceof Error ? error.message : String(error)}`,
      })
      throw error
    }
  })
}

async function deletePods(
  { context, record, expectations }: Run,
  set: ReplicaSet,
  how: { active: readonly Pod[]; count: number },
): Promise<void> {
  const doomed = [...how.active].sort(compareForDeletion(context.clock.now())).slice(0, how.count)
  await Promise.all(
    doomed.map(async (pod) => {
      try {
        await context.client.delete({ ...KINDS.pod, ...place(pod) }, { preconditions: { uid: pod.metadata.uid ?? '' } })
        expectations.deleted(keyOf(set), pod)
        record(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name ?? ''}` })
      } catch (error) {
        if (!hasReason(error, 'NotFound', 'Conflict')) throw error
      }
    }),
  )
}

function podFor(set: ReplicaSet, generateName: string): KubeObject {
  const { template } = set.spec
  const metadata = {
    generateName,
    namespace: set.metadata.namespace ?? '',
    labels: { ...template.metadata?.labels },
    ...(template.metadata?.annotations === undefined ? {} : { annotations: { ...template.metadata.annotations } }),
    ownerReferences: [controllerRef(set)],
  }
  return { ...KINDS.pod, metadata, spec: structuredClone(template.spec) }
}

async function writeStatus(
  { context, flavour }: Run,
  set: ReplicaSet,
  seen: { pods: readonly Pod[]; failure: unknown },
): Promise<void> {
  const status = statusOf(set, seen, context.clock.now())
  if (deepEqual(status, set.status)) return
  try {
    await context.client.updateStatus({ ...flavour.write(set), ...flavour.kind, status })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

function statusOf(
  set: ReplicaSet,
  seen: { pods: readonly Pod[]; failure: unknown },
  now: number,
): ReplicaSet['status'] {
  const { pods } = seen
  const labels = Object.entries(set.spec.template.metadata?.labels ?? {})
  const labeled = pods.filter((pod) => labels.every(([key, value]) => pod.metadata.labels?.[key] === value)).length
  const ready = pods.filter(isReady).length
  const available = pods.filter((pod) =>
    isAvailable(pod, { minReadySeconds: set.spec.minReadySeconds ?? 0, now }),
  ).length
  const conditions = conditionsOf(set, seen, now)
  return {
    replicas: pods.length,
    ...(labeled === 0 ? {} : { fullyLabeledReplicas: labeled }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  }
}

function conditionsOf(
  set: ReplicaSet,
  seen: { pods: readonly Pod[]; failure: unknown },
  now: number,
): ReturnType<typeof withCondition> {
  if (seen.failure === undefined) return withoutCondition(set.status?.conditions, 'ReplicaFailure')
  const reason = seen.pods.length < set.spec.replicas ? 'FailedCreate' : 'FailedDelete'
  const message = messageOf(seen.failure)
  return withCondition(set.status?.conditions, {
    type: 'ReplicaFailure',
    status: 'True',
    reason,
    message,
    lastTransitionTime: formatTime(now),
  })
}

// With minReadySeconds a pod becomes available without any event: look again when the next one does.
function nextAvailability(
  { context }: Run,
  set: ReplicaSet,
  pods: readonly Pod[],
): { requeueAfter: number } | undefined {
  const seconds = set.spec.minReadySeconds ?? 0
  const now = context.clock.now()
  const waits = pods.flatMap((pod) => availableAt(pod, seconds) ?? []).flatMap((at) => (at > now ? [at - now] : []))
  return waits.length === 0 ? undefined : { requeueAfter: Math.min(...waits) }
}

function place(object: KubeObject): { namespace: string; name: string } {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' }
}
