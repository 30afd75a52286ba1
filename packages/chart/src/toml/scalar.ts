import { goInt64, parseFloat64, quote, type Value } from '@slipway/gotemplate'
import { fixedZone, parseTime, timeValue, type Zone } from '@slipway/sprig'
import { END, quoted, type TomlReader } from './reader.ts'

/** The zones of times: of those with an offset, and the offset of those without, in seconds. */
export interface Zones {
  readonly local: Zone
  readonly offset: number
}

const DIGIT = /^[0-9]$/
const DECIMAL = /^[0-9_]$/
const FLOAT = /^[0-9_.\-+eE]$/
const DATE = /^[-0-9:Tt .Zz+]$/
const BASES: Readonly<Record<string, { readonly digit: RegExp; readonly name: string }>> = {
  b: { digit: /^[01]$/, name: 'a binary' },
  o: { digit: /^[0-7]$/, name: 'an octal' },
  x: { digit: /^[0-9a-fA-F]$/, name: 'a hexadecimal' },
}

/** A value without quotes or brackets. */
export function readScalar(reader: TomlReader, zones: Zones): Value {
  const char = reader.next()
  if (DIGIT.test(char)) return numberOrDate(reader, char, zones)
  if (char === '.') throw reader.fault("floats must start with a digit, not '.'")
  if (char === '-' || char === '+') return signed(reader)
  if ((char === 'i' || char === 'n') && takesSpecial(reader)) return floatOf(reader)
  if (/^\p{L}$/u.test(char)) return boolean(reader, char)
  if (char === END) throw reader.unexpected('unexpected EOF; expected value', char)
  const message = `expected value but found ${quoted(char)} instead`
  throw char === '\n' ? reader.above(message) : reader.fault(message)
}

/** The rest of `inf` or `nan`, or of a mixture of both. */
function takesSpecial(reader: TomlReader): boolean {
  return (reader.accept('n') && reader.accept('f')) || (reader.accept('a') && reader.accept('n'))
}

/** Reads on from one character back: after a bad start of `inf` or `nan` that is not where the word began. */
function boolean(reader: TomlReader, char: string): boolean {
  reader.at -= char.length
  const from = reader.at
  take(reader, /^\p{L}$/u)
  const word = reader.text.slice(from, reader.at)
  if (word === 'true' || word === 'false') return word === 'true'
  throw reader.fault(`expected value but found ${quote(word)} instead`)
}

function signed(reader: TomlReader): Value {
  const char = reader.next()
  if (char === 'i' || char === 'n') {
    const [second, third] = char === 'i' ? ['n', 'f'] : ['a', 'n']
    if (!reader.accept(second ?? '') || !reader.accept(third ?? ''))
      throw reader.fault(`invalid float: '${reader.current()}'`)
    return floatOf(reader)
  }
  if (char === '0' && BASES[reader.peek()] !== undefined)
    throw reader.fault(`cannot use sign with non-decimal numbers: '${reader.current()}${reader.peek()}'`)
  if (char === '.') throw reader.fault("floats must start with a digit, not '.'")
  if (DIGIT.test(char)) return decimal(reader)
  throw reader.unexpected(`expected a digit but got ${quoted(char)}`, char)
}

function take(reader: TomlReader, pattern: RegExp): void {
  while (pattern.test(reader.peek())) reader.next()
}

function numberOrDate(reader: TomlReader, first: string, zones: Zones): Value {
  if (first === '0') {
    const char = reader.peek()
    const base = BASES[char]
    if (base !== undefined) return based(reader, base)
    if (!DIGIT.test(char)) return char === '_' || isFloatMark(char) ? decimal(reader) : integerOf(reader)
  }
  take(reader, DIGIT)
  const char = reader.peek()
  if (char === '-' || char === ':') return date(reader, zones)
  return char === '_' || isFloatMark(char) ? decimal(reader) : integerOf(reader)
}

function isFloatMark(char: string): boolean {
  return char === '.' || char === 'e' || char === 'E'
}

