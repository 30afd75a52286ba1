import { hasReason, type Controller, type Recorder } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { controllerOf, deepEqual, keyOf } from '@slipway/objects'
import { slowStart } from '../shared/batches.ts'
import { claimPods, selectsPod } from '../shared/claim.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { Expectations } from '../shared/expectations.ts'
import { hashOf, REVISION_LABEL, truncateHistory, updateRevision } from '../shared/history.ts'
import { KINDS } from '../shared/kinds.ts'
import { availableAt } from '../shared/pods.ts'
import type { Node, Pod } from '../shared/types.ts'
import { FailureBackoff } from './backoff.ts'
import { placement, type Plan, rollingUpdate, type Seen, statusOf } from './plan.ts'
import { podFor } from './pod.ts'
import { type DaemonSet, nodeOf } from './types.ts'

const STYLE = { hashLabel: REVISION_LABEL }

interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
  readonly expectations: Expectations
  readonly failures: FailureBackoff
}

/** Keeps one pod on each node for each DaemonSet: k8s.io/kubernetes/pkg/controller/daemon. */
export function startDaemonSetController(context: ControllerContext): Promise<Controller> {
  const sets = context.informer<DaemonSet>(KINDS.daemonSet)
  const run = {
    context,
    record: context.recorder('daemonset-controller'),
    expectations: new Expectations(context.informer(KINDS.pod), context.clock),
    failures: new FailureBackoff(),
  }
  const owners = (pod: Pod): string[] => {
    const owner = controllerOf(pod)
    if (owner !== undefined) return owner.kind === 'DaemonSet' ? [`${pod.metadata.namespace ?? ''}/${owner.name}`] : []
    return sets
      .list(pod.metadata.namespace)
      .filter((set) => selectsPod(set, pod))
      .map(keyOf)
  }
  return start(context, {
    name: 'daemonset',
    sources: [
      source<DaemonSet>(context, KINDS.daemonSet, ({ object }) => [keyOf(object)]),
      source<Pod>(context, KINDS.pod, ({ object }) => owners(object)),
      source<Node>(context, KINDS.node, ({ object, previous }) =>
        previous !== undefined && deepEqual(placeOf(object), placeOf(previous)) ? [] : sets.list().map(keyOf),
      ),
      source(context, KINDS.controllerRevision, () => []),
    ],
    reconcile: async (key) => {
      const set = sets.get(key)
      if (set === undefined) {
        run.failures.forget(`${key}/`)
        return undefined
      }
      return reconcile(run, { ...set, ...KINDS.daemonSet })
    },
  })
}

// What of a node decides whether a daemon runs there; its heartbeats do not.
function placeOf({ metadata, spec }: Node): unknown {
  return [metadata.labels, spec]
}

async function reconcile(run: Run, set: DaemonSet): Promise<{ requeueAfter: number } | undefined> {
  const { context } = run
  if (set.metadata.deletionTimestamp !== undefined) return undefined
  const pods = await claimPods(context, set)
  if (!run.expectations.met(keyOf(set))) return undefined
  const collisionCount = set.status?.collisionCount ?? 0
  const annotations = set.metadata.annotations ?? {}
  const updated = await updateRevision(context, set, { ...STYLE, collisionCount, annotations })
  if (updated === 'collision') {
    await writeStatus(run, set, { ...set.status, collisionCount: collisionCount + 1 })
    return undefined
  }
  const nodes = context.informer<Node>(KINDS.node).list()
  const seen: Seen = { set, pods, nodes, hash: hashOf(updated.revision, STYLE), now: context.clock.now() }
  const failures = await take(run, seen)
  await writeStatus(run, set, statusOf(seen))
  if (failures.length > 0) throw failures[0]
  const used = new Set(pods.map((pod) => pod.metadata.labels?.[REVISION_LABEL]))
  await truncateHistory(context, set, (each) => each === updated.revision || used.has(hashOf(each, STYLE)))
  return nextLook(run, seen)
}

// Placement first; a rolling update goes on only from where every node has its pod.
async function take(run: Run, seen: Seen): Promise<unknown[]> {
  const planned = placement(seen)
  const placed = { ...planned, remove: planned.remove.filter((pod) => mayRemove(run, seen, pod)) }
  const quiet = planned.create.length + planned.remove.length === 0
  const rolls = seen.set.spec.updateStrategy?.type !== 'OnDelete'
  const plan: Plan = quiet && rolls ? rollingUpdate(seen) : placed
  const results = await Promise.allSettled([
    ...plan.remove.map((pod) => deletePod(run, seen.set, pod)),
    slowStart(plan.create.length, (turn) => createPod(run, seen, plan.create[turn] ?? '')),
  ])
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
}

// A daemon that fails at once would else be killed and made anew without end.
function mayRemove({ failures }: Run, { set, now }: Seen, pod: Pod): boolean {
  if (pod.status?.phase !== 'Failed' || pod.metadata.deletionTimestamp !== undefined) return true
  const key = failureKey(set, pod)
  if (failures.remaining(key, now) > 0) return false
  failures.next(key, now)
  return true
}

function failureKey(set: DaemonSet, pod: Pod): string {
  return `${keyOf(set)}/${set.metadata.uid ?? ''}/${set.status?.observedGeneration ?? 0}/${nodeOf(pod)}`
}

async function createPod({ context, record, expectations }: Run, { set, hash }: Seen, node: string): Promise<void> {
  try {
    const pod = await context.client.create(podFor(set, node, hash))
    expectations.created(keyOf(set), pod)
    record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name ?? ''}` })
  } catch (error) {
    record(set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${messageOf(error)}` })
    throw error
  }
}

async function deletePod({ context, record, expectations }: Run, set: DaemonSet, pod: Pod): Promise<void> {
  const { namespace, name = '', uid = '' } = pod.metadata
  if (pod.status?.phase === 'Failed') {
    const message = `Found failed daemon pod ${namespace ?? ''}/${name} on node ${nodeOf(pod)}, will try to kill it`
    record(set, { type: 'Warning', reason: 'FailedDaemonPod', message })
  }
  try {
    await context.client.delete({ ...KINDS.pod, namespace, name }, { preconditions: { uid } })
    expectations.deleted(keyOf(set), pod)
    record(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

async function writeStatus({ context }: Run, set: DaemonSet, status: DaemonSet['status']): Promise<void> {
  if (deepEqual(status, set.status)) return
  try {
    await context.client.updateStatus({ ...set, status })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

// With minReadySeconds a pod becomes available without any event: look again when the next one does.
function nextLook({ failures }: Run, { set, pods, now }: Seen): { requeueAfter: number } | undefined {
  const waits = pods
    .flatMap((pod) => availableAt(pod, set.spec.minReadySeconds ?? 0) ?? [])
    .flatMap((at) => (at > now ? [at - now] : []))
  for (const pod of pods) {
    const wait = pod.status?.phase === 'Failed' ? failures.remaining(failureKey(set, pod), now) : 0
    if (wait > 0) waits.push(wait)
  }
  return waits.length === 0 ? undefined : { requeueAfter: Math.min(...waits) }
}
