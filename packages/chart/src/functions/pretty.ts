import {
  formatFloat,
  FunctionError,
  GoBytes,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoObject,
  GoPointer,
  GoSlice,
  GoStruct,
  type Value,
  typeName,
  untag,
} from '@slipway/gotemplate'
import { DURATION, formatDuration, formatTime, type Instant, TIME } from '@slipway/sprig'
import { plainText } from '@slipway/yaml'
import { plainData } from './plain.ts'

const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00'

/**
 * A Go value as go-yaml v3 encodes it, without JSON in between: floats keep their exponent, structs their order, and nil containers are empty ones.
 * Throws a FunctionError for what go-yaml panics of.
 */
export function prettyData(given: Value): unknown {
  const value = untag(given)
  if (value === undefined || value === null) return null
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return plainText(floatText(value))
    default:
      return prettyObject(value)
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  return formatFloat(value, 'g', -1)
}

function prettyObject(value: Exclude<Value, undefined | null | string | boolean | number>): unknown {
  if (value instanceof GoInt)
    return value.type === DURATION ? formatDuration(value.value) : plainText(String(value.value))
  if (value instanceof GoMap) return prettyMap(value)
  if (value instanceof GoSlice) return value.items.map(prettyData)
  if (value instanceof GoBytes) return Array.from(value.bytes)
  if (value instanceof GoStruct) return prettyStruct(value)
  if (value instanceof GoPointer) return prettyData(value.target)
  if (value instanceof GoComplex || value instanceof GoFunc)
    throw new FunctionError(`cannot marshal type: ${typeName(value)}`)
  if (value instanceof GoObject && value.type === TIME)
    return plainText(formatTime(value.native as Instant, RFC3339_NANO))
  return plainData(value)
}

/** Without a prototype, so that no key means anything but itself. */
function prettyMap(map: GoMap): Record<string, unknown> {
  const out = Object.create(null) as Record<string, unknown>
  for (const [key, value] of map.entries) out[key] = prettyData(value)
  return out
}

/** Exported fields in their order; go-yaml knows nothing of tags for JSON. */
function prettyStruct(struct: GoStruct): Map<string, unknown> {
  const fields = struct.type.fields.filter(({ name }) => /^\p{Lu}/u.test(name))
  return new Map(fields.map(({ name }) => [name.toLowerCase(), prettyData(struct.values.get(name))]))
}
