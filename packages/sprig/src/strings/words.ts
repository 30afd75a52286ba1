import { unicode, utf8 } from '@slipway/gotemplate'
import { isUpper, lowerRune, upperRune } from './case.ts'

const CONNECTOR = /^[-_]$/

function isConnector(point: number): boolean {
  return CONNECTOR.test(String.fromCodePoint(point)) || unicode.isSpace(point)
}

function matches(point: number, expression: RegExp): boolean {
  return expression.test(String.fromCodePoint(point))
}

/** xstrings.ToPascalCase. */
export function pascalCase(text: string): string {
  const runes = utf8.runesOf(text)
  let out = ''
  let at = 0
  for (const rune of runes) {
    if (!isConnector(rune)) break
    out += utf8.runeToString(rune)
    at++
  }
  const first = runes[at]
  // Of nothing but connectors the last one is written twice.
  if (first === undefined) return out + runes.slice(-1).map(utf8.runeToString).join('')
  let firstUpper = isUpper(first)
  let current = upperRune(first)
  for (at++; at < runes.length; at++) {
    const previous = current
    current = Number(runes[at])
    if (isConnector(current) && isConnector(previous)) {
      out += utf8.runeToString(previous)
      continue
    }
    if (isConnector(previous)) {
      firstUpper = isUpper(current)
      current = upperRune(current)
      continue
    }
    if (firstUpper && isUpper(current)) current = lowerRune(current)
    else firstUpper = false
    out += utf8.runeToString(previous)
  }
  return out + utf8.runeToString(current)
}

type WordType = 'invalid' | 'number' | 'upper' | 'alphabet' | 'connector' | 'punct' | 'other'

interface Word {
  readonly type: WordType
  readonly points: readonly number[]
  readonly rest: readonly number[]
}

const REPLACEMENT = 0xfffd
const NONE: Word = { type: 'invalid', points: [], rest: [] }

/** U+FFFD, or a byte that is no UTF-8 (see utf8.decodeBytes): to xstrings one and the same. */
function isInvalid(point: number): boolean {
  return point === REPLACEMENT || (point >= 0xdc80 && point <= 0xdcff)
}

/** The next rune that is valid and how far it reaches; where there is none, the one before takes in the rest. */
function nextValid(points: readonly number[], from: number, previous: number): { point: number; size: number } {
  let at = from
  while (at < points.length) {
    const point = Number(points[at++])
    if (!isInvalid(point)) return { point, size: at - from }
  }
  return { point: previous, size: at - from }
}

function nextWord(points: readonly number[]): Word {
  if (points.length === 0) return NONE
  const { point, size } = nextValid(points, 0, REPLACEMENT)
  const type = point === REPLACEMENT ? 'invalid' : classify(point)
  const length = wordLength(type, points, size, point)
  return { type, points: points.slice(0, length), rest: points.slice(length) }
}

function wordLength(type: WordType, points: readonly number[], size: number, point: number): number {
  if (type === 'invalid') return size
  if (type === 'upper') return upperLength(points, size, point)
  return scan(points, size, point, (next) => continues(type, next)).end
}

function classify(point: number): WordType {
  if (isConnector(point)) return 'connector'
  if (matches(point, /^\p{P}$/u)) return 'punct'
  if (isUpper(point)) return 'upper'
  if (isAlphabet(point)) return 'alphabet'
  return matches(point, /^\p{N}$/u) ? 'number' : 'other'
}

/** Letters that take part in words: xstrings leaves out CJK ideographs (count.go isAlphabet). */
function isAlphabet(point: number): boolean {
  if (!unicode.isLetter(point)) return false
  if (point < 0x3400) return true
  return !IDEOGRAPHS.some(([first, last]) => point >= first && point <= last)
}

const IDEOGRAPHS: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fcc],
  [0x3400, 0x4d85],
  [0x20000, 0x2b81d],
]

