import { GoBytes, GoInt, GoMap, GoSlice, type Value, untag } from '@slipway/gotemplate'
import { decodeJson, encodeJson } from '@slipway/sprig'

/**
 * A Go value as plain data for a YAML emitter. What is no map, list or scalar goes through JSON first, as in Go.
 * Throws a FunctionError with Go's text for what JSON cannot hold.
 */
export function plainData(given: Value): unknown {
  const value = untag(given)
  if (value === undefined || value === null) return null
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : encodeJson(value)
    default:
      return plainObject(value)
  }
}

function plainObject(value: Exclude<Value, undefined | null | string | boolean | number>): unknown {
  if (value instanceof GoInt) return smallest(value.value)
  if (value instanceof GoMap) return value.isNil ? null : plainMap(value)
  if (value instanceof GoSlice) return value.isNil ? null : value.items.map(plainData)
  if (value instanceof GoBytes && value.isNil) return null
  return plainData(decodeJson(encodeJson(value)))
}

function smallest(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Without a prototype, so that no key means anything but itself. */
function plainMap(map: GoMap): Record<string, unknown> {
  const out = Object.create(null) as Record<string, unknown>
  for (const [key, value] of map.entries) out[key] = plainData(value)
  return out
}
