import { fn, FunctionError, go, type GoFunc, GoMap, GoSlice, goList, type Value } from '@slipway/gotemplate'
import { dump, load } from '@slipway/yaml'
import { goValue } from '../values/read.ts'
import { plainData } from './plain.ts'
import { prettyData } from './pretty.ts'
import { trackYaml } from './track-yaml.ts'

/** Helm's toYaml: what sigs.k8s.io/yaml writes, without its last line break; '' for what cannot be written. */
export function toYaml(value: Value): string {
  try {
    return mustToYaml(value)
  } catch (error) {
    if (error instanceof FunctionError || isYamlError(error)) return ''
    throw error
  }
}

/** {@link toYaml} that throws a FunctionError instead of giving ''. */
export function mustToYaml(value: Value): string {
  return trimBreak(dump(plainData(value), { dialect: 'sigs' }))
}

function isYamlError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'YamlError'
}

function trimBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

function pretty(value: Value): string {
  try {
    return trimBreak(dump(prettyData(value), { dialect: 'kyaml', indentLists: true }))
  } catch (error) {
    if (isYamlError(error)) return ''
    throw error
  }
}

function must(value: Value): string {
  try {
    return mustToYaml(value)
  } catch (error) {
    if (isYamlError(error)) throw new FunctionError(error.message, { cause: error })
    if (error instanceof FunctionError)
      throw new FunctionError(`error marshaling into JSON: ${error.message}`, { cause: error })
    throw error
  }
}

type Read = { readonly value: Value } | { readonly error: string }

/** Go's yaml.Unmarshal of a text into an `interface{}`, and what it complains of. */
function readYaml(text: string): Read {
  try {
    return { value: goValue(load(text, { dialect: 'sigs' })) }
  } catch (error) {
    if (isYamlError(error)) return { error: error.message }
    throw error
  }
}

function fromYaml(text: string): GoMap {
  const read = readYaml(text)
  if ('error' in read) return new GoMap(undefined, new Map([['Error', read.error]]))
  if (read.value instanceof GoMap) return read.value
  // A null leaves the map as it was: empty, and not nil.
  if (read.value === null) return new GoMap()
  return new GoMap(undefined, new Map([['Error', mismatch(read.value, 'map[string]interface {}')]]))
}

function fromYamlArray(text: string): GoSlice {
  const read = readYaml(text)
  if ('error' in read) return goList([read.error])
  if (read.value instanceof GoSlice) return read.value
  if (read.value === null) return new GoSlice()
  return goList([mismatch(read.value, '[]interface {}')])
}

function mismatch(value: Value, wanted: string): string {
  return `error unmarshaling JSON: while decoding JSON: ${jsonMismatch(value, wanted)}`
}

/** encoding/json's complaint of a value of another kind. */
export function jsonMismatch(value: Value, wanted: string): string {
  const kind =
    value instanceof GoMap
      ? 'object'
      : value instanceof GoSlice
        ? 'array'
        : typeof value === 'boolean'
          ? 'bool'
          : typeof value === 'string'
            ? 'string'
            : 'number'
  return `json: cannot unmarshal ${kind} into Go value of type ${wanted}`
}

const tracked = { tracking: trackYaml }

/** toYaml, fromYaml and their kin. */
export function yamlFunctions(): Record<string, GoFunc> {
  return {
    toYaml: fn([go.any], go.string, toYaml, tracked),
    mustToYaml: fn([go.any], go.string, must, tracked),
    toYamlPretty: fn([go.any], go.string, pretty, tracked),
    fromYaml: fn([go.string], go.map, fromYaml),
    fromYamlArray: fn([go.string], go.list, fromYamlArray),
  }
}
