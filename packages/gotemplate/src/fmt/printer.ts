import type { FloatVerb } from '../strconv/float.ts'
import { decodeBytes } from '../text/utf8.ts'
import { isNil, isUnsigned, typeOf } from '../values/reflect.ts'
import type { GoType } from '../values/types.ts'
import { GoBytes, GoComplex, GoInt, type Value } from '../values/value.ts'
import { Formatter } from './flags.ts'
import { printComposite } from './composite.ts'

/** Prints Go values by printf verbs: Go's fmt.pp. */
export class Printer {
  readonly fmt = new Formatter()
  /** While a bad verb is reported: methods are off. */
  erroring = false

  /** Prints one argument; nil is allowed. */
  print(value: Value, verb: string): void {
    const type = typeOf(value)
    if (type === undefined) {
      if (verb === 'T' || verb === 'v') this.fmt.pad('<nil>')
      else this.badVerb(verb, value)
      return
    }
    if (verb === 'T') {
      this.fmt.string(type.name)
      return
    }
    if (verb === 'p') {
      this.pointer(value, verb)
      return
    }
    if (value instanceof GoBytes) this.bytes(value, verb, '[]byte')
    else this.value(value, verb, 0)
  }

  /** Prints a value that is not nil; `depth` counts the containers around it. */
  value(value: Value, verb: string, depth: number): void {
    const type = typeOf(value)
    if (type === undefined) {
      if (verb === 'v') this.fmt.out += this.fmt.sharpV ? 'interface {}(nil)' : '<nil>'
      else this.fmt.out += '<nil>'
      return
    }
    if (this.#byMethod(value, type, verb)) return
    if (typeof value === 'string') this.string(value, verb, value)
    else if (typeof value === 'boolean') this.bool(value, verb)
    else if (typeof value === 'number') this.float(value, verb, value)
    else if (value instanceof GoInt) this.integer(value, verb)
    else if (value instanceof GoComplex) this.complex(value, verb)
    else printComposite(this, { value, type, verb, depth })
  }

  /** `%!verb(type=value)`. */
  badVerb(verb: string, value: Value): void {
    this.erroring = true
    this.fmt.out += `%!${verb}(`
    const type = typeOf(value)
    if (type === undefined) this.fmt.out += '<nil>'
    else {
      this.fmt.out += `${type.name}=`
      this.print(value, 'v')
    }
    this.fmt.out += ')'
    this.erroring = false
  }

  #byMethod(value: Value, type: GoType, verb: string): boolean {
    if (this.erroring) return false
    if (verb === 'w') {
      this.badVerb(verb, value)
      return true
    }
    if (this.fmt.sharpV) {
      if (type.goString === undefined) return false
      this.fmt.string(type.goString(value))
      return true
    }
    if (type.stringer === undefined || !'vsxXq'.includes(verb)) return false
    this.string(type.stringer(value), verb, value)
    return true
  }

  bool(value: boolean, verb: string): void {
    if (verb === 't' || verb === 'v') this.fmt.pad(String(value))
    else this.badVerb(verb, value)
  }

  string(text: string, verb: string, value: Value): void {
    if (verb === 'v') {
      if (this.fmt.sharpV) this.fmt.quoted(text)
      else this.fmt.string(text)
    } else if (verb === 's') this.fmt.string(text)
    else if (verb === 'x' || verb === 'X') this.fmt.hex(text, verb === 'X')
    else if (verb === 'q') this.fmt.quoted(text)
    else this.badVerb(verb, value)
  }

  float(number: number, verb: string, value: Value): void {
    if (verb === 'v') this.fmt.float(number, 'g', -1)
    else if (verb === 'F') this.fmt.float(number, 'f', 6)
    else if (verb === 'f' || verb === 'e' || verb === 'E') this.fmt.float(number, verb, 6)
    else if (isShortestVerb(verb)) this.fmt.float(number, verb, -1)
    else this.badVerb(verb, value)
  }

