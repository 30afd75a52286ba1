import { messageOf } from '@slipway/diag'
import {
  decodeAs,
  decodeProtobuf,
  gvkOf,
  isProtobuf,
  isRecord,
  type ApiRequest,
  type KubeObject,
  typeOfKind,
} from '@slipway/objects'
import { parse as parseYaml } from 'yaml'
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
  if (!(body instanceof Uint8Array)) return structuredClone(body)
  if (body.length === 0) return undefined
  const type = request.contentType ?? 'application/json'
  try {
    if (isProtobuf(type)) return decodeProtobuf(body)
    const text = Buffer.from(body).toString('utf8')
    if (
      type.startsWith('application/yaml') ||
      (type.startsWith('application/apply-patch') && !text.trimStart().startsWith('{'))
    )
      return parseYaml(text) as unknown
    if (JSON_TYPES.test(type)) return JSON.parse(text) as unknown
  } catch (error) {
    throw badRequest(`unable to decode the body: ${messageOf(error)}`)
  }
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf`,
  )
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
  return decodeStrictly(context, object, { validation: how.validation, resource })
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
  },
): KubeObject {
  const type = typeOfKind(gvkOf(object))
  if (type === undefined) return object
  const { value, unknown, mismatch } = decodeAs(type, object)
  if (mismatch !== undefined) {
    throw badRequest(
      `${how.resource.kind} in version "${how.resource.version}" cannot be handled as a ${how.resource.kind}: ${mismatch}`,
    )
  }
  reportUnknown(context, how.sorted === true ? [...unknown].sort() : unknown, how)
  return { ...value, metadata: value['metadata'] ?? {} } as KubeObject
}

/** Warns of unknown fields, or refuses them. */
export function reportUnknown(
  context: CallContext,
  unknown: readonly string[],
  how: { validation: FieldValidation; resource: ResourceDefinition },
): void {
  if (unknown.length === 0 || how.validation === 'Ignore') return
  const faults = unknown.map((field) => `unknown field "${field}"`)
  if (how.validation === 'Warn') {
    for (const fault of faults) context.warn(fault)
    return
  }
  const { kind, version } = how.resource
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${faults.join(', ')}`,
  )
}

/** The `fieldValidation` of a query. @throws StatusError BadRequest */
export function fieldValidationOf(query: URLSearchParams): FieldValidation {
  const value = query.get('fieldValidation') ?? ''
  if (value === '') return 'Warn'
  if (value === 'Ignore' || value === 'Warn' || value === 'Strict') return value
  throw badRequest(`fieldValidation: Unsupported value: "${value}": supported values: "Ignore", "Strict", "Warn"`)
}
