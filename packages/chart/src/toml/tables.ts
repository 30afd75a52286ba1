import { type FunctionError, GoMap, GoSlice, types, type Value } from '@slipway/gotemplate'
import { keyText } from './keys.ts'

const TABLES = types.sliceOf(types.ANY_MAP)

/** What sort of value a key has: only lists matter. */
export type TomlKind = 'list' | 'other'

/**
 * The tables of a document and the one that is open, with the bookkeeping of BurntSushi's parser: which keys are there only because others
 * go through them, and which name lists.
 */
export class TomlTables {
  readonly root = new GoMap()
  context: readonly string[] = []
  /** The last part of the key whose value is read. */
  key = ''
  readonly #fault: (message: string) => FunctionError
  readonly #kinds = new Map<string, TomlKind>()
  readonly #implicit = new Set<string>()

  constructor(fault: (message: string) => FunctionError) {
    this.#fault = fault
  }

  /** The present key, as messages name it. */
  current(): string {
    const context = keyText(this.context)
    if (this.key === '') return context
    return context === '' ? this.key : `${context}.${this.key}`
  }

  addImplicit(path: readonly string[]): void {
    this.#implicit.add(keyText(path))
  }

  /** Opens the tables that a key of several parts goes through. */
  openParents(parents: readonly string[]): void {
    for (const part of parents) {
      const path = [...this.context, part]
      this.addImplicit(path)
      this.open(path, false)
    }
  }

  /** Opens a table, or one more of a list of tables. */
  open(path: readonly string[], isList: boolean): void {
    const parents = path.slice(0, -1)
    const last = path.at(-1) ?? ''
    const table = this.#descend(parents)
    this.context = parents
    if (isList) this.#append(table, last, path)
    else this.set(last, new GoMap())
    this.context = [...this.context, last]
  }

  #descend(parents: readonly string[]): GoMap {
    let table = this.root
    for (const [at, part] of parents.entries()) {
      const path = parents.slice(0, at + 1)
      if (!table.entries.has(part)) {
        this.addImplicit(path)
        table.entries.set(part, new GoMap())
      }
      const next = tableOf(table.entries.get(part))
      if (next === undefined) throw this.#fault(`Key '${keyText(path)}' was already created as a hash.`)
      table = next
    }
    return table
  }

  #append(table: GoMap, key: string, path: readonly string[]): void {
    const list = table.entries.get(key) ?? new GoSlice(TABLES)
    if (!isTables(list)) throw this.#fault(`Key '${keyText(path)}' was already created and cannot be used as an array.`)
    const items = [...list.items, new GoMap()]
    table.entries.set(key, new GoSlice(TABLES, items, { capacity: roomFor(items.length, 4) }))
  }

  /** Gives a key of the open table its value. */
  set(key: string, value: Value): void {
    let table = this.root
    for (const [at, part] of this.context.entries()) {
      const next = tableOf(table.entries.get(part))
      if (next === undefined) throw this.#twice(this.context.slice(0, at + 1))
      table = next
    }
    const path = [...this.context, key]
    const name = keyText(path)
    if (!table.entries.has(key)) table.entries.set(key, value)
    else if (!this.#implicit.delete(name)) throw this.#twice(path)
    else if (this.#kinds.get(name) === 'list') table.entries.set(key, value)
  }

  #twice(path: readonly string[]): FunctionError {
    return this.#fault(`Key '${keyText(path)}' has already been defined.`)
  }

  /** Notes what the value of a key is; of the open table when the key is empty, as upstream does. */
  note(key: string, kind: TomlKind): void {
    const path = key === '' ? this.context : [...this.context, key]
    this.#kinds.set(keyText(path.length === 0 ? [''] : path), kind)
  }
}

function isTables(value: Value): value is GoSlice {
  return value instanceof GoSlice && value.type === TABLES
}

/** A table, or the newest of a list of tables. */
function tableOf(value: Value): GoMap | undefined {
  const table = isTables(value) ? value.items.at(-1) : value
  return table instanceof GoMap ? table : undefined
}

/** The room of a list that began with some and doubled when it was full. */
export function roomFor(length: number, first: number): number {
  let room = first
  while (room < length) room *= 2
  return room
}
