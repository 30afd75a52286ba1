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
  while (at < runes.length && isConnector(runes[at] ?? 0)) out += utf8.runeToString(runes[at++] ?? 0)
  const first = runes[at]
  // Of nothing but connectors the last one is written twice.
  if (first === undefined) return out + (runes.length === 0 ? '' : utf8.runeToString(runes.at(-1) ?? 0))
  let firstUpper = isUpper(first)
  let current = upperRune(first)
  for (at++; at < runes.length; at++) {
    const previous = current
    current = runes[at] ?? 0
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
  readonly runes: readonly number[]
  readonly rest: readonly number[]
}

const NONE: Word = { type: 'invalid', runes: [], rest: [] }

function nextWord(runes: readonly number[]): Word {
  const first = runes[0]
  if (first === undefined) return NONE
  const type = classify(first)
  const length = type === 'upper' ? upperLength(runes) : runLength(runes, 1, (point) => continues(type, point))
  return { type, runes: runes.slice(0, length), rest: runes.slice(length) }
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

function runLength(runes: readonly number[], from: number, test: (point: number) => boolean): number {
  let at = from
  while (at < runes.length && test(runes[at] ?? 0)) at++
  return at
}

/** `HTTPStatus` is cut into HTTP and Status: the last capital belongs to the next word. */
function upperLength(runes: readonly number[]): number {
  const second = runes[1]
  if (second === undefined) return 1
  if (isUpper(second)) {
    const end = runLength(runes, 2, isUpper)
    return end < runes.length && isAlphabet(runes[end] ?? 0) ? end - 1 : end
  }
  return isAlphabet(second) ? runLength(runes, 2, (point) => isAlphabet(point) && !isUpper(point)) : 1
}

/** xstrings.ToSnakeCase and ToKebabCase. */
export function separateWords(text: string, connector: string): string {
  const runes = utf8.runesOf(text)
  return runes.length === 0 ? '' : new WordJoiner(connector).join(runes)
}

class WordJoiner {
  readonly #connector: string
  #out = ''

  constructor(connector: string) {
    this.#connector = connector
  }

  join(runes: readonly number[]): string {
    let word = nextWord(runes)
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

  #write(word: Word): void {
    if (word.type === 'connector') {
      this.#out += this.#connector.repeat(word.runes.length)
      return
    }
    const change = word.type === 'upper'
    for (const point of word.runes) this.#out += utf8.runeToString(change ? lowerRune(point) : point)
  }
}
