import { hostname } from 'node:os'
import { hasReason, type Change, type Controller, type Informer, type Recorder } from '@slipway/client'
import { deepEqual, keyOf } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Node, Pod } from '../shared/types.ts'
import { blockerOf } from './blockers.ts'
import { misfitOf } from './fit.ts'
import { Memory } from './memory.ts'
import { blocked, NO_NODES, unfit } from './message.ts'
import { type Budget, preemptionFor } from './preemption.ts'
import { clearNomination, evictFor, markUnschedulable } from './writes.ts'
import { type Misfit, type Placed, priorityOf, type World } from './world.ts'

// kube-scheduler tries a pod again after so long even if nothing happened that could help it.
const FLUSH = 5 * 60_000
const NAME = 'default-scheduler'

/** What every attempt works with. */
interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
  readonly pods: Informer<Pod>
  readonly budgets: Informer<Budget>
  readonly claims: Informer
  readonly memory: Memory
}

/** Binds pods to a node that fits them and says why when none does, as kube-scheduler with its default plugins. Scores are not asked: they choose among nodes that fit. */
export async function startScheduler(context: ControllerContext): Promise<Controller> {
  const pods = context.informer<Pod>(KINDS.pod)
  const budgets = context.informer<Budget>(KINDS.disruptionBudget)
  const namespaces = context.informer(KINDS.namespace)
  const record = context.recorder(NAME, `${NAME}-${hostname()}`)
  const memory = new Memory({ pods, nodes: context.informer<Node>(KINDS.node), namespaces })
  const claims = context.informer(KINDS.claim)
  const run: Run = { context, record, pods, budgets, claims, memory }
  await Promise.all([budgets.start(), namespaces.start()])
  return start(context, {
    name: 'scheduler',
    sources: [
      source<Pod>(context, KINDS.pod, (change) => toTry(run, change)),
      source<Node>(context, KINDS.node, () => waiting(run).map(keyOf)),
      source(context, KINDS.claim, ({ type }) => (type === 'added' ? waiting(run).map(keyOf) : [])),
    ],
    reconcile: async (key) => {
      const pod = pods.get(key)
      if (pod === undefined || !isWaiting(pod) || memory.isAssumed(pod)) return undefined
      return (await schedule(run, pod)) ? undefined : { requeueAfter: FLUSH }
    },
  })
}

// Which pods a change of a pod may help: itself, or all that wait when it leaves room, comes to a node or changes what selectors see.
function toTry(run: Run, { type, object, previous }: Change<Pod>): readonly string[] {
  const isPlaced = (object.spec.nodeName ?? '') !== ''
  const hadRoom = isPlaced || run.memory.isAssumed(object) || run.memory.nominationOf(object) !== ''
  if (type === 'deleted' || isPlaced) run.memory.forget(object)
  if (type === 'deleted') return hadRoom ? waiting(run).map(keyOf) : []
  if (!isPlaced) return isWaiting(object) && isNew(object, previous) ? [keyOf(object)] : []
  const same =
    previous !== undefined &&
    previous.spec.nodeName === object.spec.nodeName &&
    hasEnded(previous) === hasEnded(object) &&
    deepEqual(previous.metadata.labels, object.metadata.labels) &&
    // A pod that is being deleted has a new generation, and leaves no room before it is gone.
    (previous.metadata.generation === object.metadata.generation || deepEqual(previous.spec, object.spec))
  return same ? [] : waiting(run).map(keyOf)
}

// What only its status says is no reason to try again: the scheduler writes that itself.
function isNew(pod: Pod, previous: Pod | undefined): boolean {
  return (
    previous === undefined ||
    !isWaiting(previous) ||
    !deepEqual(previous.spec, pod.spec) ||
    !deepEqual(previous.metadata.labels, pod.metadata.labels)
  )
}

