import { isRecord } from '@slipway/objects'
import type { Document } from './documents.ts'

/**
 * Encodes an OpenAPI v2 document in the protobuf form of gnostic (`openapi.v2.Document`), the only one that client-go's `OpenAPISchema` reads. Only what
 * our documents hold is encoded; field numbers are those of gnostic-models/openapiv2/OpenAPIv2.proto.
 */
export function encodeOpenApiV2(document: Document): Uint8Array {
  const info = document['info'] as Document
  return join(
    text(1, document['swagger']),
    message(2, join(text(1, info['title']), text(2, info['version']))),
    message(
      8,
      join(...entries(document['paths']).map(([path, item]) => message(2, named(path, encodePathItem(item))))),
    ),
    message(
      9,
      join(...entries(document['definitions']).map(([name, schema]) => message(1, named(name, encodeSchema(schema))))),
    ),
  )
}

const VERBS: Readonly<Record<string, number>> = { get: 2, put: 3, post: 4, delete: 5, patch: 8 }

function encodePathItem(item: Document): Buffer {
  return join(
    ...Object.entries(VERBS).map(([verb, number]) =>
      isRecord(item[verb]) ? message(number, encodeOperation(item[verb])) : EMPTY,
    ),
  )
}

function encodeOperation(operation: Document): Buffer {
  const parameters = (operation['parameters'] ?? []) as readonly Document[]
  return join(
    ...((operation['tags'] ?? []) as readonly string[]).map((tag) => text(1, tag)),
    text(5, operation['operationId']),
    // ParametersItem.parameter -> Parameter.non_body_parameter -> NonBodyParameter.query_parameter_sub_schema
    ...parameters.map((parameter) =>
      message(
        8,
        message(1, message(2, message(3, join(text(3, parameter['name']), text(2, 'query'), text(6, 'string'))))),
      ),
    ),
    message(
      9,
      join(
        ...entries(operation['responses']).map(([code, response]) => message(1, named(code, encodeResponse(response)))),
      ),
    ),
    ...extensions(operation, 13),
  )
}

// ResponseValue.response -> Response{description, schema: SchemaItem.schema}
function encodeResponse(response: Document): Buffer {
  const schema = isRecord(response['schema']) ? message(2, message(1, encodeSchema(response['schema']))) : EMPTY
  return message(1, join(text(1, response['description']), schema))
}

function encodeSchema(schema: Document): Buffer {
  const additional = schema['additionalProperties']
  return join(
    text(1, schema['$ref']),
    text(2, schema['format']),
    text(4, schema['description']),
    ...list(schema['required']).map((name) => text(19, name)),
    ...list(schema['enum']).map((value) => message(20, yaml(value))),
    isRecord(additional) ? message(21, message(1, encodeSchema(additional))) : EMPTY,
    schema['type'] === undefined ? EMPTY : message(22, text(1, schema['type'])),
    isRecord(schema['items']) ? message(23, message(1, encodeSchema(schema['items']))) : EMPTY,
    isRecord(schema['properties'])
      ? message(
          25,
          join(
            ...entries(schema['properties']).map(([name, property]) => message(1, named(name, encodeSchema(property)))),
          ),
        )
      : EMPTY,
    ...extensions(schema, 31),
  )
}

// NamedAny{name, value: Any{yaml}}
function extensions(owner: Document, number: number): Buffer[] {
  return entries(owner)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, value]) => message(number, named(name, yaml(value))))
}

// Any{value, yaml}: JSON is YAML.
function yaml(value: unknown): Buffer {
  return text(2, `${JSON.stringify(value)}\n`)
}

const EMPTY = Buffer.alloc(0)

function named(name: string, value: Buffer): Buffer {
  return join(text(1, name), message(2, value))
}

function text(number: number, value: unknown): Buffer {
  return typeof value === 'string' && value !== '' ? message(number, Buffer.from(value)) : EMPTY
}

function message(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Buffer.from([...bytes, rest])
}

function join(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts)
}

function entries(value: unknown): [string, Document][] {
  return isRecord(value) ? (Object.entries(value) as [string, Document][]) : []
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
