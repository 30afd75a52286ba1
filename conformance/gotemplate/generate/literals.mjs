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

/** A literal of a string, interpreted or raw. */
export function stringLiteral(random) {
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
