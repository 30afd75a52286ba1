import {
  FunctionError,
  formatFloat,
  GoBytes,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoObject,
  GoPointer,
  GoSlice,
  GoStruct,
  kindOf,
  sortedKeys,
  typeName,
  type Value,
  untag,
} from '@slipway/gotemplate'
import { DURATION, formatDuration, formatTime, type Instant, TIME, UTC } from '@slipway/sprig'
import { keyPart, keyText, quotedText } from './keys.ts'

/** A value as TOML, as BurntSushi's encoder writes it: scalars before tables, tables indented. Throws a FunctionError with its text. */
export function encodeToml(given: Value): string {
  const value = indirect(given)
  // Go's encoder panics of a nil before it looks what it is.
  if (value === null || value === undefined) throw new NilFault()
  const encoder = new Encoder()
  encoder.value([], value)
  return encoder.out
}

/** What `toToml`, too, does not swallow: a panic of Go's reflection. */
export class NilFault extends FunctionError {
  constructor() {
    super('reflect: call of reflect.Value.Type on zero Value')
  }
}

/** By the names of the zones that the decoder gives to times that have none. */
const LOCAL_LAYOUTS: Readonly<Record<string, string>> = {
  'datetime-local': '2006-01-02T15:04:05.999999999',
  'date-local': '2006-01-02',
  'time-local': '15:04:05.999999999',
}

type Member = readonly [name: string, value: Value]

/** What a pointer points to; nil pointers stay. */
function indirect(given: Value): Value {
  let value = untag(given)
  while (value instanceof GoPointer && value.target !== undefined) value = untag(value.target)
  return value
}

class Encoder {
  out = ''

  /** A top-level value, or one with a key of its own. */
  value(path: readonly string[], value: Value): void {
    if (value instanceof GoMap && value.isNil) return
    if (value instanceof GoPointer) return
    if (value instanceof GoComplex || value instanceof GoFunc)
      throw fault(`unsupported type for key '${keyText(path)}': ${kindOf(value)}`)
    if (isTable(value)) this.#table(path, value)
    else if (isTables(value)) this.#tables(path, value)
    else if (path.length === 0) this.out += inline(value)
    else this.out += `${indent(path)}${keyPart(path.at(-1) ?? '')} = ${inline(value)}\n`
  }

  #table(path: readonly string[], value: GoMap | GoStruct): void {
    if (path.length === 1) this.#newline()
    if (path.length > 0) this.out += `${indent(path)}[${keyText(path)}]\n`
    this.#members(path, value)
  }

  #tables(path: readonly string[], list: GoSlice): void {
    if (path.length === 0) throw fault('toml: top-level values must be Go maps or structs')
    for (const item of list.items.map(indirect)) {
      if (!isTable(item) || isNil(item)) continue
      this.#newline()
      this.out += `${indent(path)}[[${keyText(path)}]]\n`
      this.#members(path, item)
    }
  }

  #members(path: readonly string[], value: GoMap | GoStruct): void {
    const { direct, below } = membersOf(value)
    for (const [name, member] of [...direct, ...below]) if (!isNil(member)) this.value([...path, name], member)
  }

  #newline(): void {
    if (this.out !== '') this.out += '\n'
  }
}

function indent(path: readonly string[]): string {
  return '  '.repeat(path.length - 1)
}

function isNil(value: Value): boolean {
  if (value === null || value === undefined) return true
  if (value instanceof GoPointer) return value.target === undefined
  return (value instanceof GoMap || value instanceof GoSlice || value instanceof GoBytes) && value.isNil
}

function isTable(value: Value): value is GoMap | GoStruct {
  return value instanceof GoMap || value instanceof GoStruct
}

/** A list with nothing but tables; looks at all items, as a nil among them is an error whatever the others are. */
function isTables(value: Value): value is GoSlice {
  if (!(value instanceof GoSlice) || value.items.length === 0) return false
  return value.items
    .map(indirect)
    .map(tableKind)
    .every((kind) => kind === 'table')
}

