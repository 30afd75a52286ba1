import { isRecord } from './equal.ts'
import { parseQuantity } from './quantity.ts'
import { elementOf, typeNamed, type TypeInfo } from './schema.ts'

/** What decoding by the schema table found. */
export interface Decoded {
  /** The value with unknown and null members dropped, as Go's JSON decoder leaves it. */
  readonly value: Record<string, unknown>
  /** Unknown fields, as `spec.containers[0].imge`; refused or warned of, as the request's field validation says. */
  readonly unknown: readonly string[]
  /** The first value of a wrong type, in Go's words; such an object is always refused. */
  readonly mismatch: string | undefined
}

interface Findings {
  readonly unknown: string[]
  mismatch: string | undefined
}

/**
 * Reads a JSON value as a built-in type: names are case-sensitive, unknown members are reported and dropped, null members are dropped, and a value of
 * the wrong JSON type is a mismatch, in the words of `encoding/json`.
 */
export function decodeAs(type: TypeInfo, value: Readonly<Record<string, unknown>>): Decoded {
  const findings: Findings = { unknown: [], mismatch: undefined }
  const decoded = decodeStruct(type, value, { path: '', findings, goPath: '', owner: '' })
  return { value: decoded, ...findings }
}

interface At {
  readonly path: string
  /** The name of the innermost type, and the path without indices: how Go names a field. */
  readonly owner: string
  readonly goPath: string
  readonly findings: Findings
}

function decodeStruct(type: TypeInfo, value: Readonly<Record<string, unknown>>, at: At): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const field = type.fields.get(name)
    const path = at.path === '' ? name : `${at.path}.${name}`
    if (field === undefined) {
      at.findings.unknown.push(path)
      continue
    }
    if (member === null || member === undefined) continue
    const goPath = at.goPath === '' ? name : `${at.goPath}.${name}`
    result[name] = decodeValue(field.type, member, { path, goPath, owner: type.name, findings: at.findings })
  }
  return result
}

function decodeValue(type: string, value: unknown, at: At): unknown {
  const element = elementOf(type)
  if (element !== undefined && type.startsWith('[]')) return decodeList(element, value, at)
  if (element !== undefined) return decodeMap(element, value, at)
  const struct = typeNamed(type)
  if (struct !== undefined) return isRecord(value) ? decodeStruct(struct, value, at) : mismatch(at, value, struct.name)
  const problem = SCALARS[type]?.(value)
  return problem === undefined ? value : mismatch(at, value, problem)
}

function decodeList(element: string, value: unknown, at: At): unknown {
  if (!Array.isArray(value)) return mismatch(at, value, `[]${element}`)
  return value.map((item, index) =>
    item === null && typeNamed(element) === undefined
      ? zeroOf(element)
      : decodeValue(element, item ?? {}, { ...at, path: `${at.path}[${index}]` }),
  )
}

function decodeMap(element: string, value: unknown, at: At): unknown {
  if (!isRecord(value)) return mismatch(at, value, `map[string]${element}`)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      item === null ? zeroOf(element) : decodeValue(element, item, { ...at, path: `${at.path}.${key}` }),
    ]),
  )
}

function zeroOf(type: string): unknown {
  if (type === 'bool') return false
  return /^(int|float)/.test(type) ? 0 : ''
}

/** Each returns the Go type that the value does not fit, or undefined when it does. */
const SCALARS: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  string: (value) => (typeof value === 'string' ? undefined : 'string'),
  bytes: (value) => (typeof value === 'string' ? undefined : '[]uint8'),
  bool: (value) => (typeof value === 'boolean' ? undefined : 'bool'),
  int32: (value) => (Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 31 ? undefined : 'int32'),
  int64: (value) => (Number.isInteger(value) || typeof value === 'bigint' ? undefined : 'int64'),
  float64: (value) => (typeof value === 'number' ? undefined : 'float64'),
  time: (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? undefined : 'Time'),
  microtime: (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? undefined : 'MicroTime'),
  duration: (value) => (typeof value === 'string' ? undefined : 'Duration'),
  quantity: (value) => (isQuantity(value) ? undefined : 'Quantity'),
  intstr: (value) => (typeof value === 'string' || Number.isInteger(value) ? undefined : 'IntOrString'),
}

function isQuantity(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false
  try {
    parseQuantity(value)
    return true
  } catch {
    return false
  }
}

function mismatch(at: At, value: unknown, goType: string): unknown {
  at.findings.mismatch ??= mismatchText(at, value, goType)
  return undefined
}

function mismatchText(at: At, value: unknown, goType: string): string {
  if (goType === 'Quantity') {
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  }
  return `json: cannot unmarshal ${jsonKind(value)} into Go struct field ${shortName(at.owner)}.${at.goPath} of type ${goPackage(goType)}`
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`
  return typeof value
}

// `core/v1.PodSpec` is `v1.PodSpec` in Go's messages.
function goPackage(goType: string): string {
  return goType.replace(/[\w.-]+\/(v\d+\w*\.)/g, '$1')
}

function shortName(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1)
}
