import { statfs } from 'node:fs/promises'
import { arch, cpus, homedir, release, totalmem, type as osType } from 'node:os'
import { hasReason, type Client } from '@slipway/client'
import { type Clock, formatTime, type KubeObject } from '@slipway/objects'

const NODE = { apiVersion: 'v1', kind: 'Node' }
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }
const PODS = '110'

/** Registers this machine as a node, or takes its registration over after a restart. Returns what it has for pods, by resource. */
export async function registerNode(
  client: Client,
  options: { readonly name: string; readonly hostIP: string; readonly clock: Clock },
): Promise<Readonly<Record<string, string>>> {
  const { name } = options
  const platform = { 'kubernetes.io/arch': ARCHITECTURES[arch()] ?? arch(), 'kubernetes.io/os': osType().toLowerCase() }
  const labels = { 'kubernetes.io/hostname': name, ...platform }
  await client.create({ ...NODE, metadata: { name, labels }, spec: {} }).catch((error: unknown) => {
    if (!hasReason(error, 'AlreadyExists')) throw error
  })
  const amounts = {
    cpu: String(cpus().length),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    'ephemeral-storage': await diskSize(),
    pods: PODS,
  }
  const body = { status: statusOf(options, amounts) }
  await client.patch({ ...NODE, name, subresource: 'status' }, { type: 'merge', body })
  return amounts
}

// Of the file system where state is kept unless somebody says otherwise. A node without any would get no pod that asks for a share of it.
async function diskSize(): Promise<string> {
  const found = await statfs(homedir()).catch(() => undefined)
  return found === undefined ? '0' : `${Math.floor((found.blocks * found.bsize) / 1024)}Ki`
}

function statusOf(
  { name, hostIP, clock }: { readonly name: string; readonly hostIP: string; readonly clock: Clock },
  amounts: Readonly<Record<string, string>>,
): KubeObject['metadata'] {
  const now = formatTime(clock.now())
  const condition = (type: string, status: string, reason: string, message: string): object => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  })
  return {
    capacity: amounts,
    allocatable: amounts,
    addresses: [
      { type: 'InternalIP', address: hostIP },
      { type: 'Hostname', address: name },
    ],
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    nodeInfo: {
      architecture: ARCHITECTURES[arch()] ?? arch(),
      bootID: '',
      containerRuntimeVersion: `process://${process.versions.node}`,
      kernelVersion: release(),
      kubeProxyVersion: '',
      kubeletVersion: 'v1.36.3',
      machineID: '',
      operatingSystem: osType().toLowerCase(),
      osImage: `${osType()} ${release()}`,
      systemUUID: '',
    },
  }
}
