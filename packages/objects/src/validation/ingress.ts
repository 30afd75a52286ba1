import { isIP } from 'node:net'
import { existing, items, type Json } from '../defaults/fields.ts'
import type { Causes } from './causes.ts'
import { dns1035Label, dns1123Subdomain, wildcardSubdomain } from './names.ts'

const FORBIDDEN_PARTS = ['//', '/./', '/../', '%2f', '%2F']
const FORBIDDEN_ENDS = ['/..', '/.']

/** k8s.io/kubernetes/pkg/apis/networking/validation/validation.go, ValidateIngressSpec. */
export function validateIngress(object: Json, _old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  const rules = items(spec, 'rules')
  const fallback = existing(spec, 'defaultBackend')
  if (rules.length === 0 && fallback === undefined)
    causes.invalid('spec', null, 'either `defaultBackend` or `rules` must be specified')
  if (fallback !== undefined) validateBackend(fallback, 'spec.defaultBackend', causes)
  for (const [index, rule] of rules.entries()) validateRule(rule, `spec.rules[${index}]`, causes)
  const className = spec['ingressClassName']
  if (typeof className === 'string')
    for (const fault of dns1123Subdomain(className)) causes.invalid('spec.ingressClassName', className, fault)
}

function validateRule(rule: Json, field: string, causes: Causes): void {
  const host = String(rule['host'] ?? '')
  if (isIP(host) !== 0) causes.invalid(`${field}.host`, host, 'must be a DNS name, not an IP address')
  const faults = host === '' ? [] : host.includes('*') ? wildcardSubdomain(host) : dns1123Subdomain(host)
  for (const fault of faults) causes.invalid(`${field}.host`, host, fault)
  const http = existing(rule, 'http')
  if (http === undefined) return
  const paths = items(http, 'paths')
  if (paths.length === 0) causes.required(`${field}.http.paths`)
  for (const [index, path] of paths.entries()) validatePath(path, `${field}.http.paths[${index}]`, causes)
}

function validatePath(path: Json, field: string, causes: Causes): void {
  const type = path['pathType']
  const text = String(path['path'] ?? '')
  if (type === undefined) {
    causes.required(`${field}.pathType`, 'pathType must be specified')
    return
  }
  if (type === 'Exact' || type === 'Prefix') {
    if (!text.startsWith('/')) causes.invalid(`${field}.path`, text, 'must be an absolute path')
    for (const part of FORBIDDEN_PARTS)
      if (text.includes(part)) causes.invalid(`${field}.path`, text, `must not contain '${part}'`)
    for (const end of FORBIDDEN_ENDS)
      if (text.endsWith(end)) causes.invalid(`${field}.path`, text, `cannot end with '${end}'`)
  } else if (type === 'ImplementationSpecific' && text !== '' && !text.startsWith('/'))
    causes.invalid(`${field}.path`, text, 'must be an absolute path')
  validateBackend(existing(path, 'backend') ?? {}, `${field}.backend`, causes)
}

function validateBackend(backend: Json, field: string, causes: Causes): void {
  const service = existing(backend, 'service')
  if (backend['resource'] !== undefined) {
    if (service !== undefined) causes.invalid(field, '', 'cannot set both resource and service backends')
    return
  }
  if (service === undefined) {
    causes.invalid(field, '', 'resource or service backend is required')
    return
  }
  const name = String(service['name'] ?? '')
  if (name === '') causes.required(`${field}.service.name`)
  else for (const fault of dns1035Label(name)) causes.invalid(`${field}.service.name`, name, fault)
  validatePort(existing(service, 'port') ?? {}, field, causes)
}

function validatePort(port: Json, field: string, causes: Causes): void {
  const name = String(port['name'] ?? '')
  const number = Number(port['number'] ?? 0)
  if (name !== '' && number !== 0) causes.invalid(field, '', 'cannot set both port name & port number')
  else if (name === '' && number === 0) causes.required(field, 'port name or number is required')
  else if (name === '' && (number < 1 || number > 65535))
    causes.invalid(`${field}.service.port.number`, number, 'must be between 1 and 65535, inclusive')
}
