import { type FunctionError, GoMap, GoSlice, quote, utf8, type Value } from '@slipway/gotemplate'
import { END, quoted, TomlReader, tomlFault } from './reader.ts'
import { readScalar, type Zones } from './scalar.ts'
import { readLongString, readString } from './strings.ts'
import { roomFor, type TomlKind, TomlTables } from './tables.ts'

/** TOML as a map, as BurntSushi's parser reads it. Throws a FunctionError that names the line. */
export function decodeToml(given: string, zones: Zones): GoMap {
  const text = given.replace(/^(?:\udcff\udcfe|\udcfe\udcff|\ufeff)/, '')
  // The first six bytes tell UTF-16 from UTF-8.
  if (utf8.encodeString(text.slice(0, 6)).subarray(0, 6).includes(0)) {
    const message = 'files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8'
    throw tomlFault(message, { line: 1, lastKey: '' })
  }
  return new Decoder(text, zones).document()
}

interface Read {
  readonly value: Value
  readonly kind: TomlKind
}

class Decoder {
  readonly #reader: TomlReader
  readonly #tables: TomlTables
  readonly #zones: Zones
  /** Where the newest key began: faults of the tables are told there. */
  #keyLine = 1

  constructor(text: string, zones: Zones) {
    this.#zones = zones
    this.#reader = new TomlReader(text, () => this.#tables.current())
    this.#tables = new TomlTables((message) => this.#reader.fault(message, this.#keyLine))
  }

  document(): GoMap {
    const reader = this.#reader
    for (reader.skipBlank(); reader.peek() !== END; reader.skipBlank()) {
      if (reader.accept('[')) this.#header()
      else this.#pair()
      this.#endLine()
    }
    return this.#tables.root
  }

