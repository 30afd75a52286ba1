import { isRecord, type KubeObject } from '@slipway/objects'
import { isIP } from 'node:net'
import type { StrategyContext } from '../registry/definition.ts'
import { invalid } from '../status.ts'

/** The part of a Service's spec that is given out. */
export interface ServiceSpec {
  type?: string
  clusterIP?: string
  clusterIPs?: string[]
  ipFamilies?: string[]
  ipFamilyPolicy?: string
  externalTrafficPolicy?: string
  healthCheckNodePort?: number
  allocateLoadBalancerNodePorts?: boolean
  ports?: { port?: number; protocol?: string; nodePort?: number }[]
  [field: string]: unknown
}

/** The spec of a Service. */
export function specOf(service: KubeObject): ServiceSpec {
  return isRecord(service['spec']) ? (service['spec'] as ServiceSpec) : {}
}

const NETWORK = '10.96.'
const RANGE = '10.96.0.0/16'
const FIRST_NODE_PORT = 30000
const NODE_PORTS = 2768
const LAST_NODE_PORT = FIRST_NODE_PORT + NODE_PORTS - 1

/** Gives a Service its address and its ports, or says why what it asks for cannot be had. @throws StatusError Invalid */
export function allocate(object: KubeObject, spec: ServiceSpec, context: StrategyContext): void {
  const others = context.list('', 'services').filter((service) => service.metadata.uid !== object.metadata.uid)
  if (spec.type !== 'ExternalName' && isSound(spec)) allocateAddress(object, spec, { others, context })
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') allocatePorts(object, spec, { others, context })
}

interface Around {
  readonly others: readonly KubeObject[]
  readonly context: StrategyContext
}

// What is not valid is left to validation.
function isSound({
  clusterIP = '',
  clusterIPs = [],
  ipFamilies = [],
  ipFamilyPolicy = 'SingleStack',
}: ServiceSpec): boolean {
  const [first = '', ...more] = clusterIPs
  return (
    more.length === 0 &&
    first === clusterIP &&
    ['', 'None'].includes(clusterIP) !== (isIP(clusterIP) !== 0) &&
    ipFamilies.every((family, index) => ['IPv4', 'IPv6'].includes(family) && ipFamilies.indexOf(family) === index) &&
    ['SingleStack', 'PreferDualStack', 'RequireDualStack'].includes(ipFamilyPolicy)
  )
}

function allocateAddress(object: KubeObject, spec: ServiceSpec, { others, context }: Around): void {
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    throw refused(
      object,
      'spec.ipFamilyPolicy',
      '"RequireDualStack": this cluster is not configured for dual-stack services',
    )
  if ((spec.clusterIP ?? '') === '') spec.clusterIP = freeAddress(others, context)
  else assertFree(object, spec.clusterIP ?? '', others)
  spec.clusterIPs = [spec.clusterIP ?? '']
  spec.ipFamilies ??= ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
}

function freeAddress(others: readonly KubeObject[], context: StrategyContext): string {
  const taken = new Set(others.map((service) => specOf(service).clusterIP))
  for (;;) {
    const host = 256 + Math.floor(context.random() * 65_000)
    const address = `${NETWORK}${host >> 8}.${host & 255}`
    if (!taken.has(address)) return address
  }
}

function assertFree(object: KubeObject, address: string, others: readonly KubeObject[]): void {
  if (address === 'None') return
  const fault = others.some((service) => specOf(service).clusterIP === address)
    ? 'provided IP is already allocated'
    : address.startsWith(NETWORK)
      ? undefined
      : `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${RANGE}`
  if (fault === undefined) return
  throw refused(object, 'spec.clusterIPs', `[${JSON.stringify(address)}]: failed to allocate IP ${address}: ${fault}`)
}

function allocatePorts(object: KubeObject, spec: ServiceSpec, { others, context }: Around): void {
  const taken = new Set(others.flatMap((service) => portsOf(specOf(service))))
  const own = new Map<string, string>()
  for (const [index, { nodePort = 0, protocol = 'TCP' }] of (spec.ports ?? []).entries()) {
    if (nodePort === 0) continue
    const key = `${nodePort}`
    assertPort(
      object,
      { nodePort, field: `spec.ports[${index}].nodePort` },
      taken.has(nodePort) || own.get(key) === protocol,
    )
    own.set(key, protocol)
  }
  for (const port of portsOf(spec)) taken.add(port)
  const free = (): number => {
    for (;;) {
      const port = FIRST_NODE_PORT + Math.floor(context.random() * NODE_PORTS)
      if (!taken.has(port)) return taken.add(port) && port
    }
  }
  const wanted = spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false
  if (wanted) for (const port of spec.ports ?? []) if ((port.nodePort ?? 0) === 0) port.nodePort = free()
  if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') spec.healthCheckNodePort ??= free()
}

function assertPort(object: KubeObject, at: { nodePort: number; field: string }, isTaken: boolean): void {
  const { nodePort, field } = at
  const fault =
    nodePort < FIRST_NODE_PORT || nodePort > LAST_NODE_PORT
      ? `provided port is not in the valid range. The range of valid ports is ${FIRST_NODE_PORT}-${LAST_NODE_PORT}`
      : 'provided port is already allocated'
  if (isTaken || nodePort < FIRST_NODE_PORT || nodePort > LAST_NODE_PORT)
    throw refused(object, field, `${nodePort}: ${fault}`)
}

function portsOf({ ports = [], healthCheckNodePort = 0 }: ServiceSpec): number[] {
  return [...ports.map(({ nodePort = 0 }) => nodePort), healthCheckNodePort].filter((port) => port !== 0)
}

function refused(object: KubeObject, field: string, what: string): Error {
  return invalid({ group: '', resource: 'services', kind: 'Service' }, object.metadata.name ?? '', [
    { reason: 'FieldValueInvalid', message: `Invalid value: ${what}`, field },
  ])
}
