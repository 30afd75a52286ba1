import { FIELDS } from '../lib/data.mjs'

const STRINGS = [
  '',
  'a',
  'abc',
  'Hello World',
  ' x ',
  'a,b,,c',
  'foo-bar_baz',
  '%d',
  '1.5',
  '-7',
  'true',
  'null',
  '{"a":1}',
  '[1,2',
  'äöü',
  'a\nb',
  '\t',
  'aGVsbG8=',
  '^a+$',
  '(',
  '1h30m',
  '2006-01-02',
  '>=1.0',
  '1.2.3',
  '/a/../b',
  'https://u:p@h:80/p?q=1#f',
  '\\',
  "'",
  '"',
  'ZZ',
  '0',
  'x y',
  'camelCaseWord',
  'snake_case',
]
const NUMBERS = [
  '0',
  '1',
  '-1',
  '7',
  '255',
  '0x1f',
  '0b11',
  '0o17',
  '1_000',
  '1e3',
  '1.5',
  '-0.5',
  '.5',
  '1e400',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  "'a'",
  "'\\n'",
  "'€'",
  '1i',
  '2+3i',
  '0x1p4',
  '100',
  '3',
]

/** A literal of any kind. */
export function literal(random) {
  return random.weighted([
    [5, () => stringLiteral(random)],
    [4, () => random.pick(NUMBERS)],
    [1, () => random.pick(['true', 'false'])],
    [0.5, () => 'nil'],
  ])()
}

/** Texts that JSON cannot write: bytes that are no UTF-8 or are part of a character, and what Go's quoting treats apart. */
export const STRANGE_TEXTS = [
  '"\\xe0\\xa0\\x80"',
  '"\\xe0\\x80"',
  '"\\xed\\xa0\\x80"',
  '"\\xed\\x9f\\xbf"',
  '"\\xf4\\x8f\\xbf\\xbf"',
  '"\\xf4\\x90\\x80\\x80"',
  '"\\xf0\\x9f\\x98"',
  '"a\\xf0\\x9f\\x98\\x80z"',
  '"\\xf0\\x80\\x80\\x80"',
  '"\\xc3"',
  '"\\xa9"',
  '"\\xc3\\xa9"',
  '"\\xe2\\x82"',
  '"\\xe2\\x28\\xa1"',
  '"A\\xffB c\\xfe"',
  '"\\ufeffb"',
  '"\\U0001F600\\ufffd"',
  '"\\ufffd"',
  '"\\u2028\\u00ad\\u200b"',
  '"\\x00\\x7f\\x1b"',
]

/** A literal of a string, interpreted or raw. */
export function stringLiteral(random) {
  if (random.chance(0.07)) return random.pick(STRANGE_TEXTS)
  const text = random.chance(0.1) ? soup(random) : random.pick(STRINGS)
  return random.chance(0.15) && !text.includes('`') ? `\`${text}\`` : JSON.stringify(text)
}

function soup(random) {
  const parts = ['a', 'B', ' ', '.', '-', '%', '5', 'é', '\\', '"', ',', '/', ':', '=', '{', '}', '€', '\n']
  return Array.from({ length: random.int(12) }, () => random.pick(parts)).join('')
}

/** A field of the data, sometimes one that is missing or a step too far. */
export function field(random) {
  const name = random.pick(FIELDS)
  if (random.chance(0.04)) return `.missing`
  if (random.chance(0.04)) return `.${name}.a`
  if (random.chance(0.03)) return '.deep.a.b.c'
  if (random.chance(0.03)) return '$.m'
  return `.${name}`
}
