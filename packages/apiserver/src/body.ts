import { messageOf } from '@slipway/diag'
import {
  copyJson,
  decodeAs,
  decodeProtobuf,
  gvkOf,
  isProtobuf,
  isRecord,
  type ApiRequest,
  type KubeObject,
  typeOfKind,
} from '@slipway/objects'
import { isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { coerceCustom } from './crd/coerce.ts'
import { brokenBytes, DEEPEST, duplicateFields, isTooDeep } from './json-text.ts'
import type { ResourceDefinition } from './registry/definition.ts'
import type { CallContext } from './server.ts'
import { badRequest, unsupportedMediaType } from './status.ts'

/** How unknown and repeated fields of a body are treated: `fieldValidation` of the request; Warn when it says nothing. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

const JSON_TYPES =
  /^application\/(json|apply-patch\+yaml|merge-patch\+json|json-patch\+json|strategic-merge-patch\+json)\b/

/** The value in a request's body: protobuf, JSON, or YAML. @throws StatusError BadRequest, UnsupportedMediaType */
export function readBody(request: Pick<ApiRequest, 'body' | 'contentType'>): unknown {
  const { body } = request
  if (body === undefined) return undefined
  if (!(body instanceof Uint8Array)) return copyJson(body)
  if (body.length === 0) return undefined
  const type = request.contentType ?? 'application/json'
  return decoded(body, type)
}

function decoded(body: Uint8Array, type: string): unknown {
  try {
    if (isProtobuf(type)) return shallow(decodeProtobuf(body))
    const text = Buffer.from(body).toString('utf8')
    if (
      type.startsWith('application/yaml') ||
      (type.startsWith('application/apply-patch') && !text.trimStart().startsWith('{'))
    )
      return shallow(readYaml(text))
    if (JSON_TYPES.test(type)) return readJson(text)
  } catch (error) {
    throw badRequest(`unable to decode the body: ${messageOf(error)}`)
  }
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf`,
  )
}

function shallow<T>(value: T): T {
  if (isTooDeep(value)) throw new Error(`exceeded max depth of ${DEEPEST}`)
  return value
}

// What is written as its value would be has no field twice: most clients write so, and need no search.
function readJson(text: string): unknown {
  const value = shallow(JSON.parse(text) as unknown)
  return JSON.stringify(value) === text.trimEnd() ? value : remembering(value, duplicateFields(text))
}

// Parsed values lose that a field was there twice; readers of objects ask for it here.
const DUPLICATES = new WeakMap<object, readonly string[]>()

function remembering(value: unknown, duplicates: readonly string[]): unknown {
  if (isRecord(value) && duplicates.length > 0) DUPLICATES.set(value, duplicates)
  return value
}

// The library compares every key with every other one to find duplicates: thousands of keys would hold up everybody.
function readYaml(text: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, { uniqueKeys: false, lineCounter: lines })
  const [fault] = document.errors
  if (fault !== undefined) throw fault
  const twice = new Set<string>()
  const places: string[] = []
  visit(document, {
    Map: (_, map) => {
      const names = new Set<string>()
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : ''
        if (names.has(name)) {
          twice.add(name)
          const { line } = lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0)
          places.push(`line ${line}: key "${name}" already set in map`)
        }
        names.add(name)
      }
    },
  })
  const value = remembering(document.toJS({ maxAliasCount: 100 }) as unknown, [...twice])
  if (isRecord(value) && places.length > 0) REPEATED.set(value, places)
  return value
}

// Where YAML has a key of a map once more.
const REPEATED = new WeakMap<object, readonly string[]>()

/** Warns of keys that an applied configuration has twice, or refuses them. @throws StatusError BadRequest */
export function reportRepeatedKeys(context: CallContext, value: object, validation: FieldValidation): void {
  const places = REPEATED.get(value)
  if (places === undefined || validation === 'Ignore') return
  const fault = `error converting YAML to JSON: yaml: unmarshal errors:\n  ${places.join('\n  ')}`
  if (validation === 'Strict') throw badRequest(`error strict decoding YAML: ${fault}`)
  context.warn(fault)
}

/**
 * The object in a body as the resource's kind: unknown fields are dropped, warned of or refused, values of a wrong type always refused.
 *
 * @throws StatusError BadRequest
 */
export function readObject(
  context: CallContext,
  resource: ResourceDefinition,
  how: { value: unknown; validation: FieldValidation },
): KubeObject {
  const { value } = how
  if (!isRecord(value)) throw badRequest('the body is no object')
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  const object = {
    ...value,
    apiVersion: value['apiVersion'] ?? apiVersion,
    kind: value['kind'] ?? resource.kind,
  } as KubeObject
  if (!isRecord(object.metadata)) object.metadata = {}
  if (object.kind !== resource.kind || gvkOf(object).group !== resource.group) {
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: no kind "${object.kind}" is registered for version "${apiVersion}"`,
    )
  }
  const duplicates = DUPLICATES.get(value) ?? []
  return decodeStrictly(context, object, { validation: how.validation, resource, duplicates })
}

