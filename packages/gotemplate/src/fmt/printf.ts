import { Printer } from './printer.ts'
import { pointAt } from '../text/utf8.ts'
import { typeName, typeOf } from '../values/reflect.ts'
import { GoInt, type Value } from '../values/value.ts'

/** Formats values as `fmt.Sprintf` does, with its words for missing, extra and wrong operands (`%!d(string=x)`). */
export function sprintf(format: string, args: readonly Value[]): string {
  return new Directives(format, args).run()
}

/** A stretch of formatted text; `operand` is the index of the argument that a directive printed. */
export interface FormatPiece {
  readonly text: string
  readonly operand: number | undefined
}

/** Go's fmt.Sprintf, in pieces: what each directive gave, and the text between. */
export function sprintfPieces(format: string, args: readonly Value[]): FormatPiece[] {
  const pieces: FormatPiece[] = []
  let at = 0
  const text = new Directives(format, args, (operand, start, end, all) => {
    if (start > at) pieces.push({ text: all.slice(at, start), operand: undefined })
    pieces.push({ text: all.slice(start, end), operand })
    at = end
  }).run()
  if (at < text.length) pieces.push({ text: text.slice(at), operand: undefined })
  return pieces
}

type OnPrinted = (operand: number, start: number, end: number, all: string) => void

/** Go's fmt.Sprint: a space between operands when neither is a string. */
export function sprint(args: readonly Value[]): string {
  if (args.length === 1 && typeof args[0] === 'string') return args[0]
  const printer = new Printer()
  let afterString = false
  args.forEach((arg, index) => {
    const isString = typeOf(arg)?.kind === 'string'
    if (index > 0 && !isString && !afterString) printer.fmt.out += ' '
    printer.print(arg, 'v')
    afterString = isString
  })
  return printer.fmt.out
}

/** Formats values as `fmt.Sprintln` does: always blanks between them, and a newline at the end. */
export function sprintln(args: readonly Value[]): string {
  const printer = new Printer()
  args.forEach((arg, index) => {
    if (index > 0) printer.fmt.out += ' '
    printer.print(arg, 'v')
  })
  return `${printer.fmt.out}\n`
}

const TOO_LARGE = 1_000_000

class Directives {
  readonly #format: string
  readonly #args: readonly Value[]
  readonly #onPrinted: OnPrinted | undefined
  readonly #printer = new Printer()
  #at = 0
  #next = 0
  #reordered = false
  #goodIndex = true
  #afterIndex = false

  constructor(format: string, args: readonly Value[], onPrinted?: OnPrinted) {
    this.#format = format
    this.#args = args
    this.#onPrinted = onPrinted
  }

