import { GoMap, GoSlice, atoi, goInt64, goList, parseInt64, quote, type Value, untag } from '@slipway/gotemplate'
import { decodeJson } from '@slipway/sprig'
import { tableOf } from '../table.ts'
import { jsonEnd } from './json.ts'
import { RuneReader } from './reader.ts'

/** Which of the `--set` family an argument belongs to. */
export type SetKind = 'set' | 'set-string' | 'set-literal' | 'set-json' | 'set-file'

/** How a parsed value gets into the values. */
export interface SetOptions {
  readonly kind: SetKind
  /** Reads the file of `--set-file`. */
  readonly read?: (path: string) => string
  /** Marks a new scalar or container with where it comes from. */
  readonly mark?: (value: Value, keys: readonly string[]) => Value
}

const MAX_INDEX = 65536
const MAX_LEVEL = 30

/** Thrown at the end of the argument: what was set so far counts. */
class End extends Error {}

/** Sets what `name1=value1,name2=value2` says, in place (strvals). Throws an Error with Helm's text. */
export function parseSet(argument: string, target: GoMap, options: SetOptions): void {
  const parser = new SetParser(argument, options)
  try {
    for (;;) parser.key(target, [], 0)
  } catch (error) {
    if (!(error instanceof End)) throw error
  }
}

class SetParser {
  readonly #reader: RuneReader
  readonly #options: SetOptions
  readonly #isLiteral: boolean

  constructor(argument: string, options: SetOptions) {
    this.#reader = new RuneReader(argument)
    this.#options = options
    this.#isLiteral = options.kind === 'set-literal'
  }

  key(data: GoMap, path: readonly string[], level: number): void {
    const { text, last } = this.#reader.until(this.#isLiteral ? '=[.' : '=[,.', this.#isLiteral)
    switch (last) {
      case undefined:
        if (text === '') throw new End()
        throw new Error(`key ${quote(text)} has no value`)
      case '[':
        return this.#list(data, text, { path, level })
      case '=':
        return this.#assign((value) => put(data, text, this.#mark(value, [...path, text])))
      case ',':
        put(data, text, this.#mark('', [...path, text]))
        throw new Error(`key ${quote(text)} has no value (cannot end with ,)`)
      default:
        return this.#nested(data, text, { path, level })
    }
  }

  #mark(value: Value, keys: readonly string[]): Value {
    return this.#options.mark?.(value, keys) ?? value
  }

