import { existing, items, type Json } from '../defaults/fields.ts'
import { address, endpointAddress, familyOf } from './addresses.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from './names.ts'
import type { Place } from './place.ts'
import { immutable, oneOf, textOf, textsOf } from './shared.ts'

const TYPES = ['FQDN', 'IPv4', 'IPv6']
const MOST_ENDPOINTS = 1000
const MOST_ADDRESSES = 100

/** k8s.io/kubernetes/pkg/apis/discovery/validation/validation.go. */
export function validateEndpointSlice(object: Json, old: Json | undefined, root: Place): void {
  const type = textOf(object, 'addressType')
  if (type === '') root.at('addressType').required()
  else if (!TYPES.includes(type)) root.at('addressType').unsupported(type, TYPES)
  validatePorts(object, root.at('ports'))
  const endpoints = items(object, 'endpoints')
  if (endpoints.length > MOST_ENDPOINTS) root.at('endpoints').tooMany(endpoints.length, MOST_ENDPOINTS)
  else
    for (const [index, endpoint] of endpoints.entries())
      validateEndpoint(endpoint, root.at('endpoints').nth(index), type)
  immutable(object, old, root, ['addressType'])
}

function validatePorts(object: Json, place: Place): void {
  const names = new Set<string>()
  for (const [index, port] of items(object, 'ports').entries()) {
    const at = place.nth(index)
    const name = textOf(port, 'name')
    if (name !== '') at.at('name').named(name, dns1123Label)
    if (names.has(name)) at.at('name').duplicate(name)
    names.add(name)
    oneOf(port, at, 'protocol', ['SCTP', 'TCP', 'UDP'])
    if (port['appProtocol'] !== undefined) at.at('appProtocol').named(textOf(port, 'appProtocol'), qualifiedName)
  }
}

function validateEndpoint(endpoint: Json, place: Place, type: string): void {
  const addresses = textsOf(endpoint, 'addresses')
  const at = place.at('addresses')
  if (addresses.length === 0) at.required('must contain at least 1 address')
  else if (addresses.length > MOST_ADDRESSES) at.tooMany(addresses.length, MOST_ADDRESSES)
  for (const [index, text] of addresses.entries()) {
    if (type !== 'IPv4' && type !== 'IPv6') break
    if (!address(text, at.nth(index))) continue
    if (familyOf(text) !== (type === 'IPv4' ? 4 : 6)) at.invalid(text, `must be an ${type} address`)
    endpointAddress(text, at.nth(index))
  }
  if (endpoint['nodeName'] !== undefined) place.at('nodeName').named(textOf(endpoint, 'nodeName'), dns1123Subdomain)
  if (existing(endpoint, 'deprecatedTopology') === undefined && endpoint['hostname'] === undefined) return
  if (endpoint['hostname'] !== undefined) place.at('hostname').named(textOf(endpoint, 'hostname'), dns1123Label)
}
