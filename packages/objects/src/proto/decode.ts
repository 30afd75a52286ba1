import { ObjectsError } from '../errors.ts'
import { parseApiVersion, type KubeObject } from '../object.ts'
import { elementOf, type FieldInfo, typeNamed, typeOfKind, type TypeInfo } from '../schema.ts'
import { schemaUnion } from './json-schema.ts'
import { Reader, type WireValue } from './reader.ts'

const MAGIC = Buffer.from('k8s\0')

/**
 * Decodes a protobuf request body: the `k8s\0` envelope (`runtime.Unknown`) with a built-in kind inside, as typed Go clients send it. Everything is
 * driven by the schema table's field numbers.
 *
 * @throws ObjectsError `BAD_PROTOBUF`
 */
export function decodeProtobuf(
  body: Uint8Array,
  options?: { readonly apiVersion: string; readonly kind: string },
): KubeObject {
  const bytes = Buffer.from(body)
  if (!bytes.subarray(0, 4).equals(MAGIC)) throw bad('the body does not start with the protobuf prefix of Kubernetes')
  const unknown = new Map(new Reader(bytes.subarray(4)).fields().map((field) => [field.number, field]))
  const typeMeta = new Map(new Reader(bytesOf(unknown.get(1))).fields().map((field) => [field.number, field]))
  const apiVersion = textOf(typeMeta.get(1)) || (options?.apiVersion ?? '')
  const kind = textOf(typeMeta.get(2)) || (options?.kind ?? '')
  const type = typeOfKind({ ...parseApiVersion(apiVersion), kind }) ?? typeNamed(`meta/v1.${kind}`)
  if (type === undefined) throw bad(`no protobuf form of kind "${kind}" in version "${apiVersion}"`)
  const decoded = decodeMessage(type, bytesOf(unknown.get(2)))
  const object = { ...decoded, apiVersion, kind }
  return { metadata: {}, ...object } as KubeObject
}

/** True for a body that {@link decodeProtobuf} reads. */
export function isProtobuf(contentType: string): boolean {
  return contentType.startsWith('application/vnd.kubernetes.protobuf')
}

function decodeMessage(type: TypeInfo, bytes: Buffer): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  decodeFields(type, { bytes, inline: 0 }, result)
  return withoutZeros(result, type)
}

// The fields of an embedded struct are a message of their own here, and among the others in JSON.
function decodeFields(
  type: TypeInfo,
  { bytes, inline }: { readonly bytes: Buffer; readonly inline: number },
  result: Record<string, unknown>,
): void {
  const own = [...type.fields].filter(([, field]) => field.inlineNumber === inline)
  const byNumber = new Map(own.map(([name, field]) => [field.number, { name, field }]))
  const embedded = new Set([...type.fields.values()].map((field) => field.inlineNumber))
  for (const value of new Reader(bytes).fields()) {
    const known = byNumber.get(value.number)
    if (known !== undefined && value.number !== 0) decodeField(type, { ...known, value }, result)
    else if (inline === 0 && value.number !== 0 && embedded.has(value.number))
      decodeFields(type, { bytes: bytesOf(value), inline: value.number }, result)
  }
}

function decodeField(
  type: TypeInfo,
  { name, field, value }: { readonly name: string; readonly field: FieldInfo; readonly value: WireValue },
  result: Record<string, unknown>,
): void {
  const element = elementOf(field.type)
  const union = schemaUnion(type, name)
  if (union !== undefined) decodeUnion(result, { name, type, isMap: field.type.startsWith('{}') }, { value, union })
  else if (element === undefined) assign(result, name, decodeValue(field.type, value))
  else if (field.type.startsWith('{}'))
    assign(result, name, { ...(result[name] as object | undefined), ...decodeEntry(element, value) })
  else assign(result, name, [...((result[name] as unknown[] | undefined) ?? []), decodeValue(element, value)])
}