  #nested(data: GoMap, key: string, at: { path: readonly string[]; level: number }): void {
    if (at.level + 1 > MAX_LEVEL) {
      throw new Error(`value name nested level is greater than maximum supported nested level of ${MAX_LEVEL}`)
    }
    const inner = data.entries.has(key) ? innerMap(data.entries.get(key)) : new GoMap()
    let ended: unknown
    try {
      this.key(inner, [...at.path, key], at.level + 1)
    } catch (error) {
      ended = error
    }
    if (ended === undefined && inner.entries.size === 0) throw new Error(`key map ${quote(key)} has no value`)
    if (inner.entries.size > 0) put(data, key, inner)
    if (ended !== undefined) throw ended
  }

  #list(data: GoMap, key: string, at: { path: readonly string[]; level: number }): void {
    const index = this.#index()
    const existing = data.entries.has(key) ? innerList(data.entries.get(key)) : goList([])
    const list = goList([...existing.items])
    try {
      this.#item(list.items, index, { path: [...at.path, key], level: at.level })
    } finally {
      put(data, key, list)
    }
  }

  #index(): number {
    const { text, last } = this.#reader.until(']', this.#isLiteral)
    if (last === undefined) throw new Error('error parsing index: EOF')
    const parsed = atoi(text)
    if (parsed.fault !== undefined) {
      throw new Error(`error parsing index: strconv.Atoi: parsing ${quote(text)}: ${parsed.fault}`)
    }
    return Number(parsed.value)
  }

  #item(list: Value[], index: number, at: { path: readonly string[]; level: number }): void {
    if (index < 0) throw new Error(`negative ${index} index not allowed`)
    const { text, last } = this.#reader.until('[.=', this.#isLiteral)
    if (text !== '') throw new Error(`unexpected data at end of array index: ${quote(text)}`)
    const path = [...at.path, String(index)]
    if (last === undefined) throw new End()
    if (last === '=') return this.#assign((value) => setIndex(list, index, this.#mark(value, path)))
    const existing = untag(list[index])
    if (last === '[') {
      const next = this.#index()
      const inner = existing === null || existing === undefined ? goList([]) : innerList(existing)
      const copy = goList([...inner.items])
      this.#item(copy.items, next, { path, level: at.level })
      return setIndex(list, index, copy)
    }
    const inner = tableOf(existing) ?? new GoMap()
    this.key(inner, path, at.level)
    setIndex(list, index, inner)
  }

  #assign(set: (value: Value) => void): void {
    if (this.#isLiteral) {
      set(this.#reader.until('', true).text)
      return
    }
    if (this.#options.kind === 'set-json') return this.#json(set)
    if (this.#reader.isAtEnd) {
      set('')
      throw new End()
    }
    if (this.#reader.peek() === '{') return set(this.#braces())
    set(this.#typed(this.#reader.until(',', false).text))
  }

  #braces(): Value {
    this.#reader.next()
    const items: Value[] = []
    for (;;) {
      const { text, last } = this.#reader.until(',}', false)
      if (last === undefined) throw new Error("list must terminate with '}'")
      items.push(this.#typed(text))
      if (last === ',') continue
      if (this.#reader.peek() === ',') this.#reader.next()
      return goList(items)
    }
  }

  #json(set: (value: Value) => void): void {
    if (this.#isEmptyValue()) return set(null)
    const rest = this.#reader.rest()
    const end = jsonEnd(rest)
    set(decodeJson(rest.slice(0, end)))
    this.#reader.at += Array.from(rest.slice(0, end)).length
    this.#isEmptyValue()
  }

  /** Skips blanks and a comma; true when no value stood before it. */
  #isEmptyValue(): boolean {
    for (;;) {
      const rune = this.#reader.peek()
      if (rune === undefined) return true
      if (rune !== ',' && !/\s/.test(rune)) return false
      this.#reader.next()
      if (rune === ',') return true
    }
  }

  #typed(text: string): Value {
    const { kind, read } = this.#options
    if (kind === 'set-file') {
      if (read === undefined) throw new Error(`open ${text}: no such file or directory`)
      return read(text)
    }
    return kind === 'set-string' ? text : typedValue(text)
  }
}

function put(data: GoMap, key: string, value: Value): void {
  if (key !== '') data.entries.set(key, value)
}

function setIndex(list: Value[], index: number, value: Value): void {
  if (index > MAX_INDEX) {
    throw new Error(`index of ${index} is greater than maximum supported index of ${MAX_INDEX}`)
  }
  while (list.length <= index) list.push(null)
  list[index] = value
}

function innerMap(value: Value): GoMap {
  return tableOf(value) ?? panic(value, 'map[string]interface {}')
}

function innerList(value: Value): GoSlice {
  const plain = untag(value)
  return plain instanceof GoSlice ? plain : panic(plain, '[]interface {}')
}

/** Go's parser panics where a name goes through something else, and recovers into this. */
function panic(value: Value, wanted: string): never {
  const plain = untag(value)
  const actual =
    plain === null || plain === undefined
      ? 'nil'
      : plain instanceof GoMap
        ? 'map[string]interface {}'
        : plain instanceof GoSlice
          ? '[]interface {}'
          : typeof plain === 'string'
            ? 'string'
            : typeof plain === 'boolean'
              ? 'bool'
              : typeof plain === 'number'
                ? 'float64'
                : 'int64'
  throw new Error(`unable to parse key: interface conversion: interface {} is ${actual}, not ${wanted}`)
}

/** What the text of `--set` stands for: booleans, null, decimal integers, all else text. */
export function typedValue(text: string): Value {
  const lower = text.toLowerCase()
  if (lower === 'true' || lower === 'false') return lower === 'true'
  if (lower === 'null') return null
  if (text === '0') return goInt64(0)
  if (text === '' || text.startsWith('0')) return text
  const parsed = parseInt64(text, 10)
  return parsed.fault === undefined ? goInt64(parsed.value) : text
}
