import { compareBytes } from '@slipway/diag'
import { analyzeScalar } from './analyze.ts'
import { binaryText } from './binary.ts'
import type { Dialect } from './dialect.ts'
import { YamlError } from './errors.ts'
import { parseFirst } from './load.ts'
import type { ScalarStyle } from './node.ts'
import { fitsInteger, formatFloat } from './number.ts'
import { isOldBoolean, resolveScalar } from './resolve.ts'
import { type PlannedScalar, SIMPLE_KEY_LENGTH, byteLength, possibleStyle, writeScalar } from './scalar.ts'
import { compareKeys } from './sort.ts'
import { toValue } from './value.ts'
import { Writer } from './writer.ts'

/** How a value is written. */
export interface DumpOptions {
  readonly dialect: Dialect
  /** Lists inside maps stand two columns to the right of their key, as go-yaml v3 has it by itself (Helm's toYamlPretty); `kyaml` only. */
  readonly indentLists?: boolean
}

/**
 * Writes plain data as Go does: in dialect `sigs` byte for byte what `sigs.k8s.io/yaml`'s `Marshal` gives (Helm's toYaml ends with one line break more
 * or less, which is its own business), in `kyaml` what go-yaml v3 gives with an indentation of two and compact sequences.
 *
 * Keys are sorted, but for those of a `Map`. Integral numbers are integers whatever their size, as JSON gives them; `undefined` members are left out.
 * {@link plainText} stands for a scalar whose text is known; it may be a key of a `Map`.
 *
 * @example
 * dump({ b: 1, a: 'yes' }, { dialect: 'sigs' }) // a: "yes"\nb: 1\n
 */
export function dump(value: unknown, options: DumpOptions): string {
  const data = options.dialect === 'sigs' && needsRoundTrip(value) ? readBack(toJson(value), options) : value
  const writer = new Writer(options.dialect)
  new ValueEmitter(writer, options).document(data)
  return writer.out
}

/** A number or time in the words that it is to have. */
export class PlainText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A scalar that {@link dump} writes as it is, without quotes; `kyaml` only. */
export function plainText(text: string): PlainText {
  return new PlainText(text)
}

const INDENT = 2
const BINARY_TAG = '!!binary'

interface Context {
  readonly inMap: boolean
}

class ValueEmitter {
  readonly #writer: Writer
  readonly #dialect: Dialect
  readonly #indentLists: boolean

  constructor(writer: Writer, options: DumpOptions) {
    this.#writer = writer
    this.#dialect = options.dialect
    this.#indentLists = options.dialect === 'kyaml' && options.indentLists === true
  }

  document(value: unknown): void {
    this.#node(value, { inMap: false })
    this.#writer.startLine()
  }

  #node(value: unknown, context: Context): void {
    if (Array.isArray(value)) this.#seq(value, context)
    else if (value instanceof Map) this.#entries([...value.keys()], (key) => value.get(key))
    else if (typeof value === 'object' && value !== null && !(value instanceof PlainText))
      this.#map(value as Record<string, unknown>)
    else this.#scalar(scalarOf(value, this.#dialect), { simpleKey: false })
  }

  #seq(items: readonly unknown[], context: Context): void {
    const writer = this.#writer
    if (items.length === 0) return this.#empty('[', ']')
    const outer = writer.indent
    const indentless = context.inMap && !writer.indention && !this.#indentLists
    if (outer < 0) writer.indent = 0
    else if (!indentless) writer.indent += INDENT
    for (const item of items) {
      writer.startLine()
      writer.indicator('-', { spaced: true, indents: true })
      this.#node(item ?? null, { inMap: false })
    }
    writer.indent = outer
  }

  #map(map: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(map).filter((key) => map[key] !== undefined)
    const compare = (a: string, b: string): number => compareKeys(wellFormed(a), wellFormed(b), this.#dialect)
    // Most maps are written in order already.
    if (keys.some((key, at) => at > 0 && compare(keys[at - 1] ?? '', key) > 0)) keys.sort(compare)
    this.#entries(keys, (key) => map[key])
  }

  #entries<K>(keys: readonly K[], valueOf: (key: K) => unknown): void {
    const writer = this.#writer
    if (keys.length === 0) return this.#empty('{', '}')
    const outer = writer.indent
    writer.indent = outer < 0 ? 0 : outer + INDENT
    for (const key of keys) {
      writer.startLine()
      this.#key(scalarOf(key, this.#dialect))
      this.#node(valueOf(key), { inMap: true })
    }
    writer.indent = outer
  }

  #key(key: PlannedScalar): void {
    const writer = this.#writer
    const length = byteLength(key.text) + (key.tag?.length ?? 0)
    if (!key.facts.multiline && length <= SIMPLE_KEY_LENGTH) {
      this.#scalar(key, { simpleKey: true })
      writer.indicator(':')
      return
    }
    writer.indicator('?', { spaced: true, indents: true })
    this.#scalar(key, { simpleKey: false })
    writer.startLine()
    writer.indicator(':', { spaced: true, indents: true })
  }

  #empty(open: string, close: string): void {
    this.#writer.indicator(open, { spaced: true, opens: true })
    this.#writer.indicator(close)
  }

  #scalar(scalar: PlannedScalar, at: { readonly simpleKey: boolean }): void {
    const writer = this.#writer
    const outer = writer.indent
    writer.indent = outer < 0 ? INDENT : outer + INDENT
    if (scalar.tag !== undefined) writer.indicator(scalar.tag, { spaced: true })
    writeScalar(writer, scalar.text, { style: possibleStyle(scalar, at), folds: !at.simpleKey })
    writer.indent = outer
  }
}