/** Decodes by the schema table, and reports what it found as the field validation says. Custom kinds are pruned by their own schema. */
export function decodeStrictly(
  context: CallContext,
  object: KubeObject,
  how: {
    validation: FieldValidation
    resource: ResourceDefinition
    /** Reports unknown fields by name, as reflection does, not in the order of the body. */
    sorted?: boolean
    /** Fields that the body has twice. */
    duplicates?: readonly string[]
  },
): KubeObject {
  const type = typeOfKind(gvkOf(object))
  if (type === undefined) return decodeCustom(context, object, how)
  const { value, unknown, mismatch } = decodeAs(type, object)
  if (mismatch !== undefined) {
    throw badRequest(`${cannotBe(how.resource)}: ${mismatch}`)
  }
  const broken = brokenBytes(value as unknown as KubeObject)
  if (broken !== undefined) throw badRequest(`${cannotBe(how.resource)}: ${broken.message}`, broken)
  const duplicates = (how.duplicates ?? []).map((field) => ({ field, text: `duplicate field "${field}"` }))
  const named = how.sorted === true ? [...unknown].sort() : unknown
  const strange = named.map((field) => ({ field, text: `unknown field "${field}"` }))
  const faults = duplicates.length === 0 ? strange : inOrderOf(object, [...duplicates, ...strange])
  report(
    context,
    faults.map(({ text }) => text),
    how,
  )
  return { ...value, metadata: value['metadata'] ?? {} } as KubeObject
}

// The words and the order of k8s.io/apiextensions-apiserver/pkg/apiserver.schemaCoercingDecoder: what is there twice, then what nobody declares.
function decodeCustom(
  context: CallContext,
  object: KubeObject,
  how: { validation: FieldValidation; resource: ResourceDefinition; duplicates?: readonly string[] },
): KubeObject {
  const { custom } = how.resource
  if (custom === undefined) return object
  const { unknown, mismatch } = coerceCustom(object, custom)
  if (mismatch !== undefined) throw badRequest(`${cannotBe(how.resource)}: ${mismatch}`)
  const duplicates = (how.duplicates ?? []).map((field) => `duplicate field "${field}"`)
  report(context, [...duplicates, ...unknown.map((field) => `unknown field "${field}"`)], how)
  return object
}

// As they come in the body; what no path leads to comes first.
function inOrderOf<T extends { readonly field: string }>(object: object, faults: readonly T[]): readonly T[] {
  const order = new Map<string, number>()
  const visit = (value: unknown, path: string): void => {
    order.set(path, order.size)
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${path}[${index}]`)
    else if (isRecord(value))
      for (const [name, member] of Object.entries(value)) visit(member, path === '' ? name : `${path}.${name}`)
  }
  visit(object, '')
  return [...faults].sort((a, b) => (order.get(a.field) ?? -1) - (order.get(b.field) ?? -1))
}

function cannotBe({ kind, version }: ResourceDefinition): string {
  return `${kind} in version "${version}" cannot be handled as a ${kind}`
}

function report(
  context: CallContext,
  faults: readonly string[],
  how: { validation: FieldValidation; resource: ResourceDefinition },
): void {
  if (faults.length === 0 || how.validation === 'Ignore') return
  if (how.validation === 'Warn') {
    for (const fault of faults) context.warn(fault)
    return
  }
  throw badRequest(`${cannotBe(how.resource)}: strict decoding error: ${faults.join(', ')}`)
}

/** The `fieldValidation` of a query. @throws StatusError BadRequest */
export function fieldValidationOf(query: URLSearchParams): FieldValidation {
  const value = query.get('fieldValidation') ?? ''
  if (value === '') return 'Warn'
  if (value === 'Ignore' || value === 'Warn' || value === 'Strict') return value
  throw badRequest(`fieldValidation: Unsupported value: "${value}": supported values: "Ignore", "Strict", "Warn"`)
}
