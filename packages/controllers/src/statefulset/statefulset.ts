import { hasReason, type Controller, type Recorder } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { controllerOf, deepEqual, keyOf } from '@slipway/objects'
import { claimPods, selectsPod } from '../shared/claim.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { Expectations } from '../shared/expectations.ts'
import { type ControllerRevision, revisionsOf, truncateHistory, updateRevision } from '../shared/history.ts'
import { KINDS } from '../shared/kinds.ts'
import { availableAt } from '../shared/pods.ts'
import type { Pod } from '../shared/types.ts'
import { planOf, type Seen, statusOf, type Step } from './plan.ts'
import { ownClaims } from './claims.ts'
import { claimsFor, ordinalOf, podFor, revisionOf } from './pod.ts'
import type { StatefulSet } from './types.ts'

const HASH_LABEL = 'controller.kubernetes.io/hash'

interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
  readonly expectations: Expectations
}

/** Keeps pods with stable names in order for each StatefulSet: k8s.io/kubernetes/pkg/controller/statefulset. */
export function startStatefulSetController(context: ControllerContext): Promise<Controller> {
  const sets = context.informer<StatefulSet>(KINDS.statefulSet)
  const run = {
    context,
    record: context.recorder('statefulset-controller'),
    expectations: new Expectations(context.informer(KINDS.pod), context.clock),
  }
  const owners = (pod: Pod): string[] => {
    const owner = controllerOf(pod)
    if (owner !== undefined)
      return owner.kind === 'StatefulSet' ? [`${pod.metadata.namespace ?? ''}/${owner.name}`] : []
    return sets
      .list(pod.metadata.namespace)
      .filter((set) => selectsPod(set, pod))
      .map(keyOf)
  }
  return start(context, {
    name: 'statefulset',
    sources: [
      source<StatefulSet>(context, KINDS.statefulSet, ({ object }) => [keyOf(object)]),
      source<Pod>(context, KINDS.pod, ({ object }) => owners(object)),
      source(context, KINDS.claim, () => []),
      source<ControllerRevision>(context, KINDS.controllerRevision, ({ object }) => {
        const owner = controllerOf(object)
        return owner?.kind === 'StatefulSet' ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : []
      }),
    ],
    reconcile: async (key) => {
      const set = sets.get(key)
      return set === undefined ? undefined : reconcile(run, { ...set, ...KINDS.statefulSet })
    },
  })
}

async function reconcile(run: Run, set: StatefulSet): Promise<{ requeueAfter: number } | undefined> {
  const { context } = run
  const isMember = (pod: Pod): boolean => ordinalOf(set, pod) !== undefined
  const pods = (await claimPods(context, set, isMember)).filter(isMember)
  if (!run.expectations.met(keyOf(set))) return undefined
  const updated = await updateRevision(context, set, {
    hashLabel: HASH_LABEL,
    collisionCount: set.status?.collisionCount ?? 0,
  })
  if (updated === 'collision') return countCollision(run, set)
  const update = updated.revision.metadata.name ?? ''
  const known = revisionsOf(context, set)
  const current = known.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? updated.revision
  const revisions = { current: current.metadata.name ?? '', update }
  const seen: Seen = { set, pods, revisions, now: context.clock.now() }
  if (set.metadata.deletionTimestamp === undefined) await ownClaims(context, set, pods)
  const failures = set.metadata.deletionTimestamp === undefined ? await take(run, seen, current) : []
  await writeStatus(run, set, statusOf(seen))
  if (failures.length > 0) throw failures[0]
  const used = new Set([revisions.current, update, ...pods.map(revisionOf)])
  await truncateHistory(context, set, ({ metadata }) => used.has(metadata.name ?? ''))
  return nextAvailability(seen)
}

async function take(run: Run, seen: Seen, current: ControllerRevision): Promise<unknown[]> {
  const results = await Promise.allSettled(
    planOf(seen).map((step) =>
      step.type === 'create' ? createPod(run, seen, { ...step, old: current }) : deletePod(run, seen.set, step),
    ),
  )
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
}

async function createPod(
  { context, record, expectations }: Run,
  { set, revisions }: Seen,
  step: { readonly ordinal: number; readonly revision: 'current' | 'update'; readonly old: ControllerRevision },
): Promise<void> {
  const { $patch: _, ...old } = step.old.data.spec.template
  const template = step.revision === 'current' ? old : set.spec.template
  const draft = podFor(set, { ordinal: step.ordinal, revision: revisions[step.revision], template })
  const name = `${draft.metadata.name ?? ''} in StatefulSet ${set.metadata.name ?? ''}`
  try {
    await createClaims(context, set, step.ordinal)
    const pod = await context.client.create(draft)
    expectations.created(keyOf(set), pod)
    record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Create Pod ${name} successful` })
  } catch (error) {
    if (hasReason(error, 'AlreadyExists')) return
    const message = `Create Pod ${name} failed error: ${messageOf(error)}`
    record(set, { type: 'Warning', reason: 'FailedCreate', message })
    throw error
  }
}

async function createClaims(context: ControllerContext, set: StatefulSet, ordinal: number): Promise<void> {
  for (const claim of claimsFor(set, ordinal)) {
    try {
      await context.client.create(claim)
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) throw error
    }
  }
}

async function deletePod(
  { context, record, expectations }: Run,
  set: StatefulSet,
  step: Step & { type: 'delete' },
): Promise<void> {
  const { namespace, name = '', uid = '' } = step.pod.metadata
  const inSet = `StatefulSet ${set.metadata.namespace ?? ''}/${set.metadata.name ?? ''}`
  if (step.why === 'failed') {
    const message = `${inSet} is recreating failed Pod ${name}`
    record(set, { type: 'Warning', reason: 'RecreatingFailedPod', message })
  }
  try {
    await context.client.delete({ ...KINDS.pod, namespace, name }, { preconditions: { uid } })
    expectations.deleted(keyOf(set), step.pod)
    const message = `Delete Pod ${name} in StatefulSet ${set.metadata.name ?? ''} successful`
    record(set, { type: 'Normal', reason: 'SuccessfulDelete', message })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

async function countCollision(run: Run, set: StatefulSet): Promise<undefined> {
  await writeStatus(run, set, { ...set.status, collisionCount: (set.status?.collisionCount ?? 0) + 1 })
}

async function writeStatus({ context }: Run, set: StatefulSet, status: StatefulSet['status']): Promise<void> {
  if (deepEqual(status, set.status)) return
  try {
    await context.client.updateStatus({ ...set, status })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

// With minReadySeconds a pod becomes available without any event: look again when the next one does.
function nextAvailability({ set, pods, now }: Seen): { requeueAfter: number } | undefined {
  const waits = pods
    .flatMap((pod) => availableAt(pod, set.spec.minReadySeconds ?? 0) ?? [])
    .flatMap((at) => (at > now ? [at - now] : []))
  return waits.length === 0 ? undefined : { requeueAfter: Math.min(...waits) }
}
