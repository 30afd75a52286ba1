import { FunctionTable, TemplateError, TemplateSet, type Limits } from '@slipway/gotemplate'
import { sprigFunctions } from '@slipway/sprig'
import { nodeCrypto, nodeRandom } from '@slipway/sprig/node'
import { expect, test } from 'vitest'

/** Bytes 0, 1, 2, ... for ever: what comes out is known beforehand. */
function counting(): (count: number) => Uint8Array {
  let next = 0
  return (count) => Uint8Array.from({ length: count }, () => next++ & 0xff)
}

function render(text: string, random = counting(), limits: Limits = {}): string {
  const options = { random, now: () => 0n, timeZone: 'UTC', crypto: nodeCrypto() }
  const set = new TemplateSet({ functions: new FunctionTable(sprigFunctions(options)) })
  set.parse('t', text)
  return set.execute('t', {} as never, limits)
}

test.each([
  ['{{ randAlphaNum 5 }}', 'ABCDE'],
  ['{{ randAlpha 3 }}', 'ABC'],
  ['{{ randNumeric 4 }}', '0123'],
  ['{{ randAscii 4 }}', ' !"#'],
  ['{{ randBytes 3 }}', 'AAEC'],
  ['{{ randAlphaNum 0 }}|{{ randBytes 0 }}', '|'],
  ['{{ randInt 5 9 }}', '5'],
  ['{{ uuidv4 }}', '00010203-0405-4607-8809-0a0b0c0d0e0f'],
])('%s takes its randomness from the source that is handed in', (text, expected) => {
  expect(render(text)).toBe(expected)
})

test('every number of a range comes, none beside it', () => {
  const seen = new Set(Array.from({ length: 400 }, () => render('{{ randInt -2 3 }}', nodeRandom)))
  expect([...seen].map(Number).toSorted((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2])
})

test('shuffle keeps the characters', () => {
  const text = render('{{ shuffle "aäb€😀" }}', nodeRandom)
  expect([...text].toSorted()).toEqual([...'aäb€😀'].toSorted())
})

test.each([
  '{{ randAlphaNum 5000 }}',
  '{{ randBytes 5000 }}',
  '{{ repeat 5000 "a" }}',
  '{{ until 5000 }}',
  '{{ seq 5000 }}',
  '{{ indent 5000 "a" }}',
])('%s stops at the limit of a single value', (text) => {
  const run = (): string => render(text, nodeRandom, { size: 4999 })
  expect(run).toThrow(TemplateError)
  expect(run).toThrow('a value of')
})

test('what was encrypted is decrypted with the same password only', () => {
  expect(render('{{ encryptAES "key" "text" | decryptAES "key" }}', nodeRandom)).toBe('text')
  expect(render('{{ encryptAES "key" "" }}', nodeRandom)).toBe('')
})

test('a hash of bcrypt has cost 10 and a salt of its own', () => {
  const [a, b] = [render('{{ bcrypt "secret" }}', nodeRandom), render('{{ htpasswd "me" "secret" }}', nodeRandom)]
  expect(a).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/)
  expect(b).toMatch(/^me:\$2a\$10\$/)
  expect(b).not.toContain(a)
})
