import { formatFloat } from '@slipway/gotemplate'
import { quoted } from './failure.ts'

/** A value or schema as JSON holds it. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json }
/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json }

/** JSON Schema's names of types, integers being numbers. */
export function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'bigint' ? 'number' : typeof value
}

/** True for a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for numbers without a fraction. */
export function isInteger(value: Json): boolean {
  return typeof value === 'bigint' || Number.isInteger(value)
}

/** Deep equality; numbers by their value. */
export function equal(a: Json, b: Json): boolean {
  if (typeof a === 'number' || typeof a === 'bigint') {
    return (typeof b === 'number' || typeof b === 'bigint') && Number(a) === Number(b)
  }
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item: Json, index) => equal(item, b[index] as Json))
  }
  if (!isObject(a)) return a === b
  if (!isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key] ?? null, b[key] ?? null))
}

/** A value in a message: texts quoted, maps and lists not shown. */
export function shown(value: Json): string {
  if (typeof value === 'string') return quoted(value)
  if (value === null) return '<nil>'
  if (typeof value === 'object') return 'value'
  return typeof value === 'number' && !Number.isSafeInteger(value) ? formatFloat(value, 'g', -1) : String(value)
}

/** A count or number in a message: with commas, as Go prints English. */
export function counted(value: number | bigint): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 20 })
}
