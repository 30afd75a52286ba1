import { isRecord, deepEqual } from '../equal.ts'
import type { Json } from '../defaults/fields.ts'
import { items } from '../defaults/fields.ts'
import { dns1123Subdomain, labelValue, percentage, portName, qualifiedName } from './names.ts'
import type { Place } from './place.ts'

export const NOT_NEGATIVE = 'must be greater than or equal to 0'
export const IMMUTABLE = 'field is immutable'

/** The member as text; '' where it is absent. */
export function textOf(owner: Json | undefined, name: string): string {
  const value = owner?.[name]
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value)
}

/** The member as a number, or undefined. */
export function numberOf(owner: Json | undefined, name: string): number | undefined {
  const value = owner?.[name]
  return typeof value === 'number' ? value : undefined
}

/** The texts of a list member. */
export function textsOf(owner: Json | undefined, name: string): readonly string[] {
  const list = owner?.[name]
  return Array.isArray(list) ? list.map(String) : []
}

/** Refuses numbers below zero, in the order of their names. */
export function nonNegative(owner: Json, place: Place, names: readonly string[]): void {
  for (const name of names) {
    const value = numberOf(owner, name)
    if (value !== undefined && value < 0) place.at(name).invalid(value, NOT_NEGATIVE)
  }
}

/** Refuses changes of fields; absent and empty are one. */
export function immutable(owner: Json, old: Json | undefined, place: Place, names: readonly string[]): void {
  if (old === undefined) return
  for (const name of names)
    if (!deepEqual(owner[name] ?? null, old[name] ?? null)) place.at(name).invalid(owner[name], IMMUTABLE)
}

/** Checks that a value, unless it is absent, is one of those that are supported. */
export function oneOf(owner: Json, place: Place, name: string, supported: readonly string[]): void {
  const value = owner[name]
  if (value !== undefined && value !== null && !supported.includes(String(value)))
    place.at(name).unsupported(value, supported)
}

const PORTS = 'must be between 1 and 65535, inclusive'

/** A port number; 0 is none. */
export function portNumber(port: unknown, place: Place): void {
  if (typeof port === 'number' && (port < 1 || port > 65535)) place.invalid(port, PORTS)
}

/** A port by number or name. */
export function portOrName(port: unknown, place: Place): void {
  if (typeof port === 'string') place.named(port, portName)
  else portNumber(port ?? 0, place)
}

/** A map of labels. */
export function labels(of: unknown, place: Place): void {
  if (!isRecord(of)) return
  for (const [key, value] of Object.entries(of)) {
    place.named(key, qualifiedName)
    place.named(String(value), labelValue)
  }
}

/** The keys and the size of annotations. */
export function annotations(of: unknown, place: Place): void {
  if (!isRecord(of)) return
  let size = 0
  for (const [key, value] of Object.entries(of)) {
    for (const fault of qualifiedName(key.toLowerCase())) place.invalid(key, fault)
    size += Buffer.byteLength(key) + Buffer.byteLength(String(value))
  }
  if (size > ANNOTATIONS_LIMIT) place.tooLong(ANNOTATIONS_LIMIT)
}

const ANNOTATIONS_LIMIT = 256 * 1024

/** `meta/v1.LabelSelector`; tells whether a selector can be made of it. */
export function selector(of: unknown, place: Place): boolean {
  if (!isRecord(of)) return true
  const before = place.causes.list.length
  labels(of['matchLabels'], place.at('matchLabels'))
  for (const [index, expression] of items(of, 'matchExpressions').entries())
    requirement(expression, place.at('matchExpressions').nth(index))
  return place.causes.list.length === before
}

function requirement(expression: Json, place: Place): void {
  const values = textsOf(expression, 'values')
  const operator = textOf(expression, 'operator')
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) place.at('values').required("must be specified when `operator` is 'In' or 'NotIn'")
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      place.at('values').forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
  } else place.at('operator').invalid(operator, 'not a valid selector operator')
  place.at('key').named(textOf(expression, 'key'), qualifiedName)
  for (const [index, value] of values.entries()) place.at('values').nth(index).named(value, labelValue)
}

/** A number of at least 0, or a percentage. */
export function amount(value: unknown, place: Place): void {
  if (typeof value === 'string') place.named(value, percentage)
  else if (typeof value === 'number' && value < 0) place.invalid(value, NOT_NEGATIVE)
}

/** Percentages end at all. */
export function atMostAll(value: unknown, place: Place): void {
  if (typeof value === 'string' && amountOf(value) > 100 && percentage(value).length === 0)
    place.invalid(value, 'must not be greater than 100%')
}

/** The number in an amount; 0 for text that is no percentage. */
export function amountOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d+%$/.test(value) ? Number(value.slice(0, -1)) : 0
}

const HTTP_PATH = String.raw`[A-Za-z0-9/\-._~%!$&'()*+,;=:]+`
const httpPath = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/

/** `acme.io/foo`: a domain, and a path below it. */
export function domainPath(text: string, place: Place): void {
  if (text === '') {
    place.required()
    return
  }
  const slash = text.indexOf('/')
  const domain = text.slice(0, Math.max(slash, 0))
  const path = text.slice(slash + 1)
  if (slash < 0 || domain === '' || path === '') {
    place.invalid(text, 'must be a domain-prefixed path (such as "acme.io/foo")')
    return
  }
  place.named(domain, dns1123Subdomain)
  if (!httpPath.test(path)) place.invalid(path, `Invalid path (regex used for validation is '${HTTP_PATH}')`)
}

/** Paths inside a volume or below a root: relative, and without steps back. */
export function descendingPath(path: string, place: Place): void {
  if (path.startsWith('/')) place.invalid(path, 'must be a relative path')
  noBacksteps(path, place)
}

/** Paths that do not walk up. */
export function noBacksteps(path: string, place: Place): void {
  if (path.split('/').includes('..')) place.invalid(path, "must not contain '..'")
}
