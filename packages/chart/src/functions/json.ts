import { fn, FunctionError, go, type GoFunc, GoMap, GoSlice, goList, type Value } from '@slipway/gotemplate'
import { decodeJson, encodeJson } from '@slipway/sprig'
import { jsonMismatch } from './yaml.ts'

type Read = { readonly value: Value } | { readonly error: string }

function readJson(text: string): Read {
  try {
    return { value: decodeJson(text) }
  } catch (error) {
    if (error instanceof FunctionError) return { error: error.message }
    throw error
  }
}

function fromJson(text: string): GoMap {
  const read = readJson(text)
  if ('error' in read) return new GoMap(undefined, new Map([['Error', read.error]]))
  if (read.value instanceof GoMap) return read.value
  if (read.value === null) return failedNil()
  return new GoMap(undefined, new Map([['Error', jsonMismatch(read.value, 'map[string]interface {}')]]))
}

function failedNil(): GoMap {
  return new GoMap(undefined, new Map(), true)
}

function fromJsonArray(text: string): GoSlice {
  const read = readJson(text)
  if ('error' in read) return goList([read.error])
  if (read.value instanceof GoSlice) return read.value
  if (read.value === null) return new GoSlice(undefined, [], { isNil: true })
  return goList([jsonMismatch(read.value, '[]interface {}')])
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
