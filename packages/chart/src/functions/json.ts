import { fn, FunctionError, go, type GoFunc, GoMap, GoSlice, goList, type Value } from '@slipway/gotemplate'
import { decodePartly, encodeJson } from '@slipway/sprig'
import { jsonMismatch } from './yaml.ts'

type Read = { readonly value: Value; readonly fault: string | undefined }

/** Go decodes on after a number that no float64 holds, and then tells of the first; bad syntax it tells of at once. */
function readJson(text: string): Read {
  try {
    return decodePartly(text)
  } catch (error) {
    if (error instanceof FunctionError) return { value: undefined, fault: error.message }
    throw error
  }
}

function fromJson(text: string): GoMap {
  const { value, fault } = readJson(text)
  if (value === null && fault === undefined) return new GoMap(undefined, new Map(), true)
  const error = value === undefined || value instanceof GoMap ? fault : jsonMismatch(value, 'map[string]interface {}')
  const map = value instanceof GoMap ? value : new GoMap()
  if (error !== undefined) map.entries.set('Error', error)
  return map
}

function fromJsonArray(text: string): GoSlice {
  const { value, fault } = readJson(text)
  if (value === null && fault === undefined) return new GoSlice(undefined, [], { isNil: true })
  if (value !== undefined && !(value instanceof GoSlice)) return goList([jsonMismatch(value, '[]interface {}')])
  return value === undefined || fault !== undefined ? goList([fault]) : value
}

function toJson(value: Value): string {
  try {
    return encodeJson(value)
  } catch (error) {
    if (error instanceof FunctionError) return ''
    throw error
  }
}

/** Helm's own toJson, fromJson and their kin, which take the place of sprig's. */
export function jsonFunctions(): Record<string, GoFunc> {
  return {
    toJson: fn([go.any], go.string, toJson),
    mustToJson: fn([go.any], go.string, (value) => encodeJson(value)),
    fromJson: fn([go.string], go.map, fromJson),
    fromJsonArray: fn([go.string], go.list, fromJsonArray),
  }
}
