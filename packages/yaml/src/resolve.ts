import type { Dialect } from './dialect.ts'
import { YamlError } from './errors.ts'
import { type Integer, parseDigits, parseFloat64, parseInteger, parseSpacedFloat64 } from './number.ts'
import { parseTimestamp } from './timestamp.ts'

/** What a plain scalar stands for; a timestamp keeps its text in dialect `sigs` and is normalised in `kyaml`. */
export interface Resolved {
  readonly tag: string
  readonly value: string | number | bigint | boolean | null
}

/** How to read a scalar. */
export interface ResolveOptions {
  readonly dialect: Dialect
  /** The short tag that the text gives, or ''. */
  readonly tag: string
}

const NULLS = ['', '~', 'null', 'Null', 'NULL']
const TRUE = ['true', 'True', 'TRUE']
const FALSE = ['false', 'False', 'FALSE']
const OLD_TRUE = ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']
const OLD_FALSE = ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']

type Words = ReadonlyMap<string, Resolved>
const NEW_WORDS: Words = new Map([
  ...words(TRUE, { tag: '!!bool', value: true }),
  ...words(FALSE, { tag: '!!bool', value: false }),
  ...words(NULLS, { tag: '!!null', value: null }),
  ...words(['.nan', '.NaN', '.NAN'], { tag: '!!float', value: Number.NaN }),
  ...words(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'], { tag: '!!float', value: Number.POSITIVE_INFINITY }),
  ...words(['-.inf', '-.Inf', '-.INF'], { tag: '!!float', value: Number.NEGATIVE_INFINITY }),
  ...words(['<<'], { tag: '!!merge', value: '<<' }),
])
const OLD_WORDS: Words = new Map([
  ...NEW_WORDS,
  ...words(OLD_TRUE, { tag: '!!bool', value: true }),
  ...words(OLD_FALSE, { tag: '!!bool', value: false }),
])
// Only texts that start so are looked up: `<<` alone is a merge by its own rule, not by its first letter.
const WORD_START = /^[yYnNtTfFoO~]/
const NUMBER_START = /^[-+0-9]/
const RESOLVABLE = new Set(['', '!!str', '!!bool', '!!int', '!!float', '!!null', '!!timestamp'])

function words(texts: readonly string[], resolved: Resolved): [string, Resolved][] {
  return texts.map((text) => [text, resolved])
}

/** Whether YAML 1.1 reads this word as a boolean and YAML 1.2 as a string. */
export function isOldBoolean(text: string): boolean {
  return OLD_TRUE.includes(text) || OLD_FALSE.includes(text)
}

/** The type and value of an unquoted or explicitly tagged scalar, by go-yaml's resolve.go; throws where an explicit tag does not fit. */
export function resolveScalar(text: string, options: ResolveOptions): Resolved {
  const { tag } = options
  if (!RESOLVABLE.has(tag)) return { tag, value: text }
  const resolved = tag === '!!str' ? { tag: '!!str', value: text } : resolveText(text, options)
  if (tag === '' || tag === '!!str' || resolved.tag === tag) return resolved
  if (tag === '!!float' && resolved.tag === '!!int' && typeof resolved.value === 'number')
    return { tag, value: resolved.value }
  if (tag === '!!float' && typeof resolved.value === 'bigint' && resolved.value < 2n ** 63n) {
    return { tag, value: Number(resolved.value) }
  }
  throw new YamlError('YAML_VALUE', `cannot decode ${resolved.tag} \`${text}\` as a ${tag}`)
}

function resolveText(text: string, options: ResolveOptions): Resolved {
  const string = { tag: '!!str', value: text }
  if (text === '' || WORD_START.test(text)) return wordsOf(options.dialect).get(text) ?? string
  if (text.startsWith('.')) return wordsOf(options.dialect).get(text) ?? float(parseSpacedFloat64(text)) ?? string
  if (!NUMBER_START.test(text)) return string
  return (
    wordsOf(options.dialect).get(text) ??
    timestamp(text, options) ??
    number(text.replaceAll('_', ''), options.dialect) ??
    string
  )
}

function wordsOf(dialect: Dialect): Words {
  return dialect === 'sigs' ? OLD_WORDS : NEW_WORDS
}

function timestamp(text: string, options: ResolveOptions): Resolved | undefined {
  if (options.tag !== '' && options.tag !== '!!timestamp') return undefined
  const value = parseTimestamp(text)
  if (value === undefined) return undefined
  return { tag: '!!timestamp', value: options.dialect === 'sigs' ? text : value }
}

function number(text: string, dialect: Dialect): Resolved | undefined {
  const integer = parseInteger(text)
  if (integer !== undefined) return int(integer)
  return float(parseFloat64(text)) ?? binaryOrOctal(text, dialect)
}

function float(value: number | undefined): Resolved | undefined {
  return value === undefined ? undefined : { tag: '!!float', value }
}

function int(value: Integer): Resolved {
  return { tag: '!!int', value }
}

// A second look at `0b` and `0o`, where Go's parser takes a sign behind the prefix.
function binaryOrOctal(text: string, dialect: Dialect): Resolved | undefined {
  const match = /^0([bo])([-+])(.*)$/.exec(text)
  if (match === null || (match[1] === 'o' && dialect === 'sigs')) return undefined
  const value = parseDigits(match[3] ?? '', { base: match[1] === 'b' ? 2 : 8, sign: match[2] ?? '' })
  return value === undefined ? undefined : int(value)
}