function continues(type: WordType, point: number): boolean {
  switch (type) {
    case 'connector':
      return isConnector(point)
    case 'punct':
      return matches(point, /^\p{P}$/u)
    case 'alphabet':
      return isAlphabet(point) && !isUpper(point)
    case 'number':
      return matches(point, /^\p{N}$/u)
    default:
      return !isConnector(point) && !isAlphabet(point) && !matches(point, /^[\p{N}\p{P}]$/u)
  }
}

interface Scan {
  readonly end: number
  /** The length of the last rune that passed, 0 without one. */
  readonly last: number
  /** The rune that was looked at last. */
  readonly point: number
}

function scan(points: readonly number[], from: number, first: number, test: (point: number) => boolean): Scan {
  let end = from
  let last = 0
  let point = first
  while (end < points.length) {
    const next = nextValid(points, end, point)
    point = next.point
    if (!test(point)) break
    last = next.size
    end += last
  }
  return { end, last, point }
}

/** `HTTPStatus` is cut into HTTP and Status: the last capital belongs to the next word. */
function upperLength(points: readonly number[], from: number, first: number): number {
  if (from === points.length) return from
  const second = nextValid(points, from, first)
  if (isUpper(second.point)) {
    const run = scan(points, from, first, isUpper)
    return run.end < points.length && isAlphabet(run.point) ? run.end - run.last : run.end
  }
  if (!isAlphabet(second.point)) return from
  return scan(points, from, first, (point) => isAlphabet(point) && !isUpper(point)).end
}

/** xstrings.ToSnakeCase and ToKebabCase. */
export function separateWords(text: string, connector: string): string {
  const points = Array.from(text, (character) => utf8.pointAt(character, 0))
  return points.length === 0 ? '' : new WordJoiner(connector).join(points)
}

class WordJoiner {
  readonly #connector: string
  #out = ''

  constructor(connector: string) {
    this.#connector = connector
  }

  join(points: readonly number[]): string {
    let word = nextWord(points)
    while (word.rest.length > 0) {
      const previous = word
      if (previous.type !== 'connector') this.#write(previous)
      word = nextWord(previous.rest)
      if (previous.type === 'number') word = this.#afterNumber(word)
      else if (previous.type === 'connector') this.#write(previous)
      else if (previous.type !== 'punct') word = this.#afterWord(word)
    }
    this.#write(word)
    return this.#out
  }

  #afterNumber(start: Word): Word {
    const word = this.#writeLetters(start)
    if (!['invalid', 'punct', 'connector'].includes(word.type)) this.#out += this.#connector
    return word
  }

  #writeLetters(start: Word): Word {
    let word = start
    while (word.type === 'alphabet' || word.type === 'number') {
      this.#write(word)
      word = nextWord(word.rest)
    }
    return word
  }

  /** A number belongs to the word before it, unless letters in lower case follow. */
  #afterWord(word: Word): Word {
    if (word.type !== 'number') {
      if (word.type !== 'connector' && word.type !== 'punct') this.#out += this.#connector
      return word
    }
    if (word.rest.length === 0) return word
    const next = nextWord(word.rest)
    if (next.type === 'alphabet') {
      this.#out += this.#connector
      this.#write(word)
      const after = this.#writeLetters(next)
      if (!['invalid', 'punct', 'connector'].includes(after.type)) this.#out += this.#connector
      return after
    }
    this.#write(word)
    if (next.type !== 'connector' && next.type !== 'punct') this.#out += this.#connector
    return next
  }

  #write({ type, points }: Word): void {
    for (const point of points) this.#out += this.#written(type, point)
  }

  #written(type: WordType, point: number): string {
    if (type !== 'upper' && type !== 'connector') return String.fromCodePoint(point)
    if (isConnector(point)) return this.#connector
    return utf8.runeToString(isInvalid(point) ? REPLACEMENT : lowerRune(point))
  }
}
