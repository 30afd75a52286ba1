import { existing, items, type Json } from '../defaults/fields.ts'
import { block, isPartOf } from './addresses.ts'
import type { Place } from './place.ts'
import { numberOf, oneOf, portNumber, portOrName, selector, textOf, textsOf } from './shared.ts'

const TYPES = ['Ingress', 'Egress']

/** k8s.io/kubernetes/pkg/apis/networking/validation/validation.go, ValidateNetworkPolicySpec. */
export function validateNetworkPolicy(object: Json, _old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  selector(spec['podSelector'], place.at('podSelector'))
  rules(spec, place, { list: 'ingress', peers: 'from' })
  rules(spec, place, { list: 'egress', peers: 'to' })
  const types = textsOf(spec, 'policyTypes')
  if (types.length > TYPES.length) {
    place.at('policyTypes').invalid(types, 'may not specify more than two policyTypes')
    return
  }
  for (const [index, type] of types.entries())
    if (!TYPES.includes(type)) place.at('policyTypes').nth(index).unsupported(type, TYPES)
}

function rules(spec: Json, place: Place, of: { list: string; peers: string }): void {
  for (const [index, rule] of items(spec, of.list).entries()) {
    const at = place.at(of.list).nth(index)
    for (const [number, port] of items(rule, 'ports').entries()) validatePort(port, at.at('ports').nth(number))
    for (const [number, peer] of items(rule, of.peers).entries()) validatePeer(peer, at.at(of.peers).nth(number))
  }
}

function validatePort(port: Json, place: Place): void {
  oneOf(port, place, 'protocol', ['TCP', 'UDP', 'SCTP'])
  const first = port['port']
  const last = numberOf(port, 'endPort')
  const at = place.at('endPort')
  if (first === undefined) {
    if (last !== undefined) at.invalid(last, 'may not be specified when `port` is not specified')
  } else if (typeof first === 'number') {
    portNumber(first, place.at('port'))
    if (last !== undefined && last < first) at.invalid(first, 'must be greater than or equal to `port`')
    portNumber(last, at)
  } else {
    if (last !== undefined) at.invalid(last, 'may not be specified when `port` is non-numeric')
    portOrName(first, place.at('port'))
  }
}

function validatePeer(peer: Json, place: Place): void {
  const [pods, namespaces, addresses] = ['podSelector', 'namespaceSelector', 'ipBlock'].map((name) =>
    existing(peer, name),
  )
  selector(pods, place.at('podSelector'))
  selector(namespaces, place.at('namespaceSelector'))
  if (addresses !== undefined) validateBlock(addresses, place.at('ipBlock'))
  const others = pods !== undefined || namespaces !== undefined
  if (!others && addresses === undefined) place.required('must specify a peer')
  else if (others && addresses !== undefined) place.forbidden('may not specify both ipBlock and another peer')
}

function validateBlock(of: Json, place: Place): void {
  const text = textOf(of, 'cidr')
  if (text === '') {
    place.at('cidr').required()
    return
  }
  const whole = block(text, place.at('cidr'))
  if (whole === undefined) return
  for (const [index, except] of textsOf(of, 'except').entries()) {
    const at = place.at('except').nth(index)
    const part = block(except, at)
    if (part !== undefined && !isPartOf(part, whole)) at.invalid(except, 'must be a strict subset of `cidr`')
  }
}