/** What an item is to its list, or a member to its table. */
function tableKind(value: Value): 'table' | 'tables' | 'other' {
  if (isNil(value)) throw fault('toml: cannot encode array with nil element')
  return kindOfMember(value)
}

function kindOfMember(value: Value): 'table' | 'tables' | 'other' {
  if (isNil(value)) return 'other'
  if (value instanceof GoComplex || value instanceof GoFunc) throw fault(`unsupported type: ${kindOf(value)}`)
  if (isTable(value)) return 'table'
  return isTables(value) ? 'tables' : 'other'
}

/** The members of a map in the order of their keys, or the exported fields of a struct: those that are no tables, and those that are. */
function membersOf(value: GoMap | GoStruct): { direct: Member[]; below: Member[] } {
  const all: Member[] =
    value instanceof GoMap
      ? sortedKeys(value).map((key) => [key, indirect(value.entries.get(key))])
      : exportedFields(value).map((name) => [name, indirect(value.values.get(name))])
  const direct: Member[] = []
  const below: Member[] = []
  for (const member of all) (kindOfMember(member[1]) === 'other' ? direct : below).push(member)
  return { direct, below }
}

function exportedFields(struct: GoStruct): string[] {
  return struct.type.fields.map(({ name }) => name).filter((name) => /^\p{Lu}/u.test(name))
}

function inline(value: Value): string {
  if (typeof value === 'string') return quotedText(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return floatText(value)
  if (value instanceof GoInt)
    return value.type === DURATION ? `"${formatDuration(value.value)}"` : value.value.toString()
  if (value instanceof GoBytes) return `[${Array.from(value.bytes).join(', ')}]`
  if (value instanceof GoSlice) return `[${value.items.map((item) => inline(indirect(item))).join(', ')}]`
  if (value instanceof GoMap) return inlineMap(value)
  if (value instanceof GoStruct) return inlineStruct(value)
  if (value instanceof GoObject) return objectText(value)
  throw fault(`unexpected type: ${typeName(value)}`)
}

function objectText(value: GoObject): string {
  if (value.type === TIME) return timeText(value.native as Instant)
  if (value.type.stringer !== undefined) return quotedText(value.type.stringer(value))
  throw fault(`unexpected type: ${typeName(value)}`)
}

/** Times that were read without a zone are written without one, in UTC. */
function timeText(instant: Instant): string {
  const layout = LOCAL_LAYOUTS[instant.zone.name]
  if (layout === undefined) return formatTime(instant, '2006-01-02T15:04:05.999999999Z07:00')
  return formatTime({ ...instant, zone: UTC }, layout)
}

/** A nil member is left out, and the comma before it stays. */
function inlineMap(map: GoMap): string {
  const { direct, below } = membersOf(map)
  const text = (members: readonly Member[], isFollowed: boolean): string =>
    members
      .map(([name, value], at) =>
        isNil(value) ? '' : `${keyPart(name)} = ${inline(value)}${isFollowed || at < members.length - 1 ? ', ' : ''}`,
      )
      .join('')
  return `{${text(direct, below.length > 0)}${text(below, false)}}`
}

/** The comma is left out behind the field whose index is that of the last member, wherever it comes. */
function inlineStruct(struct: GoStruct): string {
  const { direct, below } = membersOf(struct)
  const names = struct.type.fields.map(({ name }) => name)
  const last = direct.length + below.length - 1
  const text = [...direct, ...below]
    .filter(([, value]) => !isNil(value))
    .map(([name, value]) => `${keyPart(name)} = ${inline(value)}${names.indexOf(name) === last ? '' : ', '}`)
  return `{${text.join('')}}`
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const text = formatFloat(value, 'g', -1)
  return /[.e]/.test(text) ? text : `${text}.0`
}

function fault(text: string): FunctionError {
  return new FunctionError(text)
}
