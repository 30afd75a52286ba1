import { hasReason, type Controller, type Recorder } from '@slipway/client'
import { controllerOf, deepEqual, keyOf, type KubeObject, toLabelSelector } from '@slipway/objects'
import { claim } from '../shared/claim.ts'
import { conditionOf } from '../shared/conditions.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import { isActive, isControlledBy } from '../shared/pods.ts'
import type { Deployment, Pod, ReplicaSet } from '../shared/types.ts'
import { REVISION, revisionOf } from './annotations.ts'
import { createFresh, findFresh, freshAnnotations, highestRevision, sizeAnnotations } from './revisions.ts'
import { byAge, isScaling, newSetReplicas, proportional, scaleDownOld, type Scaling } from './rolling.ts'
import { deadlineOf, isComplete, set as setCondition, statusOf } from './status.ts'

/** Rolls Deployments out: k8s.io/kubernetes/pkg/controller/deployment. One step a run: what a step changes comes back as an event. */
export function startDeploymentController(context: ControllerContext): Promise<Controller> {
  const deployments = context.informer<Deployment>(KINDS.deployment)
  const record = context.recorder('deployment-controller')
  const ownerKeys = (object: KubeObject): string[] => {
    const owner = controllerOf(object)
    return owner?.kind === 'Deployment' ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : []
  }
  const selecting = (object: KubeObject): string[] =>
    deployments
      .list(object.metadata.namespace)
      .filter((deployment) => toLabelSelector(deployment.spec.selector).matches(object.metadata.labels ?? {}))
      .map(keyOf)
  return start(context, {
    name: 'deployment',
    sources: [
      source<Deployment>(context, KINDS.deployment, ({ object }) => [keyOf(object)]),
      source<ReplicaSet>(context, KINDS.replicaSet, ({ object }) =>
        controllerOf(object) === undefined ? selecting(object) : ownerKeys(object),
      ),
      // A Recreate waits for the last old pod to be gone.
      source<Pod>(context, KINDS.pod, ({ type, object }) => (type === 'deleted' ? selecting(object) : [])),
    ],
    reconcile: async (key) => {
      const deployment = deployments.get(key)
      return deployment === undefined ? undefined : reconcile({ context, record }, deployment)
    },
  })
}

interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
}

interface Sets {
  readonly fresh: ReplicaSet | undefined
  readonly old: readonly ReplicaSet[]
  readonly all: readonly ReplicaSet[]
}

async function reconcile(run: Run, deployment: Deployment): Promise<{ requeueAfter: number } | undefined> {
  const sets = sorted(deployment, await claimSets(run, deployment))
  if (deployment.metadata.deletionTimestamp !== undefined) return writeStatus(run, deployment, sets)
  if (await recordPause(run, deployment)) return undefined
  if (deployment.spec.paused === true || isScaling(deployment.spec, sets.all)) {
    await scaleAll(run, deployment, sets)
    return writeStatus(run, deployment, setsOf(run, deployment))
  }
  return deployment.spec.strategy.type === 'Recreate' ? recreate(run, deployment, sets) : roll(run, deployment, sets)
}

// Sets that match and belong to nobody are taken with their pods, those that match no more are let go.
function claimSets({ context }: Run, deployment: Deployment): Promise<ReplicaSet[]> {
  const adoptable = ({ metadata }: ReplicaSet): boolean => metadata.deletionTimestamp === undefined
  return claim<ReplicaSet>(context, { ...deployment, ...KINDS.deployment }, { kind: KINDS.replicaSet, adoptable })
}

function setsOf({ context }: Run, deployment: Deployment): Sets {
  const all = context.informer<ReplicaSet>(KINDS.replicaSet).list(deployment.metadata.namespace)
  return sorted(
    deployment,
    all.filter((set) => isControlledBy(set, deployment)),
  )
}

function sorted(deployment: Deployment, all: readonly ReplicaSet[]): Sets {
  const fresh = findFresh(deployment, all)
  return { fresh, all, old: all.filter((set) => set !== fresh) }
}

async function roll(run: Run, deployment: Deployment, before: Sets): Promise<{ requeueAfter: number } | undefined> {
  const fresh = await syncFresh(run, deployment, before)
  if (fresh === undefined) return undefined
  const sets: Sets = { fresh, old: before.old, all: [...before.old, fresh] }
  const replicas = newSetReplicas(deployment.spec, { fresh, all: sets.all })
  if (replicas !== fresh.spec.replicas) {
    await scale(run, deployment, { set: fresh, replicas })
    return writeStatus(run, deployment, sets)
  }
  const down = scaleDownOld(deployment.spec, sets)
  for (const step of down) await scale(run, deployment, step)
  if (down.length === 0 && isComplete(deployment, deployment.status ?? {})) await cleanUp(run, deployment, sets)
  return writeStatus(run, deployment, sets)
}

