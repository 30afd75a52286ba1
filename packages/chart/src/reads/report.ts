import { GoMap, GoSlice, type Value, untag } from '@slipway/gotemplate'
import { compareBytes, type SourceRange } from '@slipway/diag'
import type { Chart } from '../chart.ts'
import { plainData } from '../functions/plain.ts'
import type { RenderEnvironment } from '../functions/index.ts'
import { placeAt, placeOfValue } from '../origins/definitions.ts'
import { applyConditions } from '../dependencies/enabled.ts'
import { TemplateSources } from '../origins/sources.ts'
import { trackDefaults, type ValuesLayer } from '../values/defaults.ts'
import { inputLayers, type ValuesInput } from '../values/inputs.ts'
import type { ValuePlace } from '../values/place.ts'
import { emptyMap, isNull } from '../values/table.ts'
import { chartReads } from './chart-reads.ts'
import { nearest } from './nearest.ts'
import type { ReadSet } from './read-set.ts'

/** An environment: a name and its values in the order of application. */
export interface ValuesEnvironment {
  readonly name: string
  readonly values: readonly ValuesInput[]
}

/** One finding of {@link valuesReport}. */
export interface ValuesFinding {
  /**
   * - `dead`: no template can read the key
   * - `unknowable`: only a template that makes up keys as it runs can read it
   * - `schema`: no template can read it, but values.schema.json knows it
   * - `shadowed`: later files replace it in every environment that has it
   * - `same`: it says what the chart's defaults say anyway
   * - `undefined`: templates read it and no file defines it
   */
  readonly kind: 'dead' | 'unknowable' | 'schema' | 'shadowed' | 'same' | 'undefined'
  /** `image.tag`. */
  readonly key: string
  /** The file or argument; the template for `undefined`. */
  readonly source: string
  readonly at: SourceRange | undefined
  /** The environments that have it. */
  readonly environments: readonly string[]
  /** A name that templates do read and that differs by little. */
  readonly suggestion?: string
}

/** What {@link valuesReport} looks at. */
export interface ValuesReportOptions {
  readonly chart: Chart
  readonly environments: readonly ValuesEnvironment[]
  readonly environment: RenderEnvironment
}

interface Leaf {
  readonly keys: readonly string[]
  readonly place: ValuePlace | undefined
  readonly value: Value
}

/** Lists keys of values that do nothing, over all environments of a chart; a key counts as dead only when no road of any template can read it. */
export function valuesReport(options: ValuesReportOptions): ValuesFinding[] {
  const chart = options.chart.copy()
  // Aliases get their names; nothing is turned off, as another environment may turn it on.
  applyConditions(chart, allOn(chart), { warn: () => undefined, compat: 'helm4' })
  const defaults = trackDefaults(chart)
  const environments = options.environments.map(({ name, values }) => ({ name, layers: inputLayers(values) }))
  const layers = [...defaults, ...environments.flatMap((each) => each.layers)]
  const texts = layers.flatMap(({ values }) => leavesOf(values).flatMap(({ value }) => stringOf(value)))
  const reads = chartReads(chart, { environment: options.environment, texts })
  const context = { chart, reads, defaults, environments }
  const own = bySource(defaults.map((layer) => ({ name: '', layer })))
  const given = bySource(environments.flatMap(({ name, layers: list }) => list.map((layer) => ({ name, layer }))))
  return [
    ...[...own, ...given].flatMap((source) => deadIn(source, context)),
    ...given.flatMap((source) => shadowedIn(source, context)),
    ...given.flatMap((source) => sameIn(source, context)),
    ...undefinedReads(context, layers),
  ]
}

interface Context {
  readonly chart: Chart
  readonly reads: ReadSet
  readonly defaults: readonly ValuesLayer[]
  readonly environments: readonly { readonly name: string; readonly layers: readonly ValuesLayer[] }[]
}

/** A file with the environments that it is for. */
interface Source {
  readonly layer: ValuesLayer
  readonly environments: readonly string[]
}

function bySource(uses: readonly { name: string; layer: ValuesLayer }[]): Source[] {
  const found = new Map<string, { layer: ValuesLayer; environments: string[] }>()
  for (const { name, layer } of uses) {
    const key = `${layer.layer.scope.join('/')}\n${layer.layer.label}`
    const known = found.get(key) ?? { layer, environments: [] }
    found.set(key, known)
    if (name !== '') known.environments.push(name)
  }
  return [...found.values()]
}

function allOn(chart: Chart): GoMap {
  const tags = new Map<string, Value>()
  const values = emptyMap()
  for (const each of chart.metadata.dependencies ?? []) {
    for (const tag of each?.tags ?? []) tags.set(tag, true)
    for (const path of (each?.condition ?? '').split(',').filter((part) => part.trim() !== ''))
      turnOn(values, path.trim())
  }
  values.entries.set('tags', new GoMap(undefined, tags))
  return values
}

function turnOn(values: GoMap, path: string): void {
  const keys = path.split('.')
  let at = values
  for (const key of keys.slice(0, -1)) {
    const next = at.entries.get(key)
    const table = next instanceof GoMap ? next : emptyMap()
    at.entries.set(key, table)
    at = table
  }
  at.entries.set(keys.at(-1) ?? '', true)
}

/** Scalars, empty containers and lists as a whole: what one line of a file says. */
function leavesOf(values: GoMap, keys: readonly string[] = []): Leaf[] {
  return [...values.entries].flatMap(([key, value]): Leaf[] => {
    const path = [...keys, key]
    const plain = untag(value)
    if (plain instanceof GoMap && plain.entries.size > 0) return leavesOf(plain, path)
    return [{ keys: path, place: placeOfValue(value), value }]
  })
}

