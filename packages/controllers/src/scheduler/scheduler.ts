import { hostname } from 'node:os'
import { hasReason, type Controller, type Recorder } from '@slipway/client'
import {
  addQuantities,
  compareQuantities,
  formatTime,
  keyOf,
  subtractQuantities,
  type KubeObject,
} from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Container, Pod } from '../shared/types.ts'

interface Node extends KubeObject {
  spec: { unschedulable?: boolean; taints?: Taint[] }
  status: { allocatable?: Record<string, string>; conditions?: { type: string; status: string }[] }
}

interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}

const RETRY = 5_000
const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** Binds pods to the node that fits them, and says why when none does: the filters of kube-scheduler that matter on one machine. */
export function startScheduler(context: ControllerContext): Promise<Controller> {
  const pods = context.informer<Pod>(KINDS.pod)
  const nodes = context.informer<Node>(KINDS.node)
  const record = recorderOf(context)
  const waiting = (): string[] => pods.list().filter(isWaiting).map(keyOf)
  return start(context, {
    name: 'scheduler',
    sources: [
      source<Pod>(context, KINDS.pod, ({ type, object }) =>
        type === 'deleted' ? waiting() : isWaiting(object) ? [keyOf(object)] : [],
      ),
      source<Node>(context, KINDS.node, waiting),
    ],
    reconcile: async (key) => {
      const pod = pods.get(key)
      if (pod === undefined || !isWaiting(pod)) return undefined
      const faults = nodes.list().map((node) => ({ node, fault: faultOf(pod, node, pods.list()) }))
      const fit = faults.find(({ fault }) => fault === undefined)
      if (fit !== undefined) return bind(context, pod, fit.node)
      const message = unschedulable(faults.flatMap(({ fault }) => fault ?? []))
      record(pod, { type: 'Warning', reason: 'FailedScheduling', message })
      await markUnschedulable(context, pod, message)
      return { requeueAfter: RETRY }
    },
  })
}

function recorderOf(context: ControllerContext): Recorder {
  return context.recorder('default-scheduler', `default-scheduler-${hostname()}`)
}

function isWaiting(pod: Pod): boolean {
  return (
    (pod.spec.nodeName ?? '') === '' &&
    pod.metadata.deletionTimestamp === undefined &&
    pod.status?.phase === 'Pending' &&
    (pod.spec.schedulingGates ?? []).length === 0
  )
}

async function bind(context: ControllerContext, pod: Pod, node: Node): Promise<undefined> {
  const { namespace = '', name = '' } = pod.metadata
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace },
    target: { apiVersion: 'v1', kind: 'Node', name: node.metadata.name },
  }
  try {
    await context.client.createSubresource({ ...KINDS.pod, namespace, name, subresource: 'binding' }, body)
    recorderOf(context)(pod, {
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${namespace}/${name} to ${node.metadata.name ?? ''}`,
    })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
  return undefined
}

async function markUnschedulable(context: ControllerContext, pod: Pod, message: string): Promise<void> {
  const present = pod.status.conditions?.find((condition) => condition.type === 'PodScheduled')
  if (present?.status === 'False' && present.message === message) return
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
    lastTransitionTime: formatTime(context.clock.now()),
  }
  const { namespace = '', name = '' } = pod.metadata
  try {
    await context.client.patch(
      { ...KINDS.pod, namespace, name, subresource: 'status' },
      { type: 'strategic', body: { status: { conditions: [condition] } } },
    )
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error
  }
}

/** Why a node cannot take a pod, in kube-scheduler's words; undefined when it can. */
export function faultOf(pod: Pod, node: Node, others: readonly Pod[]): string | undefined {
  const tolerations = (pod.spec['tolerations'] ?? []) as readonly Toleration[]
  if (node.spec?.unschedulable === true && !tolerations.some((toleration) => tolerates(toleration, UNSCHEDULABLE)))
    return 'node(s) were unschedulable'
  const taint = (node.spec?.taints ?? []).find(
    (each) => each.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, each)),
  )
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`
  if (!matchesSelector(pod, node)) return "node(s) didn't match Pod's node affinity/selector"
  const running = others.filter(
    (other) =>
      other.spec.nodeName === node.metadata.name &&
      other.status?.phase !== 'Succeeded' &&
      other.status?.phase !== 'Failed',
  )
  const allocatable = node.status?.allocatable ?? {}
  if (allocatable['pods'] !== undefined && running.length >= Number(allocatable['pods'])) return 'Too many pods'
  return ['cpu', 'memory']
    .map((resource) => shortage(resource, { pod, running, allocatable }))
    .find((fault) => fault !== undefined)
}

function shortage(
  resource: string,
  on: { pod: Pod; running: readonly Pod[]; allocatable: Record<string, string> },
): string | undefined {
  const wanted = requested(on.pod, resource)
  const total = on.allocatable[resource]
  if (total === undefined || compareQuantities(wanted, '0') === 0) return undefined
  const free = subtractQuantities(total, addQuantities(...on.running.map((pod) => requested(pod, resource))))
  return compareQuantities(wanted, free) > 0 ? `Insufficient ${resource}` : undefined
}

// Init containers run before the others, one at a time: the pod needs the larger of the two.
function requested(pod: Pod, resource: string): string {
  const of = (container: Container): string => container.resources?.requests?.[resource] ?? '0'
  const together = addQuantities(...pod.spec.containers.map(of))
  return (pod.spec.initContainers ?? [])
    .map(of)
    .reduce((most, each) => (compareQuantities(each, most) > 0 ? each : most), together)
}

function matchesSelector(pod: Pod, node: Node): boolean {
  return Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => node.metadata.labels?.[key] === value)
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== '' && toleration.effect !== taint.effect) return false
  if ((toleration.key ?? '') === '') return toleration.operator === 'Exists'
  if (toleration.key !== taint.key) return false
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '')
}

function unschedulable(faults: readonly string[]): string {
  if (faults.length === 0) return 'no nodes available to schedule pods'
  const counts = new Map<string, number>()
  for (const fault of faults) counts.set(fault, (counts.get(fault) ?? 0) + 1)
  const reasons = [...counts].map(([fault, count]) => `${count} ${fault}`).sort()
  return `0/${faults.length} nodes are available: ${reasons.join(', ')}.`
}
