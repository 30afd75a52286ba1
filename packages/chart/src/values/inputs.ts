import { GoMap, GoSlice, type Value, bare, fromJs, toJs, untag, Tagged } from '@slipway/gotemplate'
import { decodeJson } from '@slipway/sprig'
import type { Compat } from '../compat.ts'
import { ChartError, wrapped } from '../errors.ts'
import { type Layer, placeOfContainer, setPlace, taggedScalar } from './place.ts'
import type { ValuesLayer } from './defaults.ts'
import { plainData } from '../functions/plain.ts'
import { readFirstValues, readValues } from './read.ts'
import { parseSet, type SetKind } from './set/parser.ts'
import { emptyMap, mergeMaps } from './table.ts'
import { trackFile } from './track.ts'

/**
 * One source of values, in the order in which it is applied: later ones win.
 *
 * - `file`: a values file's text; `file` is its path for messages and origins
 * - the `--set` family: the argument as it stands behind the flag; `set-file` reads through `read`
 * - `object`: plain data (Argo CD's `valuesObject`); `label` names it in origins
 */
export type ValuesInput =
  | { readonly kind: 'file'; readonly file: string; readonly text: string }
  | { readonly kind: Exclude<SetKind, 'set-file'>; readonly argument: string }
  | { readonly kind: 'set-file'; readonly argument: string; readonly read: (path: string) => string }
  | { readonly kind: 'object'; readonly label: string; readonly value: unknown }

/** Applies all inputs to one map (values.Options.MergeValues); scalars and containers know their places when tracked. */
export function readInputs(inputs: readonly ValuesInput[], track: boolean, compat: Compat = 'helm4'): GoMap {
  return inputs.reduce((values, input) => applyInput(values, input, { track, compat }), emptyMap())
}

/** Each input by itself, with places: what origins look up overridden definitions in. */
export function inputLayers(inputs: readonly ValuesInput[]): ValuesLayer[] {
  return inputs.map((input) => ({
    layer: layerOf(input),
    values: applyInput(emptyMap(), input, { track: true, compat: 'helm4' }),
  }))
}

function layerOf(input: ValuesInput): Layer {
  if (input.kind === 'file') return { kind: 'values', label: input.file, scope: [] }
  if (input.kind === 'object') return { kind: 'values', label: input.label, scope: [] }
  return { kind: 'set', label: `--${input.kind} ${input.argument}`, scope: [] }
}

interface ReadOptions {
  readonly track: boolean
  readonly compat: Compat
}

function applyInput(values: GoMap, input: ValuesInput, options: ReadOptions): GoMap {
  const { track, compat } = options
  switch (input.kind) {
    case 'file':
      return mergeMaps(values, readFile(input, track ? layerOf(input) : undefined, compat))
    case 'object':
      return mergeMaps(values, objectValues(input, track))
    case 'set-json':
      // Helm 3 knows no objects without a key.
      if (compat === 'helm4' && input.argument.trim().startsWith('{'))
        return mergeMaps(values, jsonObject(input.argument, track))
      break
    default:
  }
  setArgument(values, input, track)
  return values
}

function readFile(input: { file: string; text: string }, layer: Layer | undefined, compat: Compat): GoMap {
  const { file, text } = input
  try {
    const values = compat === 'helm3' ? readFirstValues(text) : readValues(text)
    return layer === undefined ? values : trackFile(values, { layer, text })
  } catch (error) {
    throw wrapped('CHART_VALUES', `failed to parse ${file}`, error, { hint: `Correct ${file}.` })
  }
}

function objectValues(input: { label: string; value: unknown }, track: boolean): GoMap {
  const value = fromJs(input.value)
  if (!(value instanceof GoMap)) throw new ChartError('CHART_VALUES', `${input.label} is no map of values`)
  const floats = asFloats(value)
  return track ? markAll(floats, { kind: 'values', label: input.label, scope: [] }, []) : floats
}

/** Objects come from JSON, where every number is a float64 for Go. */
function asFloats<V extends Value>(value: V): V {
  if (value instanceof GoMap) {
    for (const [key, item] of value.entries) value.entries.set(key, floatOf(item))
  } else if (value instanceof GoSlice) value.items.forEach((item, index) => (value.items[index] = floatOf(item)))
  return value
}

function floatOf(value: Value): Value {
  const plain = toJs(value)
  return typeof plain === 'bigint' ? Number(plain) : asFloats(value)
}

function jsonObject(argument: string, track: boolean): GoMap {
  const layer: Layer = { kind: 'set', label: `--set-json ${argument}`, scope: [] }
  try {
    const value = untag(decodeJson(argument.trim()))
    if (value instanceof GoMap) return track ? markAll(value, layer, []) : value
  } catch (error) {
    throw new ChartError('CHART_VALUES', `failed parsing --set-json data JSON: ${argument}`, { cause: error })
  }
  throw new ChartError('CHART_VALUES', `failed parsing --set-json data JSON: ${argument}`)
}

function setArgument(values: GoMap, input: Exclude<ValuesInput, { kind: 'file' | 'object' }>, track: boolean): void {
  const { kind, argument } = input
  const layer = layerOf(input)
  const mark = (value: Value, keys: readonly string[]): Value => markValue(value, layer, keys)
  const read = input.kind === 'set-file' ? { read: input.read } : {}
  try {
    parseSet(argument, values, { kind, ...read, ...(track ? { mark } : {}) })
  } catch (error) {
    const data = kind === 'set-json' ? `failed parsing --set-json data ${argument}` : undefined
    if (data !== undefined) throw new ChartError('CHART_VALUES', data, { cause: error })
    throw wrapped('CHART_VALUES', `failed parsing --${kind} data`, error, { hint: `Correct ${layer.label}.` })
  }
}

function markAll(map: GoMap, layer: Layer, keys: readonly string[]): GoMap {
  markValue(map, layer, keys)
  return map
}

/** Marks a value and what is in it, containers in place. */
function markValue(value: Value, layer: Layer, keys: readonly string[]): Value {
  if (value instanceof Tagged) return value
  const place = { path: ['.Values', ...keys].join('.'), keys, layer, node: undefined, value: plainData(bare(value)) }
  if (value instanceof GoMap || value instanceof GoSlice) {
    if (placeOfContainer(value) === undefined) setPlace(value, place)
    if (value instanceof GoMap) {
      for (const [key, item] of value.entries) value.entries.set(key, markValue(item, layer, [...keys, key]))
    } else value.items.forEach((item, index) => (value.items[index] = markValue(item, layer, [...keys, String(index)])))
    return value
  }
  return taggedScalar(value, place)
}
