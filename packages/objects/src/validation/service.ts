import { existing, items, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import type { Causes } from './causes.ts'
import { validatePodSpec, validatePodUpdate } from './pod.ts'

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidateService. */
export function validateService(object: Json, old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  const ports = items(spec, 'ports')
  const headless = spec['clusterIP'] === 'None'
  if (ports.length === 0 && !headless && spec['type'] !== 'ExternalName') causes.required('spec.ports')
  const seen = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const field = `spec.ports[${index}]`
    const name = String(port['name'] ?? '')
    if (name === '' && ports.length > 1) causes.required(`${field}.name`)
    else if (name !== '' && seen.has(name)) causes.duplicate(`${field}.name`, name)
    seen.add(name)
    validatePortNumber(port, `${field}.port`, causes)
    if (!PROTOCOLS.includes(String(port['protocol'] ?? 'TCP')))
      causes.unsupported(`${field}.protocol`, port['protocol'], PROTOCOLS)
    validatePortNumber(port, `${field}.targetPort`, causes)
  }
  if (spec['type'] === 'ExternalName' && (spec['externalName'] ?? '') === '') causes.required('spec.externalName')
  const before = existing(old, 'spec')
  const keeps = before?.['type'] !== 'ExternalName' && spec['type'] !== 'ExternalName'
  if (
    before !== undefined &&
    keeps &&
    (before['clusterIP'] ?? '') !== '' &&
    spec['clusterIP'] !== before['clusterIP']
  ) {
    causes.invalid('spec.clusterIPs[0]', spec['clusterIPs'], 'may not change once set')
  }
}

function validatePortNumber(port: Json, field: string, causes: Causes): void {
  const value = port[field.slice(field.lastIndexOf('.') + 1)]
  if (typeof value === 'number' && (value < 1 || value > 65535))
    causes.invalid(field, value, 'must be between 1 and 65535, inclusive')
}

export function validatePod(object: Json, old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  validatePodSpec(spec, { field: 'spec', causes })
  const before = existing(old, 'spec')
  if (before !== undefined) validatePodUpdate(spec, before, causes)
}

/** ConfigMaps and Secrets: keys, size, and what `immutable` freezes. */
export function validateConfig(object: Json, old: Json | undefined, causes: Causes): void {
  for (const member of ['data', 'binaryData', 'stringData']) {
    for (const key of Object.keys(existing(object, member) ?? {})) {
      if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
        causes.invalid(
          `${member}[${key}]`,
          key,
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        )
      }
    }
  }
  const size = ['data', 'binaryData'].reduce((sum, member) => sum + sizeOf(existing(object, member) ?? {}), 0)
  if (size > 1024 * 1024) causes.tooLong('', 1024 * 1024)
  if (old?.['immutable'] !== true) {
    if (old !== undefined && old['type'] !== undefined && object['type'] !== old['type'])
      causes.invalid('type', object['type'], 'field is immutable')
    return
  }
  if (object['immutable'] !== true) causes.forbidden('immutable', 'field is immutable when `immutable` is set')
  for (const member of ['data', 'binaryData'])
    if (!deepEqual(object[member], old[member])) causes.forbidden(member, 'field is immutable when `immutable` is set')
}

function sizeOf(data: Json): number {
  return Object.values(data).reduce<number>((sum, value) => sum + Buffer.byteLength(String(value)), 0)
}

/** A role binding's role cannot change. */
export function validateRoleBinding(object: Json, old: Json | undefined, causes: Causes): void {
  if (existing(object, 'roleRef') === undefined) causes.required('roleRef')
  if (old !== undefined && !deepEqual(object['roleRef'], old['roleRef']))
    causes.invalid('roleRef', object['roleRef'], 'cannot change roleRef')
}
