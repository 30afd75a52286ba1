import { expect, test } from 'vitest'
import { dump, plainText } from '../src/index.ts'

const sigs = (value: unknown) => dump(value, { dialect: 'sigs' })

test.each([
  ['yes', '"yes"\n'],
  ['n', '"n"\n'],
  ['1_000', '"1_000"\n'],
  ['2001-01-01', '"2001-01-01"\n'],
  ['12:30', '"12:30"\n'],
  ['0o17', '"0o17"\n'],
  ['1e400', '1e400\n'],
  ['😀', '"\\U0001F600"\n'],
  ['---', "'---'\n"],
  ['', '""\n'],
  [' a', "' a'\n"],
  ['a: b', "'a: b'\n"],
  ["it's", "it's\n"],
  ['#a', "'#a'\n"],
  ['a\tb', '"a\\tb"\n'],
  ['a\nb', '|-\n  a\n  b\n'],
  ['a\nb\n', '|\n  a\n  b\n'],
  ['a\n\n', '|+\n  a\n\n'],
  ['\n a', '|2-\n\n   a\n'],
  ['a \nb', '"a \\nb"\n'],
  ['\ufeffa', '"\\uFEFF\\x61"\n'],
  ['a\x85b', 'a b\n'],
])('the string %j is written %j', (text, expected) => {
  expect(sigs(text)).toBe(expected)
})

test.each([
  [1, '1\n'],
  [-0, '0\n'],
  [1.5, '1.5\n'],
  [1e6, '1000000\n'],
  [1234567.5, '1.2345675e+06\n'],
  [1e21, '1e+21\n'],
  [1e-7, '1e-07\n'],
  [2 ** 63, '9223372036854775808\n'.replace('5808', '6000')],
  [9007199254740993n, '9007199254740993\n'],
  [2n ** 64n, '1.8446744073709552e+19\n'],
  [null, 'null\n'],
  [true, 'true\n'],
  [{}, '{}\n'],
  [[], '[]\n'],
])('the value %s is written as Go writes it', (value, expected) => {
  expect(sigs(value)).toBe(expected)
})

test('maps are sorted, sequences in maps are not indented, undefined is left out', () => {
  const value = { b: [{ z: 1, a: [1, [2]] }, []], a10: 1, a9: 2, y: {}, A: undefined }
  expect(sigs(value)).toBe('a9: 2\na10: 1\nb:\n- a:\n  - 1\n  - - 2\n  z: 1\n- []\n"y": {}\n')
})

test('long lines fold at spaces beyond column 80', () => {
  const text = 'word '.repeat(20).trim()
  expect(sigs({ a: text })).toBe(`a: ${'word '.repeat(16).trim()}\n  word word word word\n`)
})

test('go-yaml v3 folds no line, and lists stand to the right of their key where that is asked for', () => {
  const line = 'word '.repeat(20).trim()
  const value = { a: [line, [1, { b: [2] }]] }
  expect(dump(value, { dialect: 'kyaml' })).toBe(`a:\n- ${line}\n- - 1\n  - b:\n    - 2\n`)
  expect(dump(value, { dialect: 'kyaml', indentLists: true })).toBe(`a:\n  - ${line}\n  - - 1\n    - b:\n        - 2\n`)
})

test('keys beyond 128 bytes or with line breaks become explicit', () => {
  const key = 'k'.repeat(129)
  expect(sigs({ [key]: 1, 'a\nb': [1] })).toBe(`? |-\n  a\n  b\n: - 1\n? ${key}\n: 1\n`)
})

test('what goes through JSON has its keys in the order of their bytes there, which shows in faults', () => {
  expect(() => sigs({ 1: { 'b\x85c': 1 }, a: 'x\x85y', '-': '\x85' })).toThrow(
    "yaml: line 2: did not find expected ',' or '}'",
  )
})

test('what YAML cannot hold is refused by name', () => {
  expect(() => sigs({ a: Number.NaN })).toThrow('json: unsupported value: NaN')
  expect(() => sigs('\x7f')).toThrow('yaml: control characters are not allowed')
})

const kyaml = (value: unknown) => dump(value, { dialect: 'kyaml' })

test('a plain text stands as it is, and the keys of a Map in their order', () => {
  const value = new Map<string, unknown>([
    ['b', plainText('1e+06')],
    ['a', [plainText('2024-02-29T12:34:56Z'), '2024-02-29', new Map()]],
  ])
  expect(kyaml(value)).toBe('b: 1e+06\na:\n- 2024-02-29T12:34:56Z\n- "2024-02-29"\n- {}\n')
})

test('a text with bytes that are no UTF-8 is base64 to go-yaml v3', () => {
  expect(kyaml({ '\udcff': '\udc80a\udcff', é: 1 })).toBe('!!binary /w==: !!binary gGH/\né: 1\n')
  const digits = `${'ICAg'.repeat(17)}IC`
  expect(kyaml({ a: `${' '.repeat(60)}\udcff` })).toBe(`a: !!binary |\n  ${digits}\n  ${'AgIC'.repeat(2)}Ag/w==\n`)
})