function stringOf(value: Value): string[] {
  const plain = untag(value)
  if (typeof plain === 'string') return [plain]
  if (plain instanceof GoSlice) return plain.items.flatMap(stringOf)
  return plain instanceof GoMap ? [...plain.entries.values()].flatMap(stringOf) : []
}

function deadIn(source: Source, { reads, chart }: Context): ValuesFinding[] {
  const { scope } = source.layer.layer
  return leavesOf(source.layer.values).flatMap((leaf) => {
    const path = [...scope, ...leaf.keys]
    if (isNull(leaf.value) || isRead(path, reads)) return []
    if (mayBeRead(path, reads)) return [finding('unknowable', source, leaf)]
    const kind = inSchema(chart, path) ? 'schema' : 'dead'
    const close = nearest(path.at(-1) ?? '', reads.siblings(path))
    return [{ ...finding(kind, source, leaf), ...(close === undefined ? {} : { suggestion: close }) }]
  })
}

/** Globals may be read from any chart; tags only by Chart.yaml. */
function isRead(path: readonly string[], reads: ReadSet): boolean {
  return reads.has(path) || globalIsRead(path, reads, ['*'])
}

function mayBeRead(path: readonly string[], reads: ReadSet): boolean {
  return reads.mayHave(path) || globalIsRead(path, reads, ['*', '?'])
}

function globalIsRead(path: readonly string[], reads: ReadSet, signs: readonly string[]): boolean {
  const at = path.indexOf('global')
  if (at < 0) return false
  const rest = path.slice(at)
  return reads.reads.some((each) => {
    const from = each.path.indexOf('global')
    return from >= 0 && overlaps({ read: each.path.slice(from), path: rest, isWhole: each.isWhole }, signs)
  })
}

function overlaps(
  { read, path, isWhole }: { read: readonly string[]; path: readonly string[]; isWhole: boolean },
  signs: readonly string[],
): boolean {
  if (read.length < path.length && !isWhole) return false
  return path.every((key, index) => {
    const step = read[index]
    return step === undefined || step === key || signs.includes(step)
  })
}

function finding(kind: ValuesFinding['kind'], source: Source, leaf: Leaf): ValuesFinding {
  const { label } = source.layer.layer
  return {
    kind,
    key: leaf.keys.join('.'),
    source: label,
    at: leaf.place?.node?.range,
    environments: source.environments,
  }
}

const decoder = new TextDecoder()

function inSchema(chart: Chart, path: readonly string[]): boolean {
  if (chart.schema === undefined) return false
  try {
    let at: unknown = JSON.parse(decoder.decode(chart.schema))
    for (const key of path) at = propertyOf(at, key)
    return at !== undefined
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

function propertyOf(schema: unknown, key: string): unknown {
  if (typeof schema !== 'object' || schema === null) return undefined
  const { properties } = schema as { properties?: Record<string, unknown> }
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined
}

/** Replaced by a later file in all environments. */
function shadowedIn(source: Source, { environments }: Context): ValuesFinding[] {
  const uses = environments.filter((each) => source.environments.includes(each.name))
  return leavesOf(source.layer.values).flatMap((leaf) => {
    const isShadowed = uses.every(({ layers }) => {
      const at = layers.findIndex((layer) => layer.layer.label === source.layer.layer.label)
      return layers.slice(at + 1).some(({ values }) => placeAt(values, leaf.keys) !== undefined)
    })
    return isShadowed && uses.length > 0 ? [finding('shadowed', source, leaf)] : []
  })
}

/** Equal to the default, with nothing between that it would replace. */
function sameIn(source: Source, { environments, defaults }: Context): ValuesFinding[] {
  const own = defaults.find(({ layer }) => layer.scope.length === 0)
  if (own === undefined) return []
  const uses = environments.filter((each) => source.environments.includes(each.name))
  return leavesOf(source.layer.values).flatMap((leaf) => {
    const base = placeAt(own.values, leaf.keys)
    if (base === undefined || JSON.stringify(plainData(leaf.value)) !== JSON.stringify(base.value)) return []
    const isFirst = uses.every(({ layers }) => {
      const at = layers.findIndex((layer) => layer.layer.label === source.layer.layer.label)
      return !layers.slice(0, at).some(({ values }) => placeAt(values, leaf.keys) !== undefined)
    })
    return isFirst ? [finding('same', source, leaf)] : []
  })
}

function undefinedReads({ chart, reads }: Context, layers: readonly ValuesLayer[]): ValuesFinding[] {
  const sources = new TemplateSources(chart)
  const found = reads.reads.flatMap(({ path, place }): ValuesFinding[] => {
    if (path.length === 0 || path.includes('*') || path.includes('?') || place === undefined || path.includes('global'))
      return []
    const isDefined = layers.some(({ layer, values }) => {
      const inside = layer.scope.every((name, index) => path[index] === name)
      return inside && (path.length === layer.scope.length || definesPart(values, path.slice(layer.scope.length)))
    })
    if (isDefined) return []
    const at = sources.range(place.file, { start: place.offset, end: place.offset })
    return [{ kind: 'undefined', key: path.join('.'), source: place.file, at, environments: [] }]
  })
  return found.sort((a, b) => compareBytes(a.key, b.key))
}

/** True where the path is there, or ends in what is no map: then templates see to it themselves. */
function definesPart(values: GoMap, path: readonly string[]): boolean {
  let at: Value = values
  for (const key of path) {
    const plain: Value = untag(at)
    if (!(plain instanceof GoMap)) return true
    if (!plain.entries.has(key)) return plain.entries.size === 0 && plain !== values
    at = plain.entries.get(key)
  }
  return true
}