  complex(value: GoComplex, verb: string): void {
    if (!'vbgGxXfFeE'.includes(verb)) {
      this.badVerb(verb, value)
      return
    }
    const plus = this.fmt.plus
    this.fmt.out += '('
    this.float(value.re, verb, value)
    this.fmt.plus = true
    this.float(value.im, verb, value)
    this.fmt.out += 'i)'
    this.fmt.plus = plus
  }

  integer(value: GoInt, verb: string): void {
    const number = value.value
    if (verb === 'v' && this.fmt.sharpV && isUnsigned(value.type)) this.#hexLiteral(number)
    else if (verb === 'v' || verb === 'd') this.fmt.integer(number, 10, verb)
    else if (verb === 'b') this.fmt.integer(number, 2, verb)
    else if (verb === 'o' || verb === 'O') this.fmt.integer(number, 8, verb)
    else if (verb === 'x' || verb === 'X') this.fmt.integer(number, 16, verb)
    else if (verb === 'c') this.fmt.rune(number)
    else if (verb === 'q') this.fmt.quotedRune(number)
    else if (verb === 'U') this.fmt.unicode(number)
    else this.badVerb(verb, value)
  }

  /** The flag takes the prefix away from pointers. */
  #bareHex(number: bigint): void {
    this.fmt.sharp = false
    this.fmt.integer(number, 16, 'v')
    this.fmt.sharp = true
  }

  #hexLiteral(number: bigint): void {
    const { sharp } = this.fmt
    this.fmt.sharp = true
    this.fmt.integer(number, 16, 'v')
    this.fmt.sharp = sharp
  }

  /** A byte slice: text for %s, %q, %x, numbers otherwise. */
  bytes(value: GoBytes, verb: string, name: string): void {
    if (verb === 'v' || verb === 'd') this.#byteList(value, verb, name)
    else if (verb === 's') this.fmt.string(textOf(value))
    else if (verb === 'x' || verb === 'X') this.fmt.hex(value.bytes, verb === 'X')
    else if (verb === 'q') this.fmt.quoted(textOf(value))
    // Without a look at methods: `%w` is bad for each byte, not for the slice.
    else printComposite(this, { value, type: value.type, verb, depth: 0 })
  }

  #byteList(value: GoBytes, verb: string, name: string): void {
    if (!this.fmt.sharpV) {
      this.#separated(value, ' ', (byte) => this.fmt.integer(BigInt(byte), 10, verb))
      return
    }
    this.fmt.out += name
    if (value.isNil) this.fmt.out += '(nil)'
    else this.#separated(value, ', ', (byte) => this.#hexLiteral(BigInt(byte)))
  }

  #separated(value: GoBytes, separator: string, write: (byte: number) => void): void {
    const [open, close] = this.fmt.sharpV ? ['{', '}'] : ['[', ']']
    this.fmt.out += open
    value.bytes.forEach((byte, index) => {
      if (index > 0) this.fmt.out += separator
      write(byte)
    })
    this.fmt.out += close
  }

  /** Pointers, maps and functions as addresses: there are none here, so nil prints as Go's nil and everything else as a fixed one. */
  pointer(value: Value, verb: string): void {
    const type = typeOf(value)
    if (type === undefined || !['ptr', 'map', 'slice', 'func'].includes(type.kind)) {
      this.badVerb(verb, value)
      return
    }
    const address = isNil(value) ? 0n : 0xc000000000n
    if (verb !== 'v' && verb !== 'p') {
      const base = POINTER_BASES[verb]
      if (base !== undefined) this.fmt.integer(address, base, verb)
      else this.badVerb(verb, value)
    } else if (this.fmt.sharpV) {
      this.fmt.out += `(${type.name})(`
      this.#hexLiteral(address)
      this.fmt.out += ')'
    } else if (this.fmt.sharp) this.#bareHex(address)
    else this.#hexLiteral(address)
  }
}

function textOf(value: GoBytes): string {
  return decodeBytes(value.bytes)
}

const POINTER_BASES: Readonly<Record<string, number>> = { b: 2, o: 8, d: 10, x: 16, X: 16 }

function isShortestVerb(verb: string): verb is FloatVerb {
  return verb === 'b' || verb === 'g' || verb === 'G' || verb === 'x' || verb === 'X'
}
