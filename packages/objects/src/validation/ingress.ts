import { isIP } from 'node:net'
import { existing, items, type Json } from '../defaults/fields.ts'
import { localReference } from './classes.ts'
import { dns1123Label, dns1123Subdomain, wildcardSubdomain } from './names.ts'
import type { Place } from './place.ts'
import { numberOf, portNumber, portOrName, textOf, textsOf } from './shared.ts'

const CLASS = 'kubernetes.io/ingress.class'
const TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
const FORBIDDEN_PARTS = ['//', '/./', '/../', '%2f', '%2F']
const FORBIDDEN_ENDS = ['/..', '/.']

/** k8s.io/kubernetes/pkg/apis/networking/validation/validation.go, ValidateIngressSpec. */
export function validateIngress(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const rules = items(spec, 'rules')
  const fallback = existing(spec, 'defaultBackend')
  if (rules.length === 0 && fallback === undefined)
    place.invalid(null, 'either `defaultBackend` or `rules` must be specified')
  if (fallback !== undefined) validateBackend(fallback, place.at('defaultBackend'))
  for (const [index, rule] of rules.entries()) validateRule(rule, place.at('rules').nth(index))
  for (const [index, tls] of items(spec, 'tls').entries()) validateTls(tls, place.at('tls').nth(index))
  const name = spec['ingressClassName']
  if (typeof name === 'string') place.at('ingressClassName').named(name, dns1123Subdomain)
  const annotated = existing(existing(object, 'metadata'), 'annotations')?.[CLASS]
  if (old === undefined && typeof name === 'string' && annotated !== undefined && annotated !== name)
    root.at('annotations', CLASS).invalid(annotated, 'must match `ingressClassName` when both are specified')
}

function validateHost(host: string, place: Place): void {
  place.named(host, host.includes('*') ? wildcardSubdomain : dns1123Subdomain)
}

function validateTls(tls: Json, place: Place): void {
  for (const [index, host] of textsOf(tls, 'hosts').entries()) validateHost(host, place.at('hosts').nth(index))
  const secret = textOf(tls, 'secretName')
  if (secret !== '') place.at('secretName').named(secret, dns1123Subdomain)
}

function validateRule(rule: Json, place: Place): void {
  const host = textOf(rule, 'host')
  if (isIP(host) !== 0) place.at('host').invalid(host, 'must be a DNS name, not an IP address')
  if (host !== '') validateHost(host, place.at('host'))
  const http = existing(rule, 'http')
  if (http === undefined) return
  const paths = items(http, 'paths')
  const at = place.at('http', 'paths')
  if (paths.length === 0) at.required()
  for (const [index, path] of paths.entries()) validatePath(path, at.nth(index))
}

function validatePath(path: Json, place: Place): void {
  const type = path['pathType']
  const text = textOf(path, 'path')
  const at = place.at('path')
  if (type === undefined) {
    place.at('pathType').required('pathType must be specified')
    return
  }
  if (!TYPES.includes(String(type))) place.at('pathType').unsupported(type, TYPES)
  else if (!text.startsWith('/') && (text !== '' || type !== 'ImplementationSpecific'))
    at.invalid(text, 'must be an absolute path')
  if (type === 'Exact' || type === 'Prefix') {
    for (const part of FORBIDDEN_PARTS) if (text.includes(part)) at.invalid(text, `must not contain '${part}'`)
    for (const end of FORBIDDEN_ENDS) if (text.endsWith(end)) at.invalid(text, `cannot end with '${end}'`)
  }
  validateBackend(existing(path, 'backend') ?? {}, place.at('backend'))
}

function validateBackend(backend: Json, place: Place): void {
  const service = existing(backend, 'service')
  const resource = existing(backend, 'resource')
  if (resource !== undefined && service !== undefined)
    place.invalid('', 'cannot set both resource and service backends')
  else if (resource !== undefined) localReference(resource, place.at('resource'))
  else if (service === undefined) place.invalid('', 'resource or service backend is required')
  else validateService(service, place)
}

function validateService(service: Json, place: Place): void {
  const name = textOf(service, 'name')
  if (name === '') place.at('service', 'name').required()
  else place.at('service', 'name').named(name, dns1123Label)
  const port = existing(service, 'port')
  const own = textOf(port, 'name')
  const number = numberOf(port, 'number') ?? 0
  if (own !== '' && number !== 0) place.invalid('', 'cannot set both port name & port number')
  else if (own !== '') portOrName(own, place.at('service', 'port', 'name'))
  else if (number !== 0) portNumber(number, place.at('service', 'port', 'number'))
  else place.required('port name or number is required')
}
