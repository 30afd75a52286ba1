import type { TypeInfo } from '../schema.ts'
import { Reader, type WireValue } from './reader.ts'

// Fields of a CRD's schema that hold one of two things, which JSON tells apart by their form and protobuf by the number of a field.
const EITHER: Readonly<Record<string, 'schemas' | 'boolean' | 'names'>> = {
  items: 'schemas',
  additionalItems: 'boolean',
  additionalProperties: 'boolean',
  dependencies: 'names',
}

/** Reads a nested schema. */
export type DecodeSchema = (bytes: Buffer) => Record<string, unknown>

/** The value of a CRD schema's field that is a schema or something else; undefined for other fields and types. */
export function schemaUnion(
  type: TypeInfo,
  field: string,
): ((value: WireValue, decode: DecodeSchema) => unknown) | undefined {
  const either = type.name === 'apiextensions/v1.JSONSchemaProps' ? EITHER[field] : undefined
  if (either === undefined) return undefined
  if (either === 'boolean') return schemaOrBoolean
  return either === 'names' ? schemaOrNames : schemaOrSchemas
}

function schemaOrBoolean({ bytes = Buffer.alloc(0) }: WireValue, decode: DecodeSchema): unknown {
  const parts = new Map(new Reader(bytes).fields().map((part) => [part.number, part]))
  const schema = parts.get(2)?.bytes
  return schema === undefined ? parts.get(1)?.varint === 1n : decode(schema)
}

function schemaOrSchemas({ bytes = Buffer.alloc(0) }: WireValue, decode: DecodeSchema): unknown {
  const parts = new Reader(bytes).fields()
  const schema = parts.find(({ number }) => number === 1)?.bytes
  if (schema !== undefined) return decode(schema)
  return parts.filter(({ number }) => number === 2).map((part) => decode(part.bytes ?? Buffer.alloc(0)))
}

function schemaOrNames({ bytes = Buffer.alloc(0) }: WireValue, decode: DecodeSchema): unknown {
  const parts = new Reader(bytes).fields()
  const schema = parts.find(({ number }) => number === 1)?.bytes
  if (schema !== undefined) return decode(schema)
  return parts.filter(({ number }) => number === 2).map((part) => (part.bytes ?? Buffer.alloc(0)).toString('utf8'))
}
