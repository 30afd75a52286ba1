import { quote, quoteRune, canBackquote } from '../strconv/quote.ts'
import { formatFloat, type FloatVerb } from '../strconv/float.ts'
import { byteLength, encodeString, pointAt, runeCount, runeToString } from '../text/utf8.ts'
import { isPrint } from '../text/unicode.ts'

/** The state of one printf directive: flags, width, precision. Mirrors Go's fmt.fmt. */
export class Formatter {
  out = ''
  width: number | undefined
  precision: number | undefined
  minus = false
  plus = false
  sharp = false
  space = false
  zero = false
  plusV = false
  sharpV = false

  /** Resets the flags between directives. */
  clear(): void {
    this.width = undefined
    this.precision = undefined
    this.minus = this.plus = this.sharp = this.space = this.zero = this.plusV = this.sharpV = false
  }

  /** Writes text padded to the width. */
  pad(text: string): void {
    if (this.width === undefined || this.width === 0) {
      this.out += text
      return
    }
    const missing = this.width - runeCount(text)
    if (missing <= 0) this.out += text
    else if (this.minus) this.out += text + ' '.repeat(missing)
    else this.out += (this.zero ? '0' : ' ').repeat(missing) + text
  }

  /** Pads with spaces whatever the zero flag says. */
  padBlank(text: string): void {
    const zero = this.zero
    this.zero = false
    this.pad(text)
    this.zero = zero
  }

  /** %s of a string. */
  string(text: string): void {
    this.pad(this.#truncate(text))
  }

  /** %q of a string. */
  quoted(text: string): void {
    const cut = this.#truncate(text)
    if (this.sharp && canBackquote(cut)) this.pad(`\`${cut}\``)
    else this.pad(quote(cut, { ascii: this.plus }))
  }

  /** %x and %X of a string or byte slice. */
  hex(data: string | Uint8Array, upper: boolean): void {
    const all = typeof data === 'string' ? encodeString(data) : data
    const bytes = this.precision === undefined ? all : all.subarray(0, this.precision)
    if (bytes.length === 0) {
      this.pad('')
      return
    }
    const prefix = this.sharp ? (upper ? '0X' : '0x') : ''
    const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    const text = this.space ? digits.join(` ${prefix.toLowerCase()}`) : digits.join('')
    this.pad(prefix + (upper ? text.toUpperCase() : text))
  }

  /** %c of a code point. */
  rune(value: bigint): void {
    this.pad(runeToString(toRune(value)))
  }

  /** %q of an integer. */
  quotedRune(value: bigint): void {
    this.pad(quoteRune(toRune(value), this.plus))
  }

  /** %U of an integer. */
  unicode(value: bigint): void {
    const bits = BigInt.asUintN(64, value)
    const digits = bits.toString(16).toUpperCase()
    let text = `U+${digits.padStart(Math.max(4, this.precision ?? 0), '0')}`
    if (this.sharp && bits <= 0x10ffffn && isPrint(Number(bits))) text += ` '${String.fromCodePoint(Number(bits))}'`
    this.padBlank(text)
  }

  /** %d, %b, %o, %O, %x, %X of an integer. */
  integer(value: bigint, base: number, verb: string): void {
    const negative = value < 0n
    const signWidth = negative || this.plus || this.space ? 1 : 0
    let precision = this.precision ?? 0
    if (this.precision === 0 && value === 0n) {
      this.padBlank('')
      return
    }
    if (this.precision === undefined && this.zero && !this.minus && this.width !== undefined)
      precision = this.width - signWidth
    let digits = (negative ? -value : value).toString(base).padStart(precision, '0')
    if (verb === 'X') digits = digits.toUpperCase()
    digits = this.#basePrefix(digits, base, verb) + digits
    if (verb === 'O') digits = `0o${digits}`
    this.padBlank((negative ? '-' : this.plus ? '+' : this.space ? ' ' : '') + digits)
  }

  #basePrefix(digits: string, base: number, verb: string): string {
    if (!this.sharp) return ''
    if (base === 2) return '0b'
    if (base === 8) return digits.startsWith('0') ? '' : '0'
    return base === 16 ? (verb === 'X' ? '0X' : '0x') : ''
  }

  /** Every float verb; `fallback` is the precision used when the directive has none. */
  float(value: number, verb: FloatVerb, fallback: number): void {
    const precision = this.precision ?? fallback
    let text = formatFloat(value, verb, precision)
    if (text[0] !== '-' && text[0] !== '+') text = `+${text}`
    if (this.space && text[0] === '+' && !this.plus) text = ` ${text.slice(1)}`
    if (text[1] === 'I' || text[1] === 'N') {
      const bare = text[1] === 'N' && !this.space && !this.plus
      this.padBlank(bare ? text.slice(1) : text)
      return
    }
    if (this.sharp && verb !== 'b') text = sharpFloat(text, verb, precision)
    this.#padSigned(text)
  }

  #padSigned(text: string): void {
    if (!this.plus && text[0] === '+') {
      this.pad(text.slice(1))
      return
    }
    if (this.zero && !this.minus && this.width !== undefined && this.width > text.length) {
      this.out += text[0] + '0'.repeat(this.width - text.length) + text.slice(1)
      return
    }
    this.pad(text)
  }

  #truncate(text: string): string {
    if (this.precision === undefined || byteLength(text) <= this.precision) return text
    return [...text].slice(0, this.precision).join('')
  }
}

function toRune(value: bigint): number {
  const bits = BigInt.asUintN(64, value)
  return bits > 0x10ffffn ? 0xfffd : pointAt(runeToString(Number(bits)), 0)
}

/** The `#` flag of floats: always a decimal point, trailing zeros kept for %g. */
function sharpFloat(text: string, verb: FloatVerb, precision: number): string {
  const wanted = verb === 'g' || verb === 'G' || verb === 'x' ? (precision === -1 ? 6 : precision) : 0
  const split = verb === 'x' || verb === 'X' ? /[pP]/ : /[eEpP]/
  const at = text.search(split)
  let head = at < 0 ? text : text.slice(0, at)
  const tail = at < 0 ? '' : text.slice(at)
  const significant = head.slice(1).replace('.', '').replace(/^0+/, '')
  let missing = wanted - significant.length
  if (!head.includes('.')) {
    if (head.length === 2 && head[1] === '0') missing--
    head += '.'
  }
  return head + '0'.repeat(Math.max(missing, 0)) + tail
}