async function recreate(run: Run, deployment: Deployment, before: Sets): Promise<{ requeueAfter: number } | undefined> {
  const running = before.old.filter((set) => set.spec.replicas > 0)
  for (const set of running) await scale(run, deployment, { set, replicas: 0 })
  if (running.length > 0 || hasOldPods(run, deployment, before)) return writeStatus(run, deployment, before)
  const fresh = await syncFresh(run, deployment, before)
  if (fresh === undefined) return undefined
  if (fresh.spec.replicas !== deployment.spec.replicas)
    await scale(run, deployment, { set: fresh, replicas: deployment.spec.replicas })
  else if (isComplete(deployment, deployment.status ?? {})) await cleanUp(run, deployment, { ...before, fresh })
  return writeStatus(run, deployment, { fresh, old: before.old, all: [...before.old, fresh] })
}

function hasOldPods({ context }: Run, deployment: Deployment, sets: Sets): boolean {
  const old = new Set(sets.old.map((set) => set.metadata.uid))
  return context
    .informer<Pod>(KINDS.pod)
    .list(deployment.metadata.namespace)
    .some(
      (pod) =>
        old.has(controllerOf(pod)?.uid ?? '') && pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded',
    )
}

// The set of the present template: made, or brought up to date with the Deployment's annotations and revision.
async function syncFresh(run: Run, deployment: Deployment, sets: Sets): Promise<ReplicaSet | undefined> {
  const revision = highestRevision(sets.old) + 1n
  if (sets.fresh === undefined) return makeFresh(run, deployment, { old: sets.old, revision })
  const { fresh } = sets
  const annotations = freshAnnotations(deployment, fresh, revision)
  const { minReadySeconds } = deployment.spec
  const current =
    deepEqual(annotations, fresh.metadata.annotations) && (fresh.spec.minReadySeconds ?? 0) === (minReadySeconds ?? 0)
  const updated = current
    ? fresh
    : await run.context.client.update<ReplicaSet>({
        ...fresh,
        ...KINDS.replicaSet,
        metadata: { ...fresh.metadata, annotations },
        spec: { ...fresh.spec, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) },
      })
  await syncRevision(run, deployment, revisionOf(updated) ?? revision)
  return updated
}

