import type { Strategy } from '../registry/definition.ts'
import { allocate, specOf, type ServiceSpec } from './service-allocation.ts'

/** Services: a cluster IP from 10.96.0.0/16 that stays for life, and node ports for those that want them. */
export const serviceStrategy: Partial<Strategy> = {
  prepareForCreate: (object, context) => {
    const spec = specOf(object)
    object['spec'] = spec
    object['status'] = { loadBalancer: {} }
    alignAddresses(spec)
    allocate(object, spec, context)
  },
  prepareForUpdate: (object, old, context) => {
    const spec = specOf(object)
    object['spec'] = spec
    const before = specOf(old)
    keepGiven(spec, before)
    dropUnneeded(spec, before)
    alignAddresses(spec)
    allocate(object, spec, context)
  },
}

const hasAddress = ({ type }: ServiceSpec): boolean => type !== 'ExternalName'
const hasNodePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer'
const hasHealthPort = (spec: ServiceSpec): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'

// One may be written without the other.
function alignAddresses(spec: ServiceSpec): void {
  if (!hasAddress(spec)) {
    if ((spec.clusterIP ?? '') !== '') spec.clusterIPs ??= [spec.clusterIP ?? '']
    return
  }
  if ((spec.clusterIP ?? '') === '' && spec.clusterIPs?.[0] !== undefined) spec.clusterIP = spec.clusterIPs[0]
  else if ((spec.clusterIP ?? '') !== '' && (spec.clusterIPs ?? []).length === 0)
    spec.clusterIPs = [spec.clusterIP ?? '']
}

// What was given out stays when an update leaves it out: pkg/registry/core/service/storage, patchAllocatedValues.
function keepGiven(spec: ServiceSpec, before: ServiceSpec): void {
  if (hasAddress(spec) && hasAddress(before)) {
    if ((spec.clusterIP ?? '') === '' && (spec.clusterIPs ?? []).length === 0) {
      if (before.clusterIP !== undefined) spec.clusterIP = before.clusterIP
      if (before.clusterIPs !== undefined) spec.clusterIPs = [...before.clusterIPs]
    }
  }
  if (hasNodePorts(spec) && hasNodePorts(before)) keepNodePorts(spec, before)
  if (hasHealthPort(spec) && hasHealthPort(before) && before.healthCheckNodePort !== undefined)
    spec.healthCheckNodePort ??= before.healthCheckNodePort
}

function keepNodePorts(spec: ServiceSpec, before: ServiceSpec): void {
  const taken = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort))
  for (const port of spec.ports ?? []) {
    if ((port.nodePort ?? 0) !== 0) continue
    const same = before.ports?.find((one) => one.port === port.port && one.protocol === port.protocol)
    if (same?.nodePort === undefined || taken.has(same.nodePort)) continue
    port.nodePort = same.nodePort
    taken.add(same.nodePort)
  }
}

// What another type had and this one cannot have goes, unless the update changes it: pkg/registry/core/service/strategy.go, dropTypeDependentFields.
function dropUnneeded(spec: ServiceSpec, before: ServiceSpec): void {
  if (hasAddress(before) && !hasAddress(spec)) {
    if (same(spec.clusterIP, before.clusterIP) && same(spec.clusterIPs, before.clusterIPs))
      drop(spec, ['clusterIP', 'clusterIPs'])
    for (const name of ['ipFamilies', 'ipFamilyPolicy']) if (same(spec[name], before[name])) drop(spec, [name])
  }
  if (hasNodePorts(before) && !hasNodePorts(spec)) {
    const portsOf = (of: ServiceSpec): unknown => (of.ports ?? []).map(({ nodePort }) => nodePort ?? 0)
    if (same(portsOf(spec), portsOf(before))) for (const port of spec.ports ?? []) delete port.nodePort
  }
  if (hasHealthPort(before) && !hasHealthPort(spec) && same(spec.healthCheckNodePort, before.healthCheckNodePort))
    drop(spec, ['healthCheckNodePort'])
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    for (const name of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'])
      if (same(spec[name], before[name])) drop(spec, [name])
  if (hasNodePorts(before) && !hasNodePorts(spec) && same(spec.externalTrafficPolicy, before.externalTrafficPolicy))
    drop(spec, ['externalTrafficPolicy'])
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function drop(spec: ServiceSpec, names: readonly string[]): void {
  for (const name of names) delete spec[name]
}