  run(): string {
    const { fmt } = this.#printer
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at)
      if (percent < 0) {
        fmt.out += this.#format.slice(this.#at)
        break
      }
      fmt.out += this.#format.slice(this.#at, percent)
      this.#at = percent + 1
      if (!this.#directive()) break
    }
    this.#extra()
    return fmt.out
  }

  /** One directive after its percent sign; false when the format ends in it. */
  #directive(): boolean {
    const { fmt } = this.#printer
    this.#goodIndex = true
    this.#afterIndex = false
    fmt.clear()
    this.#flags()
    this.#index()
    this.#width()
    this.#precision()
    if (!this.#afterIndex) this.#index()
    if (this.#at >= this.#format.length) {
      fmt.out += '%!(NOVERB)'
      return false
    }
    const verb = String.fromCodePoint(pointAt(this.#format, this.#at))
    this.#at += verb.length
    this.#apply(verb)
    return true
  }

  #apply(verb: string): void {
    const { fmt } = this.#printer
    if (verb === '%') fmt.out += '%'
    else if (!this.#goodIndex) fmt.out += `%!${verb}(BADINDEX)`
    else if (this.#next >= this.#args.length) fmt.out += `%!${verb}(MISSING)`
    else {
      if (verb === 'v' || verb === 'w') {
        fmt.sharpV = fmt.sharp
        fmt.sharp = false
        fmt.plusV = fmt.plus
        fmt.plus = false
      }
      const start = fmt.out.length
      this.#printer.print(this.#args[this.#next], verb)
      this.#onPrinted?.(this.#next, start, fmt.out.length, fmt.out)
      this.#next++
    }
  }

  #flags(): void {
    const { fmt } = this.#printer
    for (; this.#at < this.#format.length; this.#at++) {
      const flag = this.#format[this.#at]
      if (flag === '#') fmt.sharp = true
      else if (flag === '0') fmt.zero = true
      else if (flag === '+') fmt.plus = true
      else if (flag === '-') fmt.minus = true
      else if (flag === ' ') fmt.space = true
      else return
    }
  }

  #width(): void {
    const { fmt } = this.#printer
    if (this.#format[this.#at] !== '*') {
      fmt.width = this.#number()
      if (this.#afterIndex && fmt.width !== undefined) this.#goodIndex = false
      return
    }
    this.#at++
    fmt.width = this.#intArgument()
    if (fmt.width === undefined) fmt.out += '%!(BADWIDTH)'
    else if (fmt.width < 0) {
      fmt.width = -fmt.width
      fmt.minus = true
      fmt.zero = false
    }
    this.#afterIndex = false
  }

  #precision(): void {
    const { fmt } = this.#printer
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return
    this.#at++
    if (this.#afterIndex) this.#goodIndex = false
    this.#index()
    if (this.#format[this.#at] !== '*') {
      fmt.precision = this.#number() ?? 0
      return
    }
    this.#at++
    const precision = this.#intArgument()
    if (precision === undefined || precision < 0) fmt.out += '%!(BADPREC)'
    else fmt.precision = precision
    this.#afterIndex = false
  }

  /** Digits at the cursor; too large a number counts as none and ends the format, as in Go. */
  #number(): number | undefined {
    let value = 0
    let seen = false
    for (; this.#at < this.#format.length; this.#at++) {
      const digit = this.#format.charCodeAt(this.#at) - 48
      if (digit < 0 || digit > 9) break
      if (value > TOO_LARGE) {
        this.#at = this.#format.length
        return undefined
      }
      value = value * 10 + digit
      seen = true
    }
    return seen ? value : undefined
  }

  /** `[n]` at the cursor: chooses the next argument. */
  #index(): void {
    this.#afterIndex = false
    if (this.#format[this.#at] !== '[') return
    this.#reordered = true
    const rest = this.#format.slice(this.#at)
    const close = rest.indexOf(']')
    if (rest.length < 3 || close < 1) {
      this.#goodIndex = false
      this.#at += 1
      return
    }
    const digits = rest.slice(1, close)
    const index = /^\d+$/.test(digits) && !tooManyDigits(digits) ? Number(digits) - 1 : undefined
    this.#at += close + 1
    if (index === undefined) {
      this.#goodIndex = false
      return
    }
    this.#afterIndex = true
    if (index >= 0 && index < this.#args.length) this.#next = index
    else this.#goodIndex = false
  }

  #intArgument(): number | undefined {
    const value = this.#args[this.#next]
    if (this.#next < this.#args.length) this.#next++
    if (!(value instanceof GoInt)) return undefined
    const number = Number(value.value)
    return Math.abs(number) > TOO_LARGE ? undefined : number
  }

  #extra(): void {
    if (this.#reordered || this.#next >= this.#args.length) return
    const { fmt } = this.#printer
    fmt.clear()
    fmt.out += '%!(EXTRA '
    this.#args.slice(this.#next).forEach((arg, index) => {
      if (index > 0) fmt.out += ', '
      if (typeOf(arg) === undefined) fmt.out += '<nil>'
      else {
        fmt.out += `${typeName(arg)}=`
        this.#printer.print(arg, 'v')
      }
    })
    fmt.out += ')'
  }
}

/** parsenum of Go gives up once the number before the next digit exceeds a million. */
function tooManyDigits(digits: string): boolean {
  return digits.length > 1 && Number(digits.slice(0, -1)) > TOO_LARGE
}
