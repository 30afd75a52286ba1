import { GoMap, type Value, goList, quote, utf8 } from '@slipway/gotemplate'
import { fail } from '../panics.ts'

/** Go's json.Unmarshal into an `interface {}`. Throws a FunctionError with Go's text. */
export function decodeJson(text: string): Value {
  const { value, fault } = decodePartly(text)
  return fault === undefined ? value : fail(fault)
}

/** The same for callers that ignore the error: numbers that no float64 holds are nil then. Throws for bad syntax. */
export function decodePartly(text: string): { readonly value: Value; readonly fault: string | undefined } {
  const decoder = new Decoder(utf8.encodeString(text))
  decoder.check()
  return { value: decoder.value(), fault: decoder.fault }
}

const MAX_DEPTH = 10_000
const INSIDE = /^(?:in (?:literal|numeric|exponent|string escape|\\u)|after decimal)/
const LITERALS: Readonly<Record<string, { readonly text: string; readonly value: Value }>> = {
  t: { text: 'true', value: true },
  f: { text: 'false', value: false },
  n: { text: 'null', value: null },
}

/** Reads the text twice: `check` finds the first syntax error of the whole, as Go does before it decodes. */
class Decoder {
  /** The first number that is too large. */
  fault: string | undefined
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  check(): void {
    this.#read(0)
    this.#space()
    if (this.#at < this.#bytes.length) this.#invalid('after top-level value')
    this.#at = 0
  }

  value(): Value {
    return this.#read(0, true)
  }

  #char(): string {
    const byte = this.#bytes[this.#at]
    return byte === undefined ? '' : String.fromCharCode(byte)
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#char()) && this.#char() !== '') this.#at++
  }

  #invalid(context: string): never {
    const char = this.#char()
    // At the end Go's scanner takes one more blank, which literals, numbers and escapes refuse.
    if (char === '' && INSIDE.test(context)) return fail(`invalid character ' ' ${context}`)
    if (char === '') return fail('unexpected end of JSON input')
    const shown = char === "'" ? "'\\''" : char === '"' ? `'"'` : `'${quote(char).slice(1, -1)}'`
    return fail(`invalid character ${shown} ${context}`)
  }

  #read(depth: number, convert = false): Value {
    this.#space()
    const char = this.#char()
    if (char === '{' || char === '[') {
      if (depth >= MAX_DEPTH) this.#invalid('exceeded max depth')
      this.#at++
      return char === '{' ? this.#object(depth, convert) : this.#array(depth, convert)
    }
    if (char === '"') return this.#string()
    if (char === '-' || (char >= '0' && char <= '9')) return this.#number(convert)
    const literal = LITERALS[char]
    if (literal === undefined) return this.#invalid('looking for beginning of value')
    return this.#literal(literal)
  }

  #literal(literal: { text: string; value: Value }): Value {
    for (let i = 0; i < literal.text.length; i++) {
      const expected = literal.text[i]
      if (this.#char() !== expected) this.#invalid(`in literal ${literal.text} (expecting '${expected}')`)
      this.#at++
    }
    return literal.value
  }

  #object(depth: number, convert: boolean): Value {
    const map = new GoMap()
    this.#space()
    if (this.#char() === '}') {
      this.#at++
      return map
    }
    for (;;) {
      this.#space()
      if (this.#char() !== '"') this.#invalid('looking for beginning of object key string')
      const key = this.#string()
      this.#space()
      if (this.#char() !== ':') this.#invalid('after object key')
      this.#at++
      map.entries.set(key, this.#read(depth + 1, convert))
      this.#space()
      const end = this.#char()
      if (end !== ',' && end !== '}') this.#invalid('after object key:value pair')
      this.#at++
      if (end === '}') return map
    }
  }

  #array(depth: number, convert: boolean): Value {
    const items: Value[] = []
    this.#space()
    if (this.#char() === ']') {
      this.#at++
      return goList(items)
    }
    for (;;) {
      items.push(this.#read(depth + 1, convert))
      this.#space()
      const end = this.#char()
      if (end !== ',' && end !== ']') this.#invalid('after array element')
      this.#at++
      if (end === ']') return goList(items)
    }
  }

  #digits(context: string): void {
    if (!/[0-9]/.test(this.#char())) this.#invalid(context)
    while (/[0-9]/.test(this.#char())) this.#at++
  }

  #number(convert: boolean): Value {
    const start = this.#at
    if (this.#char() === '-') this.#at++
    if (this.#char() === '0') this.#at++
    else this.#digits('in numeric literal')
    if (this.#char() === '.') {
      this.#at++
      this.#digits('after decimal point in numeric literal')
    }
    if (/[eE]/.test(this.#char())) {
      this.#at++
      if (/[-+]/.test(this.#char())) this.#at++
      this.#digits('in exponent of numeric literal')
    }
    const text = String.fromCharCode(...this.#bytes.subarray(start, this.#at))
    const number = Number(text)
    if (!convert || Number.isFinite(number)) return number
    this.fault ??= `json: cannot unmarshal number ${text} into Go value of type float64`
    return null
  }

  #string(): string {
    const out: number[] = []
    this.#at++
    for (;;) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined || byte < 0x20) return this.#invalid('in string literal')
      this.#at++
      if (byte === 0x22) return utf8.decodeBytes(Uint8Array.from(out)).replace(/[\udc80-\udcff]/g, replaceInvalid)
      if (byte === 0x5c) this.#escape(out)
      else out.push(byte)
    }
  }

  #escape(out: number[]): void {
    const char = this.#char()
    if (char === 'u') {
      this.#at++
      this.#unicode(out)
      return
    }
    const simple = ESCAPES[char]
    if (simple === undefined) return this.#invalid('in string escape code')
    this.#at++
    out.push(simple)
  }

  #unicode(out: number[]): void {
    const first = this.#hex4()
    const isHigh = first >= 0xd800 && first <= 0xdbff
    if (isHigh && this.#bytes[this.#at] === 0x5c && this.#bytes[this.#at + 1] === 0x75) {
      const back = this.#at
      this.#at += 2
      const second = this.#hex4()
      if (second >= 0xdc00 && second <= 0xdfff) {
        out.push(...utf8.encodeString(String.fromCodePoint(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))))
        return
      }
      this.#at = back
    }
    out.push(...utf8.encodeString(utf8.runeToString(first)))
  }

  #hex4(): number {
    let value = 0
    for (let i = 0; i < 4; i++) {
      const char = this.#char()
      if (!/[0-9a-fA-F]/.test(char)) this.#invalid('in \\u hexadecimal character escape')
      value = value * 16 + Number.parseInt(char, 16)
      this.#at++
    }
    return value
  }
}

const ESCAPES: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, '\\': 0x5c, '/': 0x2f, '"': 0x22 }

/** A lone low surrogate here is an invalid byte, which Go replaces; one that ends a pair stays. */
function replaceInvalid(unit: string, at: number, text: string): string {
  const before = text.charCodeAt(at - 1)
  return before >= 0xd800 && before <= 0xdbff ? unit : '\ufffd'
}