/** Go compares characters, and takes each byte that is none for U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

function scalarOf(value: unknown, dialect: Dialect): PlannedScalar {
  const binary = dialect === 'kyaml' && typeof value === 'string' ? binaryText(value) : undefined
  if (binary !== undefined) {
    const style = binary.includes('\n') ? 'literal' : 'plain'
    return { text: binary, facts: analyzeScalar(binary, dialect), style, tag: BINARY_TAG }
  }
  const text = typeof value === 'string' ? value : literalText(value)
  return {
    text,
    facts: analyzeScalar(text, dialect),
    style: typeof value === 'string' ? stringStyle(value, dialect) : 'plain',
  }
}

function literalText(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value)
    case 'number':
      return numberText(value)
    case 'bigint':
      return fitsInteger(value) ? String(value) : formatFloat(Number(value))
    default:
      if (value === null || value === undefined) return 'null'
      if (value instanceof PlainText) return value.text
      throw new YamlError('YAML_DUMP', `cannot write a ${typeof value}`, { fault: 'system' })
  }
}

// json.Marshal prints an integral float below 1e21 as digits, which go-yaml then reads as an integer where it fits.
function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new YamlError('YAML_DUMP', `json: unsupported value: ${formatFloat(value)}`)
  if (!Number.isInteger(value) || Math.abs(value) >= 1e21) return formatFloat(value)
  const integer = BigInt(String(value === 0 ? 0 : value))
  return fitsInteger(integer) ? String(integer) : formatFloat(value)
}

function stringStyle(text: string, dialect: Dialect): ScalarStyle {
  if (text.includes('\n')) return 'literal'
  return isPlainString(text, dialect) ? 'plain' : 'double'
}

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const NEVER_TYPED = /^[^-+0-9.yYnNtTfFoO~]/

/** Whether an unquoted text reads as a string again, in YAML 1.1 too. */
export function isPlainString(text: string, dialect: Dialect): boolean {
  if (NEVER_TYPED.test(text)) return true
  if (resolveScalar(text, { dialect, tag: '' }).tag !== '!!str') return false
  return !BASE_60.test(text) && !(dialect === 'kyaml' && isOldBoolean(text))
}

// Marshal goes through JSON text that go-yaml reads again; these are the characters that do not survive that unchanged.
const CHANGED_BY_READING = /[\x7f-\x9f\ufffe\uffff]|\p{Surrogate}/u
const KEY_LIMIT = 1000

function readBack(json: string, options: DumpOptions): unknown {
  const node = parseFirst(json, options)
  return node === undefined ? null : toValue(node, options)
}

function needsRoundTrip(value: unknown): boolean {
  if (typeof value === 'string') return CHANGED_BY_READING.test(value)
  if (Array.isArray(value)) return value.some(needsRoundTrip)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([key, each]) => key.length > KEY_LIMIT || needsRoundTrip(key) || needsRoundTrip(each),
  )
}

// As json.Marshal writes it: keys in the order of their bytes, no lone surrogates, LS and PS escaped.
function toJson(value: unknown): string {
  if (typeof value === 'string') return jsonString(value)
  if (Array.isArray(value)) return `[${value.map((item) => toJson(item ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return literalText(value)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  entries.sort((a, b) => compareBytes(a[0], b[0]))
  return `{${entries.map(([key, each]) => `${jsonString(key)}:${toJson(each)}`).join(',')}}`
}

function jsonString(text: string): string {
  return JSON.stringify(wellFormed(text)).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