// Those that matter most first, then those that have waited longest.
function waiting({ pods, memory }: Run): Pod[] {
  const created = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp ?? '')
  return pods
    .list()
    .filter((pod) => isWaiting(pod) && !memory.isAssumed(pod))
    .sort((a, b) => priorityOf(b) - priorityOf(a) || created(a) - created(b))
}

function isWaiting({ spec, metadata, status }: Pod): boolean {
  return (
    (spec.nodeName ?? '') === '' &&
    (spec.schedulerName ?? NAME) === NAME &&
    metadata.deletionTimestamp === undefined &&
    status?.phase === 'Pending' &&
    (spec.schedulingGates ?? []).length === 0
  )
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed'
}

// Everything up to the assumption happens in one turn of the event loop, so that no two pods are promised the same room.
async function schedule(run: Run, pod: Pod): Promise<boolean> {
  const { memory, claims } = run
  const world = memory.world()
  const blocker = blockerOf(pod, (name) => claims.get(`${pod.metadata.namespace ?? ''}/${name}`) !== undefined)
  if (blocker !== undefined && world.nodes.length > 0) {
    await say(run, pod, { message: blocked(world.nodes.length, blocker), nomination: memory.nominationOf(pod) })
    return false
  }
  const nominated = memory.nominated(waiting(run))
  const judged = world.nodes.map((node) => ({ node, misfit: misfitOf(pod, node, { world, nominated }) }))
  const fitting = judged.filter(({ misfit }) => misfit === undefined).map(({ node }) => node.metadata.name ?? '')
  const [first] = fitting
  if (first === undefined) {
    const misfits = judged.flatMap(({ node, misfit }) => (misfit === undefined ? [] : [{ node, misfit }]))
    await refuse(run, pod, { world, nominated, misfits })
    return false
  }
  const wanted = memory.nominationOf(pod)
  await bind(run, pod, fitting.includes(wanted) ? wanted : first)
  return true
}

async function bind({ context, memory, record }: Run, pod: Pod, node: string): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  }
  memory.assume(pod, node)
  try {
    await context.client.createSubresource({ ...KINDS.pod, namespace, name, subresource: 'binding' }, body)
    record(pod, {
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${namespace}/${name} to ${node}`,
    })
  } catch (error) {
    memory.release(pod)
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

interface Refusal {
  readonly world: World
  readonly nominated: readonly Placed[]
  readonly misfits: readonly { readonly node: Node; readonly misfit: Misfit }[]
}

// Says why, after others were asked to make room where that helps.
async function refuse(run: Run, pod: Pod, seen: Refusal): Promise<void> {
  const { context, memory, record } = run
  const nominatedNode = memory.nominationOf(pod)
  const preemption =
    seen.misfits.length === 0
      ? undefined
      : preemptionFor({ pod, ...seen, budgets: run.budgets.list(), nominatedNode, now: context.clock.now() })
  const nomination =
    preemption?.kind === 'room' ? preemption.node : preemption?.keepsNomination === true ? nominatedNode : ''
  if (nomination !== nominatedNode) memory.nominate(pod, nomination)
  const reasons = seen.misfits.map(({ misfit }) => misfit.reasons)
  const message =
    reasons.length === 0 ? NO_NODES : unfit(reasons, preemption?.kind === 'none' ? preemption.message : undefined)
  if (preemption?.kind === 'room') {
    const outranked = seen.nominated.filter(
      (each) => each.node === nomination && priorityOf(each.pod) < priorityOf(pod),
    )
    for (const each of outranked) memory.nominate(each.pod, '')
    await Promise.all(outranked.map((each) => clearNomination(context, each.pod)))
    await Promise.all(
      preemption.victims.map((victim) => evictFor({ context, record }, { pod, victim, node: nomination })),
    )
  }
  await say(run, pod, { message, nomination })
}

async function say(
  { context, record }: Run,
  pod: Pod,
  words: { readonly message: string; readonly nomination: string },
): Promise<void> {
  record(pod, { type: 'Warning', reason: 'FailedScheduling', message: words.message })
  await markUnschedulable(context, pod, words)
}