  #endLine(): void {
    const reader = this.#reader
    reader.skipSpace()
    const char = reader.peek()
    if (char === '#' || char === END) return
    reader.next()
    if (char === '\n' || char === '\r') return
    throw reader.fault(
      `expected a top-level item to end with a newline, comment, or EOF, but got ${quoted(char)} instead`,
    )
  }

  #header(): void {
    const reader = this.#reader
    const isList = reader.accept('[')
    const path = this.#name([])
    if (isList) {
      const char = reader.next()
      if (char !== ']')
        throw reader.unexpected(`expected end of table array name delimiter ']', but got ${quoted(char)} instead`, char)
    }
    this.#tables.open(path, isList)
    this.#tables.note('', 'other')
  }

  #name(before: readonly string[]): string[] {
    const reader = this.#reader
    reader.skipSpace()
    const start = reader.peek()
    if (start === ']' || start === END) throw reader.fault('unexpected end of table name (table names cannot be empty)')
    if (start === '.') throw reader.fault('unexpected table separator (table names cannot be empty)')
    const path = [...before, this.#part(before.length === 0)]
    reader.skipSpace()
    const char = reader.next()
    if (char === '.') return this.#name(path)
    if (char === ']') return path
    throw reader.unexpected(`expected '.' or ']' to end table name, but got ${quoted(char)} instead`, char)
  }

  /** One part of a key or of the name of a table. */
  #part(isFirst: boolean): string {
    const reader = this.#reader
    reader.start = reader.at
    const char = reader.peek()
    if (char === '"' || char === "'") {
      reader.next()
      if (isFirst) this.#keyLine = reader.lineAt()
      return readString(reader, char)
    }
    while (/^[A-Za-z0-9_-]$/.test(reader.peek())) reader.next()
    if (isFirst) this.#keyLine = reader.lineAt()
    return reader.current()
  }

  #key(): string[] {
    const reader = this.#reader
    reader.skipSpace()
    const char = reader.peek()
    if (char === '=' || char === END) throw reader.fault("unexpected '=': key name appears blank")
    if (char === '.') throw reader.fault("unexpected '.': keys cannot start with a '.'")
    return this.#keyParts([])
  }

  #keyParts(before: readonly string[]): string[] {
    const reader = this.#reader
    reader.skipSpace()
    const start = reader.peek()
    if (start === '=' || start === END) throw reader.fault("unexpected '='")
    if (start === '.') throw reader.fault("unexpected '.'")
    const path = [...before, this.#part(before.length === 0)]
    reader.skipSpace()
    const char = reader.next()
    if (char === '.') return this.#keyParts(path)
    if (char === '=') return path
    throw this.#badKeyEnd(char)
  }

  #badKeyEnd(char: string): FunctionError {
    if (char === END) return this.#reader.unexpected("unexpected EOF; expected key separator '='", char)
    const message = `expected '.' or '=', but got ${quoted(char)} instead`
    return char === '\n' ? this.#reader.above(message) : this.#reader.fault(message)
  }

  #pair(): void {
    const tables = this.#tables
    const outer = tables.context
    const path = this.#key()
    tables.key = path.at(-1) ?? ''
    tables.openParents(path.slice(0, -1))
    this.#give()
    tables.context = outer
    tables.key = ''
  }

  /** Reads the value of the present key. */
  #give(): Value {
    const tables = this.#tables
    const { value, kind } = this.#value(false)
    tables.set(tables.key, value)
    tables.note(tables.key, kind)
    return value
  }

  #value(isInList: boolean): Read {
    const reader = this.#reader
    reader.skipSpace()
    const char = reader.peek()
    if (char === '[') return { value: this.#list(), kind: 'list' }
    if (char === '{') return { value: this.#inlineTable(isInList), kind: 'other' }
    if (char === '"' || char === "'") return { value: this.#string(char), kind: 'other' }
    return { value: readScalar(reader, this.#zones), kind: 'other' }
  }

  #string(mark: '"' | "'"): string {
    const reader = this.#reader
    reader.next()
    const first = reader.at
    if (reader.accept(mark) && reader.accept(mark)) return readLongString(reader, mark)
    reader.at = first
    return readString(reader, mark)
  }

  #list(): GoSlice {
    const reader = this.#reader
    reader.next()
    this.#tables.note(this.#tables.key, 'list')
    const items: Value[] = []
    for (reader.skipBlank(); !reader.accept(']'); reader.skipBlank()) {
      if (reader.accept(',')) throw reader.fault('unexpected comma')
      items.push(this.#value(true).value)
      reader.skipBlank()
      const char = reader.next()
      if (char === ']') break
      if (char !== ',')
        throw reader.unexpected(`expected a comma (',') or array terminator (']'), but got ${bare(char)}`, char)
    }
    return new GoSlice(undefined, items, { capacity: roomFor(items.length, 2) })
  }

  #inlineTable(isInList: boolean): GoMap {
    const tables = this.#tables
    const outer = { context: tables.context, key: tables.key }
    const path = [...outer.context, outer.key]
    this.#reader.next()
    tables.context = path
    tables.key = ''
    tables.addImplicit(path)
    tables.open(path, isInList)
    const table = this.#members()
    tables.context = outer.context
    tables.key = outer.key
    return table
  }

  #members(): GoMap {
    const reader = this.#reader
    const table = new GoMap()
    for (reader.skipBlank(); !reader.accept('}'); reader.skipBlank()) {
      if (reader.accept(',')) throw reader.fault('unexpected comma')
      this.#member(table)
      if (this.#isLast()) break
    }
    return table
  }

  #member(into: GoMap): void {
    const tables = this.#tables
    const outer = tables.context
    const path = this.#key()
    tables.key = path.at(-1) ?? ''
    const parents = path.slice(0, -1)
    tables.openParents(parents)
    const value = this.#give()
    let table = into
    for (const part of parents) {
      const next = table.entries.get(part) ?? new GoMap()
      if (!(next instanceof GoMap)) throw this.#reader.fault(`${quote(tables.current())} is not a table`, this.#keyLine)
      table.entries.set(part, next)
      table = next
    }
    table.entries.set(tables.key, value)
    tables.context = outer
  }

  /** Whether the table ends here; a comma before its end is none. */
  #isLast(): boolean {
    const reader = this.#reader
    for (;;) {
      reader.skipBlank()
      const char = reader.next()
      if (char === '}') return true
      if (char !== ',') {
        const message = `expected a comma or an inline table terminator '}', but got ${bare(char)} instead`
        throw reader.unexpected(message, char)
      }
      reader.skipSpace()
      if (reader.peek() !== '}') return false
    }
  }
}

function bare(char: string): string {
  return char === END ? 'end of file' : `'${char}'`
}
