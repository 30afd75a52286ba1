import { existing, items, type Json } from '../defaults/fields.ts'
import { address, block, endpointAddress } from './addresses.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from './names.ts'
import type { Place } from './place.ts'
import { addressFamilies, keptAddresses } from './service-addresses.ts'
import { labels, numberOf, oneOf, portNumber, portOrName, textOf, textsOf } from './shared.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const BALANCED = "may only be used when `type` is 'LoadBalancer'"

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidateService. */
export function validateService(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const type = textOf(spec, 'type')
  const before = existing(old, 'spec')
  if (before !== undefined) keptAddresses(spec, before, place)
  const ports = items(spec, 'ports')
  const isHeadless = textsOf(spec, 'clusterIPs').join() === 'None'
  if (ports.length === 0 && !isHeadless && type !== 'ExternalName') place.at('ports').required()
  if (isHeadless && (type === 'LoadBalancer' || type === 'NodePort'))
    place.at('clusterIPs').nth(0).invalid('None', `may not be set to 'None' for ${type} services`)
  if (type === 'ExternalName') externalName(spec, place)
  const names = new Set<string>()
  for (const [index, port] of ports.entries())
    validatePort(port, place.at('ports').nth(index), { names, needsName: ports.length > 1 })
  labels(spec['selector'], place.at('selector'))
  affinity(spec, place)
  if (type !== 'ExternalName') addressFamilies(spec, place)
  externalAddresses(spec, place.at('externalIPs'))
  if (!TYPES.includes(type)) place.at('type').unsupported(type, TYPES)
  uniquePorts(ports, place.at('ports'), type)
  balancer(spec, place)
  traffic(spec, place)
}

function externalName(spec: Json, place: Place): void {
  for (const name of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'])
    if (textsOf({ [name]: [spec[name] ?? []].flat() }, name).length > 0)
      place.at(name).forbidden('may not be set for ExternalName services')
  const name = textOf(spec, 'externalName').replace(/\.$/, '')
  if (name === '') place.at('externalName').required()
  else place.at('externalName').named(name, dns1123Subdomain)
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

function validatePort(port: Json, place: Place, how: { names: Set<string>; needsName: boolean }): void {
  const name = textOf(port, 'name')
  if (name === '') {
    if (how.needsName) place.at('name').required()
  } else {
    place.at('name').named(name, dns1123Label)
    if (how.names.has(name)) place.at('name').duplicate(name)
    how.names.add(name)
  }
  portNumber(port['port'] ?? 0, place.at('port'))
  oneOf(port, place, 'protocol', PROTOCOLS)
  const target = port['targetPort']
  if (target !== undefined) portOrName(target, place.at('targetPort'))
  if (port['appProtocol'] !== undefined) place.at('appProtocol').named(textOf(port, 'appProtocol'), qualifiedName)
}

const LONGEST_AFFINITY = 86400

function affinity(spec: Json, place: Place): void {
  oneOf(spec, place, 'sessionAffinity', ['ClientIP', 'None'])
  const config = existing(existing(spec, 'sessionAffinityConfig'), 'clientIP')
  const seconds = numberOf(config, 'timeoutSeconds')
  if (spec['sessionAffinity'] === 'ClientIP' && seconds !== undefined && (seconds <= 0 || seconds > LONGEST_AFFINITY))
    place
      .at('sessionAffinityConfig', 'clientIP', 'timeoutSeconds')
      .invalid(seconds, `must be greater than 0 and less than ${LONGEST_AFFINITY}`)
}

function externalAddresses(spec: Json, place: Place): void {
  for (const [index, text] of textsOf(spec, 'externalIPs').entries())
    if (address(text, place.nth(index))) endpointAddress(text, place.nth(index))
}

function uniquePorts(ports: readonly Json[], place: Place, type: string): void {
  const [numbers, nodePorts] = [new Set<string>(), new Set<string>()]
  for (const [index, port] of ports.entries()) {
    const protocol = textOf(port, 'protocol')
    const nodePort = numberOf(port, 'nodePort') ?? 0
    const at = place.nth(index)
    if (nodePort !== 0 && type === 'ClusterIP')
      at.at('nodePort').forbidden("may not be used when `type` is 'ClusterIP'")
    if (nodePort !== 0 && nodePorts.has(`${protocol}/${nodePort}`)) at.at('nodePort').duplicate(nodePort)
    nodePorts.add(`${protocol}/${nodePort}`)
    const number = numberOf(port, 'port') ?? 0
    if (numbers.has(`${protocol}/${number}`))
      at.duplicate({ Name: '', Protocol: protocol, AppProtocol: null, Port: number, TargetPort: 0, NodePort: 0 })
    numbers.add(`${protocol}/${number}`)
  }
}

function balancer(spec: Json, place: Place): void {
  const isBalanced = spec['type'] === 'LoadBalancer'
  const ranges = textsOf(spec, 'loadBalancerSourceRanges')
  const at = place.at('LoadBalancerSourceRanges')
  if (ranges.length > 0 && !isBalanced) at.forbidden(BALANCED)
  for (const [index, range] of ranges.entries()) block(range.trim(), at.nth(index))
  if (spec['allocateLoadBalancerNodePorts'] !== undefined && !isBalanced)
    place.at('allocateLoadBalancerNodePorts').forbidden(BALANCED)
  const name = spec['loadBalancerClass']
  if (name === undefined) return
  if (isBalanced) place.at('loadBalancerClass').named(String(name), qualifiedName)
  else place.at('loadBalancerClass').forbidden(BALANCED)
}

const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']

function traffic(spec: Json, place: Place): void {
  const type = textOf(spec, 'type')
  const isOpen =
    type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && textsOf(spec, 'externalIPs').length > 0)
  const outer = spec['externalTrafficPolicy']
  if (isOpen) oneOf(spec, place, 'externalTrafficPolicy', ['Cluster', 'Local'])
  else if (outer !== undefined && outer !== '')
    place.at('externalTrafficPolicy').invalid(outer, 'may only be set for externally-accessible services')
  const health = numberOf(spec, 'healthCheckNodePort') ?? 0
  const at = place.at('healthCheckNodePort')
  if (type !== 'LoadBalancer' || outer !== 'Local') {
    if (health !== 0)
      at.invalid(health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
  } else if (health === 0) at.required()
  else portNumber(health, at)
  oneOf(spec, place, 'internalTrafficPolicy', ['Cluster', 'Local'])
  oneOf(spec, place, 'trafficDistribution', DISTRIBUTIONS)
}