function decimal(reader: TomlReader): Value {
  take(reader, DECIMAL)
  if (!isFloatMark(reader.peek())) return integerOf(reader)
  take(reader, FLOAT)
  return floatOf(reader)
}

function based(reader: TomlReader, base: { readonly digit: RegExp; readonly name: string }): Value {
  reader.next()
  const char = reader.peek()
  if (!base.digit.test(char)) throw reader.fault(`not ${base.name} number: '${reader.current()}${char}'`)
  while (base.digit.test(reader.peek()) || reader.peek() === '_') reader.next()
  return integerOf(reader)
}

function integerOf(reader: TomlReader): Value {
  const text = reader.current()
  if (!underscoresFit(text))
    throw reader.fault(`Invalid integer ${quote(text)}: underscores must be surrounded by digits`)
  if (hasLeadingZero(text)) throw reader.fault(`Invalid integer ${quote(text)}: cannot have leading zeroes`)
  const digits = text.replaceAll('_', '')
  const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace(/^\+/, ''))
  if (BigInt.asIntN(64, value) !== value) throw reader.fault(`${text} is out of range for int64`)
  return goInt64(value)
}

function floatOf(reader: TomlReader): Value {
  const text = reader.current()
  const parts = text.split(/[.eE]+/).filter((part) => part !== '')
  if (!parts.every(underscoresFit))
    throw reader.fault(`Invalid float ${quote(text)}: underscores must be surrounded by digits`)
  if (hasLeadingZero(parts[0] ?? '')) throw reader.fault(`Invalid float ${quote(text)}: cannot have leading zeroes`)
  if (/\.(?:[^0-9]|$)/.test(text))
    throw reader.fault(`Invalid float ${quote(text)}: '.' must be followed by one or more digits`)
  const { value, fault } = parseFloat64(text.replaceAll('_', '').replace(/^[-+]nan$/, 'nan'))
  if (fault === 'value out of range') throw reader.fault(`${text} is out of range for float64`)
  if (fault !== undefined) throw reader.fault(`Invalid float value: ${quote(text)}`)
  return value
}

const SPECIAL = /^[-+]?(?:nan|inf)$/

/** Whether a digit stands before each underscore, and at the end; some letters count as digits. */
function underscoresFit(text: string): boolean {
  return SPECIAL.test(text) || (/[0-9a-fA-F]$/.test(text) && !/(?:^|[^0-9a-fA-F])_/.test(text))
}

function hasLeadingZero(text: string): boolean {
  return /^0[^box]/.test(text) || /^[-+]0./.test(text)
}

const LAYOUTS: readonly [layout: string, zone: string | undefined][] = [
  ['2006-01-02T15:04:05.999999999Z07:00', undefined],
  ['2006-01-02T15:04:05.999999999', 'datetime-local'],
  ['2006-01-02', 'date-local'],
  ['15:04:05.999999999', 'time-local'],
  ['2006-01-02T15:04Z07:00', undefined],
  ['2006-01-02T15:04', 'datetime-local'],
  ['15:04', 'time-local'],
]

function date(reader: TomlReader, zones: Zones): Value {
  take(reader, DATE)
  const text = reader.current().trim().replaceAll('z', 'Z').replaceAll('t', 'T').replaceAll(' ', 'T')
  for (const [layout, name] of LAYOUTS) {
    const zone = name === undefined ? zones.local : fixedZone(name, zones.offset)
    const instant = attempt(() => parseTime(layout, text, zone))
    if (instant === undefined) continue
    if (lacksZero(text, layout)) break
    return timeValue(instant)
  }
  throw reader.fault(`invalid datetime: ${quote(text)}`)
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** Go reads hours of one digit, which TOML does not allow: then the marks stand elsewhere. */
function lacksZero(text: string, layout: string): boolean {
  const head = /^[^.Z]*/.exec(layout)?.[0] ?? ''
  return [...head].some((char, at) => !DIGIT.test(char) && text.charAt(at) !== char)
}