function decodeUnion(
  result: Record<string, unknown>,
  at: { readonly name: string; readonly type: TypeInfo; readonly isMap: boolean },
  of: { readonly value: WireValue; readonly union: NonNullable<ReturnType<typeof schemaUnion>> },
): void {
  const decode = (part: WireValue): unknown => of.union(part, (bytes) => decodeMessage(at.type, bytes))
  if (!at.isMap) return assign(result, at.name, decode(of.value))
  const parts = new Map(new Reader(bytesOf(of.value)).fields().map((field) => [field.number, field]))
  const entry = { [textOf(parts.get(1))]: decode(parts.get(2) ?? of.value) }
  assign(result, at.name, { ...(result[at.name] as object | undefined), ...entry })
}

function decodeEntry(element: string, value: WireValue): Record<string, unknown> {
  const parts = new Map(new Reader(bytesOf(value)).fields().map((field) => [field.number, field]))
  const entry = parts.get(2)
  return { [textOf(parts.get(1))]: entry === undefined ? zeroOf(element) : decodeValue(element, entry) }
}

function decodeValue(type: string, value: WireValue): unknown {
  const struct = typeNamed(type)
  if (struct !== undefined) return decodeMessage(struct, bytesOf(value))
  switch (type) {
    case 'string':
      return textOf(value)
    case 'bool':
      return value.varint === 1n
    case 'int32':
    case 'int64':
      return Number(BigInt.asIntN(64, value.varint ?? 0n))
    case 'float64':
      return value.bytes?.readDoubleLE(0)
    case 'bytes':
      return bytesOf(value).toString('base64')
    case 'quantity':
      return textOf(new Reader(bytesOf(value)).fields().find((field) => field.number === 1))
    case 'intstr':
      return decodeIntOrString(bytesOf(value))
    case 'time':
    case 'microtime':
      return decodeTime(bytesOf(value), type)
    case 'duration':
      return `${Number(BigInt.asIntN(64, new Reader(bytesOf(value)).fields()[0]?.varint ?? 0n)) / 1e9}s`
    default:
      return decodeRaw(bytesOf(value))
  }
}

function decodeIntOrString(bytes: Buffer): unknown {
  const parts = new Map(new Reader(bytes).fields().map((field) => [field.number, field]))
  return parts.get(1)?.varint === 1n ? textOf(parts.get(3)) : Number(BigInt.asIntN(64, parts.get(2)?.varint ?? 0n))
}

function decodeTime(bytes: Buffer, type: string): string | undefined {
  const parts = new Map(new Reader(bytes).fields().map((field) => [field.number, field.varint ?? 0n]))
  if (parts.size === 0) return undefined
  const seconds = Number(BigInt.asIntN(64, parts.get(1) ?? 0n))
  const text = new Date(seconds * 1000).toISOString().slice(0, 19)
  const micros = String(Math.floor(Number(parts.get(2) ?? 0n) / 1000)).padStart(6, '0')
  return type === 'time' ? `${text}Z` : `${text}.${micros}Z`
}

// RawExtension, FieldsV1 and JSON hold JSON text in their first field.
function decodeRaw(bytes: Buffer): unknown {
  const raw = bytesOf(new Reader(bytes).fields().find((field) => field.number === 1))
  return raw.length === 0 ? undefined : (JSON.parse(raw.toString('utf8')) as unknown)
}

// Go's generated code writes every non-pointer field, also when it is empty; in JSON such a field would be left out.
function withoutZeros(value: Record<string, unknown>, type: TypeInfo): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, member]) => member !== undefined && !isDroppedZero(member, type.fields.get(name)),
    ),
  )
}

function isDroppedZero(member: unknown, field: FieldInfo | undefined): boolean {
  if (field === undefined || field.alwaysWritten) return false
  if (field.zeroIsUnset) return member === false || member === 0
  return (
    member === '' ||
    (typeof member === 'object' &&
      member !== null &&
      !Array.isArray(member) &&
      Object.keys(member).length === 0 &&
      field.type === 'meta/v1.ObjectMeta')
  )
}

function assign(target: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) target[name] = value
}

function zeroOf(type: string): unknown {
  return type === 'string' || type === 'bytes' ? '' : type === 'quantity' ? '0' : {}
}

function bytesOf(value: WireValue | undefined): Buffer {
  return value?.bytes ?? Buffer.alloc(0)
}

function textOf(value: WireValue | undefined): string {
  return bytesOf(value).toString('utf8')
}

function bad(message: string): ObjectsError {
  return new ObjectsError('BAD_PROTOBUF', message)
}
