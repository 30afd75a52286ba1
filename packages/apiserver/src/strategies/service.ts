import { isRecord, type KubeObject } from '@slipway/objects'
import type { Strategy, StrategyContext } from '../registry/definition.ts'
import { invalid } from '../status.ts'

interface ServiceSpec {
  type?: string
  clusterIP?: string
  clusterIPs?: string[]
  ipFamilies?: string[]
  ipFamilyPolicy?: string
  ports?: { nodePort?: number }[]
  [field: string]: unknown
}

const NETWORK = '10.96.'
const FIRST_NODE_PORT = 30000
const NODE_PORTS = 2768

/** Services: a cluster IP from 10.96.0.0/16 that stays for life, and node ports for those that want them. */
export const serviceStrategy: Partial<Strategy> = {
  prepareForCreate: (object, context) => {
    const spec = (object['spec'] ?? {}) as ServiceSpec
    object['spec'] = spec
    object['status'] = { loadBalancer: {} }
    if (spec.type === 'ExternalName') return
    allocate(object, spec, context)
  },
  prepareForUpdate: (object, old, context) => {
    const spec = (object['spec'] ?? {}) as ServiceSpec
    const before = (old['spec'] ?? {}) as ServiceSpec
    if (spec.type === 'ExternalName') {
      for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[name]
      return
    }
    if ((spec.clusterIP ?? '') === '' && before.clusterIP !== undefined) spec.clusterIP = before.clusterIP
    if (spec.clusterIPs === undefined && before.clusterIPs !== undefined)
      spec.clusterIPs = structuredClone(before.clusterIPs)
    keepNodePorts(spec, before)
    allocate(object, spec, context)
  },
}

function allocate(object: KubeObject, spec: ServiceSpec, context: StrategyContext): void {
  const others = context.list('', 'services').filter((service) => service.metadata.uid !== object.metadata.uid)
  if ((spec.clusterIP ?? '') === '') spec.clusterIP = spec.clusterIPs?.[0] ?? freeAddress(others, context)
  else assertFree(object, spec.clusterIP ?? '', others)
  spec.clusterIPs = [spec.clusterIP ?? '']
  spec.ipFamilies ??= ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return
  const taken = new Set(others.flatMap((service) => portsOf(service).map((port) => port.nodePort)))
  for (const port of spec.ports ?? []) {
    if (port.nodePort !== undefined && port.nodePort !== 0) continue
    do port.nodePort = FIRST_NODE_PORT + Math.floor(context.random() * NODE_PORTS)
    while (taken.has(port.nodePort))
    taken.add(port.nodePort)
  }
}

function freeAddress(others: readonly KubeObject[], context: StrategyContext): string {
  const taken = new Set(others.map(addressOf))
  for (;;) {
    const host = 256 + Math.floor(context.random() * 65_000)
    const address = `${NETWORK}${host >> 8}.${host & 255}`
    if (!taken.has(address)) return address
  }
}

function assertFree(object: KubeObject, address: string, others: readonly KubeObject[]): void {
  if (address === 'None') return
  const fault = others.some((service) => addressOf(service) === address)
    ? 'failed to allocate IP: provided IP is already allocated'
    : address.startsWith(NETWORK)
      ? undefined
      : 'failed to allocate IP: the provided network does not match the current range'
  if (fault === undefined) return
  const message = `Invalid value: [${JSON.stringify(address)}]: ${fault} ${address}`
  throw invalid({ group: '', resource: 'services', kind: 'Service' }, object.metadata.name ?? '', [
    { reason: 'FieldValueInvalid', message, field: 'spec.clusterIPs' },
  ])
}

function keepNodePorts(spec: ServiceSpec, before: ServiceSpec): void {
  for (const [index, port] of (spec.ports ?? []).entries()) {
    const old = before.ports?.[index]?.nodePort
    if (port.nodePort === undefined && old !== undefined) port.nodePort = old
  }
}

function addressOf(service: KubeObject): string | undefined {
  return isRecord(service['spec']) ? (service['spec'] as ServiceSpec).clusterIP : undefined
}

function portsOf(service: KubeObject): readonly { nodePort?: number }[] {
  return (service['spec'] as ServiceSpec | undefined)?.ports ?? []
}