async function makeFresh(
  run: Run,
  deployment: Deployment,
  how: { old: readonly ReplicaSet[]; revision: bigint },
): Promise<ReplicaSet | undefined> {
  const { client, clock } = run.context
  const made = await createFresh(client, deployment, how)
  if (made === 'collision') {
    const status = { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 }
    await client.updateStatus({ ...deployment, ...KINDS.deployment, status })
    return undefined
  }
  const { name = '' } = made.metadata
  if (made.spec.replicas > 0)
    run.record(deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled up replica set ${name} from 0 to ${made.spec.replicas}`,
    })
  await syncRevision(run, deployment, how.revision)
  if (deployment.spec.progressDeadlineSeconds !== undefined) {
    const message = `Created new replica set "${name}"`
    const conditions = setCondition(deployment.status?.conditions, clock.now(), {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetCreated',
      message,
    })
    await patchStatus(run, deployment, { conditions })
  }
  return made
}

async function syncRevision({ context }: Run, deployment: Deployment, revision: bigint): Promise<void> {
  if (revisionOf(deployment) === revision) return
  // With the status, since a change of annotations counts as a new generation otherwise.
  await context.client.patch(
    { ...KINDS.deployment, ...place(deployment), subresource: 'status' },
    { type: 'merge', body: { metadata: { annotations: { [REVISION]: String(revision) } } } },
  )
}

async function scaleAll(run: Run, deployment: Deployment, sets: Sets): Promise<void> {
  const active = sets.all.filter((set) => set.spec.replicas > 0)
  const only = active.length === 1 ? active[0] : active.length === 0 ? [...sets.all].sort(byAge).at(-1) : undefined
  if (only !== undefined) return scale(run, deployment, { set: only, replicas: deployment.spec.replicas })
  const saturated =
    sets.fresh !== undefined &&
    sets.fresh.spec.replicas === deployment.spec.replicas &&
    (sets.fresh.status?.availableReplicas ?? 0) === deployment.spec.replicas
  if (saturated) {
    for (const set of active) if (set !== sets.fresh) await scale(run, deployment, { set, replicas: 0 })
    return
  }
  for (const step of proportional(deployment.spec, { all: sets.all })) await scale(run, deployment, step)
}

// The annotations of the size are written with the scale, so that a later change of the size is noticed.
async function scale({ context, record }: Run, deployment: Deployment, { set, replicas }: Scaling): Promise<void> {
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) }
  const sized = set.spec.replicas !== replicas
  if (!sized && deepEqual(annotations, set.metadata.annotations)) return
  await context.client.patch(
    { ...KINDS.replicaSet, ...place(set) },
    { type: 'merge', body: { metadata: { annotations }, spec: { replicas } } },
  )
  if (!sized) return
  const direction = replicas > set.spec.replicas ? 'up' : 'down'
  const message = `Scaled ${direction} replica set ${set.metadata.name ?? ''} from ${set.spec.replicas} to ${replicas}`
  record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message })
}

// Old sets beyond the history limit go, oldest revision first; one that still has pods or is being deleted stays.
async function cleanUp({ context }: Run, deployment: Deployment, sets: Sets): Promise<void> {
  const idle = sets.old.filter(
    (set) =>
      set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0 && set.metadata.deletionTimestamp === undefined,
  )
  const surplus = sets.old.length - (deployment.spec.revisionHistoryLimit ?? 10)
  const oldest = [...idle].sort((a, b) => Number((revisionOf(a) ?? 0n) - (revisionOf(b) ?? 0n)))
  for (const set of oldest.slice(0, Math.max(0, surplus))) {
    try {
      await context.client.delete({ ...KINDS.replicaSet, ...place(set) })
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error
    }
  }
}

async function recordPause(run: Run, deployment: Deployment): Promise<boolean> {
  if (deployment.spec.progressDeadlineSeconds === undefined) return false
  const current = conditionOf(deployment.status?.conditions, 'Progressing')
  const wasPaused = current?.reason === 'DeploymentPaused'
  const isPaused = deployment.spec.paused === true
  if (wasPaused === isPaused || current?.reason === 'ProgressDeadlineExceeded') return false
  const reason = isPaused ? 'DeploymentPaused' : 'DeploymentResumed'
  const message = isPaused ? 'Deployment is paused' : 'Deployment is resumed'
  if (!isPaused && current === undefined) return false
  await patchStatus(run, deployment, {
    conditions: setCondition(deployment.status?.conditions, run.context.clock.now(), {
      type: 'Progressing',
      status: 'Unknown',
      reason,
      message,
    }),
  })
  return true
}

async function patchStatus(
  { context }: Run,
  deployment: Deployment,
  status: Partial<Deployment['status']>,
): Promise<void> {
  try {
    const ref = { ...KINDS.deployment, ...place(deployment), subresource: 'status' }
    await context.client.patch(ref, { type: 'merge', body: { status } })
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error
  }
}

async function writeStatus(
  run: Run,
  deployment: Deployment,
  sets: Sets,
): Promise<{ requeueAfter: number } | undefined> {
  const { client, clock } = run.context
  // Steps of this run may have written to the Deployment, its revision above all: the status is judged against what is stored now.
  const latest = await client.get<Deployment>({ ...KINDS.deployment, ...place(deployment) }).catch((error: unknown) => {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  })
  if (latest === undefined || latest.metadata.uid !== deployment.metadata.uid) return undefined
  const seen = {
    deployment: {
      ...latest,
      metadata: { ...latest.metadata, generation: deployment.metadata.generation ?? 0 },
      spec: deployment.spec,
    },
    fresh: sets.fresh,
    all: sets.all,
    terminating: terminatingOf(run, deployment, sets),
    now: clock.now(),
  }
  const status = statusOf(seen)
  if (!deepEqual(status, latest.status)) {
    try {
      await client.updateStatus({ ...latest, ...KINDS.deployment, status })
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error
    }
  }
  return nextDeadline(deployment, status, clock.now())
}

function terminatingOf({ context }: Run, deployment: Deployment, sets: Sets): number {
  const owners = new Set(sets.all.map((set) => set.metadata.uid))
  const pods = context.informer<Pod>(KINDS.pod).list(deployment.metadata.namespace)
  return pods.filter(
    (pod) =>
      owners.has(controllerOf(pod)?.uid ?? '') &&
      !isActive(pod) &&
      pod.metadata.deletionTimestamp !== undefined &&
      pod.status?.phase !== 'Succeeded' &&
      pod.status?.phase !== 'Failed',
  ).length
}

// Nothing happens when a rollout is stuck, so nothing would wake the controller at the deadline.
function nextDeadline(
  deployment: Deployment,
  status: Deployment['status'],
  now: number,
): { requeueAfter: number } | undefined {
  const current = conditionOf(status.conditions, 'Progressing')
  const waits =
    current !== undefined &&
    current.status === 'True' &&
    current.reason !== 'NewReplicaSetAvailable' &&
    deployment.spec.paused !== true
  return waits ? { requeueAfter: Math.max(1000, deadlineOf(deployment, current) - now + 1000) } : undefined
}

function place(object: KubeObject): { namespace: string; name: string } {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' }
}
