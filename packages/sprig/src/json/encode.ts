import {
  GoBytes,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoObject,
  GoPointer,
  GoSlice,
  GoStruct,
  type Value,
  formatFloat,
  isNil,
  isTrue,
  sortedKeys,
  typeName,
  untag,
} from '@slipway/gotemplate'
import { toBase64 } from '../bytes.ts'
import { fail } from '../panics.ts'

/** How encoding/json writes. */
export interface JsonOptions {
  /** Writes `<`, `>` and `&` as escapes; true unless said otherwise. */
  readonly escapeHtml?: boolean
  /** One line a member, each indented by this. */
  readonly indent?: string
}

/** Go's json.Marshal, MarshalIndent and Encoder. Throws a FunctionError with Go's text for what JSON cannot hold. */
export function encodeJson(value: Value, options: JsonOptions = {}): string {
  return new Encoder(options).write(value, '\n')
}

class Encoder {
  readonly #escape: RegExp
  readonly #indent: string

  constructor(options: JsonOptions) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped
    this.#escape =
      options.escapeHtml === false
        ? /["\\\u0000-\u001f\u2028\u2029\ud800-\udfff]/
        : /["\\<>&\u0000-\u001f\u2028\u2029\ud800-\udfff]/
    this.#indent = options.indent ?? ''
  }

  write(given: Value, newline: string): string {
    const value = untag(given)
    if (value === undefined || value === null) return 'null'
    switch (typeof value) {
      case 'string':
        return this.#string(value)
      case 'boolean':
        return String(value)
      case 'number':
        return jsonNumber(value)
      default:
        return this.#object(value, newline)
    }
  }

  #object(value: Exclude<Value, undefined | null | string | boolean | number>, newline: string): string {
    if (value instanceof GoInt) return value.value.toString()
    if (value instanceof GoMap) return value.isNil ? 'null' : this.#members(entriesOf(value), newline)
    if (value instanceof GoSlice) return this.#array(value, newline)
    if (value instanceof GoBytes) return value.isNil ? 'null' : `"${toBase64(value.bytes)}"`
    if (value instanceof GoStruct) return this.#members(fieldsOf(value), newline)
    if (value instanceof GoPointer) return isNil(value) ? 'null' : this.write(value.target, newline)
    if (value instanceof GoObject) return this.#native(value)
    if (value instanceof GoComplex || value instanceof GoFunc) return fail(`json: unsupported type: ${typeName(value)}`)
    return 'null'
  }

  /** Types of TypeScript marshal as their text: semver versions by their version, times in RFC 3339. */
  #native(value: GoObject): string {
    const json = value.type.methods.get('MarshalJSON')
    if (json !== undefined) return String(json.call(value, []))
    return value.type.stringer === undefined ? '{}' : this.#string(value.type.stringer(value))
  }

  #members(entries: readonly (readonly [string, Value])[], newline: string): string {
    if (entries.length === 0) return '{}'
    if (this.#indent === '')
      return `{${entries.map(([key, item]) => `${this.#string(key)}:${this.write(item, newline)}`).join(',')}}`
    const inner = newline + this.#indent
    return `{${entries.map(([key, item]) => `${inner}${this.#string(key)}: ${this.write(item, inner)}`).join(',')}${newline}}`
  }

  #array(list: GoSlice, newline: string): string {
    if (list.isNil) return 'null'
    if (list.items.length === 0) return '[]'
    if (this.#indent === '') return `[${list.items.map((item) => this.write(item, newline)).join(',')}]`
    const inner = newline + this.#indent
    return `[${list.items.map((item) => inner + this.write(item, inner)).join(',')}${newline}]`
  }

  #string(text: string): string {
    if (!this.#escape.test(text)) return `"${text}"`
    let out = ''
    for (const char of text) out += this.#escape.test(char) ? escapeChar(char) : char
    return `"${out}"`
  }
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function escapeChar(char: string): string {
  const short = SHORT[char]
  if (short !== undefined) return short
  const code = char.charCodeAt(0)
  if (char.length > 1) return char
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd'
  return `\\u${code.toString(16).padStart(4, '0')}`
}

function entriesOf(map: GoMap): (readonly [string, Value])[] {
  return sortedKeys(map).map((key) => [key, map.entries.get(key)])
}

function fieldsOf(struct: GoStruct): (readonly [string, Value])[] {
  const fields: (readonly [string, Value])[] = []
  for (const field of struct.type.fields) {
    if (!/^\p{Lu}/u.test(field.name)) continue
    const [name = '', option] = (field.json ?? '').split(',')
    const value = struct.values.get(field.name)
    if (option === 'omitempty' && !isTrue(value)) continue
    fields.push([name === '' ? field.name : name, value])
  }
  return fields
}

/** A float as encoding/json writes it: like JavaScript, but for the sign of negative zero. */
export function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) return fail(`json: unsupported value: ${formatFloat(value, 'g', -1)}`)
  const magnitude = Math.abs(value)
  const exponent = magnitude !== 0 && (magnitude < 1e-6 || magnitude >= 1e21)
  return formatFloat(value, exponent ? 'e' : 'f', -1).replace(/e-0(\d)$/, 'e-$1')
}
