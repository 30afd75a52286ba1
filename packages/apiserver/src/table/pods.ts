import type { KubeObject } from '@slipway/objects'
import { ageOf, humanDuration } from './duration.ts'
import { number, orNone, record, records, text, type Json } from './read.ts'
import { column, type Printer } from './table.ts'

const pod: Printer = {
  columns: [
    column('Name'),
    column('Ready'),
    column('Status'),
    column('Restarts'),
    column('Age'),
    column('IP', { wide: true }),
    column('Node', { wide: true }),
    column('Nominated Node', { wide: true }),
    column('Readiness Gates', { wide: true }),
  ],
  cells: (object, now) => [
    object.metadata.name ?? '',
    readyOf(object),
    podStatus(object),
    restartsOf(object, now),
    ageOf(object.metadata.creationTimestamp, now),
    orNone(text(object, 'status', 'podIP')),
    orNone(text(object, 'spec', 'nodeName')),
    orNone(text(object, 'status', 'nominatedNodeName')),
    gatesOf(object),
  ],
  completed: (object) => {
    const phase = text(object, 'status', 'phase')
    if (phase === 'Succeeded') return { reason: 'Succeeded', message: 'The pod has completed successfully.' }
    return phase === 'Failed' ? { reason: 'Failed', message: 'The pod failed.' } : undefined
  },
}

const node: Printer = {
  columns: [
    column('Name'),
    column('Status'),
    column('Roles'),
    column('Age'),
    column('Version'),
    column('Internal-IP', { wide: true }),
    column('External-IP', { wide: true }),
    column('OS-Image', { wide: true }),
    column('Kernel-Version', { wide: true }),
    column('Container-Runtime', { wide: true }),
  ],
  cells: (object, now) => {
    const info = record(object, 'status', 'nodeInfo')
    const address = (type: string): string =>
      orNone(
        text(
          records(object, 'status', 'addresses').find((item) => item['type'] === type),
          'address',
        ),
      )
    const kernel = text(info, 'kernelVersion')
    const architecture = text(info, 'architecture')
    const unknown = (name: string): string => text(info, name) || '<unknown>'
    return [
      object.metadata.name ?? '',
      nodeStatus(object),
      rolesOf(object),
      ageOf(object.metadata.creationTimestamp, now),
      text(info, 'kubeletVersion'),
      address('InternalIP'),
      address('ExternalIP'),
      unknown('osImage'),
      kernel === '' ? '<unknown>' : architecture === '' ? kernel : `${kernel} (${architecture})`,
      unknown('containerRuntimeVersion'),
    ]
  },
}

export const podPrinters: Readonly<Record<string, Printer>> = { pods: pod, nodes: node }

/** What `kubectl get pods` shows as the status: k8s.io/kubernetes/pkg/printers/internalversion/printers.go, printPod. */
export function podStatus(object: KubeObject): string {
  const status = record(object, 'status')
  const initial = text(status, 'reason') || text(status, 'phase')
  const initializing = initReason(object)
  const reason = initializing ?? containerReason(status, initial)
  if (object.metadata.deletionTimestamp === undefined) return reason
  if (text(status, 'reason') === 'NodeLost') return 'Unknown'
  return text(status, 'phase') === 'Succeeded' || text(status, 'phase') === 'Failed' ? reason : 'Terminating'
}

function initReason(object: KubeObject): string | undefined {
  const specs = records(object, 'spec', 'initContainers')
  for (const [index, container] of records(object, 'status', 'initContainerStatuses').entries()) {
    const { terminated, waiting } = record(container, 'state') as { terminated?: Json; waiting?: Json }
    if (terminated !== undefined && number(terminated, 'exitCode') === 0) continue
    const sidecar = specs.find((spec) => spec['name'] === container['name'])?.['restartPolicy'] === 'Always'
    if (sidecar && container['started'] === true) continue
    if (terminated !== undefined) return `Init:${text(terminated, 'reason') || exitText(terminated)}`
    const why = text(waiting, 'reason')
    if (why !== '' && why !== 'PodInitializing') return `Init:${why}`
    return `Init:${index}/${specs.length}`
  }
  return undefined
}

function containerReason(status: Json, initial: string): string {
  let reason = initial
  let running = false
  for (const container of records(status, 'containerStatuses').reverse()) {
    const {
      terminated,
      waiting,
      running: run,
    } = record(container, 'state') as { terminated?: Json; waiting?: Json; running?: Json }
    if (text(waiting, 'reason') !== '') reason = text(waiting, 'reason')
    else if (terminated !== undefined) reason = text(terminated, 'reason') || exitText(terminated)
    else if (container['ready'] === true && run !== undefined) running = true
  }
  if (reason !== 'Completed' || !running) return reason
  const ready = records(status, 'conditions').some(
    (condition) => condition['type'] === 'Ready' && condition['status'] === 'True',
  )
  return ready ? 'Running' : 'NotReady'
}

function exitText(terminated: Json): string {
  const signal = number(terminated, 'signal')
  return signal === 0 ? `ExitCode:${number(terminated, 'exitCode')}` : `Signal:${signal}`
}

function sidecarStatuses(object: KubeObject): Json[] {
  const names = new Set(
    records(object, 'spec', 'initContainers').flatMap((spec) =>
      spec['restartPolicy'] === 'Always' ? [spec['name']] : [],
    ),
  )
  return records(object, 'status', 'initContainerStatuses').filter((status) => names.has(status['name']))
}

function readyOf(object: KubeObject): string {
  const sidecars = records(object, 'spec', 'initContainers').filter((spec) => spec['restartPolicy'] === 'Always').length
  const total = records(object, 'spec', 'containers').length + sidecars
  const statuses = [...records(object, 'status', 'containerStatuses'), ...sidecarStatuses(object)]
  const ready = statuses.filter(
    (status) => status['ready'] === true && record(status, 'state')['running'] !== undefined,
  ).length
  return `${ready}/${total}`
}

function restartsOf(object: KubeObject, now: number): string {
  const statuses = [...records(object, 'status', 'containerStatuses'), ...sidecarStatuses(object)]
  const restarts = statuses.reduce((sum, status) => sum + number(status, 'restartCount'), 0)
  const last =
    statuses
      .map((status) => text(status, 'lastState', 'terminated', 'finishedAt'))
      .sort()
      .at(-1) ?? ''
  return restarts === 0 || last === '' ? String(restarts) : `${restarts} (${humanDuration(now - Date.parse(last))} ago)`
}

function gatesOf(object: KubeObject): string {
  const gates = records(object, 'spec', 'readinessGates')
  if (gates.length === 0) return '<none>'
  const conditions = records(object, 'status', 'conditions')
  const met = gates.filter((gate) =>
    conditions.some((condition) => condition['type'] === gate['conditionType'] && condition['status'] === 'True'),
  )
  return `${met.length}/${gates.length}`
}

function nodeStatus(object: KubeObject): string {
  const ready = records(object, 'status', 'conditions').find((condition) => condition['type'] === 'Ready')
  const status = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady'
  return record(object, 'spec')['unschedulable'] === true ? `${status},SchedulingDisabled` : status
}

function rolesOf(object: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/'
  const roles = Object.keys(object.metadata.labels ?? {}).flatMap((label) =>
    label.startsWith(prefix) ? [label.slice(prefix.length)] : [],
  )
  return orNone(roles.sort().join(','))
}
