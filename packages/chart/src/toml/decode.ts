import { type FunctionError, goInt64, goList, GoMap, GoSlice, type Value } from '@slipway/gotemplate'
import { TomlReader } from './reader.ts'
import { scalarOf } from './scalar.ts'

/** TOML as a map; dates are their text. Throws a FunctionError that names the line. */
export function decodeToml(text: string): GoMap {
  return new Decoder(text).document()
}

class Decoder {
  readonly #reader: TomlReader
  readonly #root = new GoMap()
  #table = this.#root
  /** Tables that a header or a value closed. */
  readonly #defined = new Set<GoMap>()

  constructor(text: string) {
    this.#reader = new TomlReader(text)
  }

  document(): GoMap {
    const reader = this.#reader
    for (reader.skipBlank(); !reader.isAtEnd; reader.skipBlank()) {
      if (reader.peek() === '[') this.#header()
      else this.#pair(this.#table)
      reader.endLine()
    }
    return this.#root
  }

  #header(): void {
    const isList = this.#reader.take('[[')
    if (!isList) this.#reader.expect('[')
    const path = this.#path()
    this.#reader.expect(isList ? ']]' : ']')
    const parent = this.#descend(this.#root, path.slice(0, -1))
    const key = path.at(-1) ?? ''
    this.#table = isList ? this.#appendTable(parent, key) : this.#openTable(parent, key, path)
  }

  #openTable(parent: GoMap, key: string, path: readonly string[]): GoMap {
    const existing = parent.entries.get(key)
    if (existing !== undefined && !(existing instanceof GoMap)) throw this.#twice(path)
    const table = existing ?? new GoMap()
    if (this.#defined.has(table)) throw this.#twice(path)
    this.#defined.add(table)
    parent.entries.set(key, table)
    return table
  }

  #twice(path: readonly string[]): FunctionError {
    return this.#reader.fault(`Key '${path.join('.')}' has already been defined.`)
  }

  #appendTable(parent: GoMap, key: string): GoMap {
    const existing = parent.entries.get(key)
    if (existing !== undefined && !(existing instanceof GoSlice)) throw this.#twice([key])
    const list = existing ?? goList([])
    const table = new GoMap()
    list.items.push(table)
    parent.entries.set(key, list)
    return table
  }

  #descend(from: GoMap, path: readonly string[]): GoMap {
    let at = from
    for (const key of path) {
      const next: Value = at.entries.get(key) ?? new GoMap()
      at.entries.set(key, next)
      const inner = next instanceof GoSlice ? next.items.at(-1) : next
      if (!(inner instanceof GoMap)) throw this.#twice(path)
      at = inner
    }
    return at
  }

  #path(): string[] {
    const path = [this.#key()]
    while (this.#reader.take('.')) path.push(this.#key())
    return path
  }

  #key(): string {
    this.#reader.skipSpace()
    const quote = this.#reader.peek()
    const key = quote === '"' || quote === "'" ? this.#reader.string() : this.#reader.match(/[A-Za-z0-9_-]+/y)
    if (key === undefined) throw this.#reader.fault(`expected a key, but got ${this.#reader.shown()}`)
    this.#reader.skipSpace()
    return key
  }

  #pair(table: GoMap): void {
    const path = this.#path()
    this.#reader.expect('=')
    const parent = this.#descend(table, path.slice(0, -1))
    const key = path.at(-1) ?? ''
    if (parent.entries.has(key)) throw this.#twice(path)
    parent.entries.set(key, this.#value())
  }

  #value(): Value {
    const reader = this.#reader
    reader.skipSpace()
    const char = reader.peek()
    if (char === '"' || char === "'") return reader.string()
    if (char === '[') return this.#list()
    if (char === '{') return this.#inlineTable()
    const word = reader.match(/[^\s,\]}#]+(?: \d\d:\d\d[^\s,\]}#]*)?/y)
    const scalar = word === undefined ? undefined : scalarOf(word)
    if (scalar === undefined) throw reader.fault(`expected value but found ${reader.shown(word)}`)
    return typeof scalar === 'bigint' ? goInt64(scalar) : scalar
  }

  #list(): GoSlice {
    const reader = this.#reader
    const items: Value[] = []
    reader.expect('[')
    for (reader.skipBlank(); !reader.take(']'); reader.skipBlank()) {
      items.push(this.#value())
      reader.skipBlank()
      if (reader.peek() !== ']') reader.expect(',')
    }
    return goList(items)
  }

  #inlineTable(): GoMap {
    const reader = this.#reader
    const table = new GoMap()
    reader.expect('{')
    for (reader.skipBlank(); !reader.take('}'); reader.skipBlank()) {
      this.#pair(table)
      reader.skipBlank()
      if (reader.peek() !== '}') reader.expect(',')
    }
    this.#defined.add(table)
    return table
  }
}
