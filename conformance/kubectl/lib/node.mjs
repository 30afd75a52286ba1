import { Informer } from '@slipway/client'
import { setTimeout as pause } from 'node:timers/promises'
import { formatTime, keyOf } from '@slipway/objects'

// A pod takes that long to become ready, and to end.
const STEP = 600
const POD = { apiVersion: 'v1', kind: 'Pod' }
const RECORDED_AT = Date.now()

/** The node of the recording: kwok's, with nothing behind it. */
export function recordedNode() {
  const at = formatTime(RECORDED_AT)
  const condition = (type, status, reason, message) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: at,
    lastTransitionTime: at,
  })
  const resources = { cpu: '64', memory: '256Gi', pods: '500' }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: 'n1',
      labels: { 'kubernetes.io/hostname': 'n1', 'kubernetes.io/os': 'linux', type: 'kwok' },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: {},
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('NetworkUnavailable', 'False', 'RouteCreated', 'RouteController created a route'),
      ],
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'kwok-0.7.0',
        kernelVersion: 'kwok-0.7.0',
        kubeProxyVersion: 'kwok-0.7.0',
        kubeletVersion: 'kwok-0.7.0',
        machineID: '',
        operatingSystem: 'linux',
        osImage: '',
        systemUUID: '',
      },
    },
  }
}

/** Makes the pods of a cluster ready at once, those of Jobs complete, and lets deleted ones go: kwok's fast stages. */
export async function startStandIn(client) {
  const pods = new Informer(client, POD)
  let address = 29
  const tend = async (pod) => {
    const { namespace, name } = pod.metadata
    const ref = { ...POD, namespace, name }
    if ((pod.spec.nodeName ?? '') === '') return
    await pause(STEP)
    if (pod.metadata.deletionTimestamp !== undefined) return client.delete(ref, { gracePeriodSeconds: 0 })
    const isJob = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job')
    if (pod.status?.phase === 'Pending') {
      address++
      await client.patch(
        { ...ref, subresource: 'status' },
        { type: 'strategic', body: { status: running(pod, address) } },
      )
    } else if (isJob && pod.status?.phase === 'Running') {
      await client.patch({ ...ref, subresource: 'status' }, { type: 'strategic', body: { status: ended(pod) } })
    }
  }
  pods.listen(({ type, object }) => {
    if (type !== 'deleted') tend(pods.get(keyOf(object)) ?? object).catch(() => undefined)
  })
  await pods.start()
  return { stop: () => pods.stop() }
}

function running(pod, address) {
  const now = formatTime(Date.now())
  const ip = `10.0.0.${address}`
  const conditions = ['Initialized', 'Ready', 'ContainersReady'].map((type) => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: now,
  }))
  const containerStatuses = pod.spec.containers.map(({ name, image }) => ({
    name,
    image,
    imageID: '',
    lastState: {},
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: now } },
  }))
  return {
    phase: 'Running',
    conditions,
    containerStatuses,
    podIP: ip,
    podIPs: [{ ip }],
    startTime: now,
  }
}

// As kwok leaves it: the conditions stay.
function ended(pod) {
  const finishedAt = formatTime(Date.now())
  const containerStatuses = pod.status.containerStatuses.map((status) => ({
    ...status,
    ready: false,
    started: false,
    state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: status.state.running?.startedAt, finishedAt } },
  }))
  return { phase: 'Succeeded', containerStatuses }
}
