import { expect, test } from 'vitest'
import { YamlError, load, parseDocuments } from '../src/index.ts'

const sigs = (text: string) => load(text, { dialect: 'sigs' })
const kyaml = (text: string) => load(text, { dialect: 'kyaml' })

test.each<[string, unknown, unknown]>([
  ['a: n', { a: false }, { a: 'n' }],
  ['a: on\nb: Yes\nc: y', { a: true, b: true, c: true }, { a: 'on', b: 'Yes', c: 'y' }],
  ['a: 017', { a: 15 }, { a: 15 }],
  ['a: 0o17', { a: 15 }, { a: 15 }],
  ['a: 0x1F', { a: 31 }, { a: 31 }],
  ['a: 08', { a: 8 }, { a: 8 }],
  ['a: 1_000', { a: 1000 }, { a: 1000 }],
  ['a: .51_000', { a: 0.51 }, { a: 0.51 }],
  ['a: 2001-01-01', { a: '2001-01-01' }, { a: '2001-01-01T00:00:00Z' }],
  ['a: 12:30', { a: '12:30' }, { a: '12:30' }],
  ['a: 9007199254740993', { a: 9007199254740993n }, { a: 9007199254740993n }],
  ['a: 18446744073709551616', { a: 18446744073709552000 }, { a: 18446744073709552000 }],
  ['a: 1e400', { a: '1e400' }, { a: '1e400' }],
  ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }, { a: { b: 1 }, c: { b: 1 } }],
  ['b: 1\n<<: {b: 2, c: 3}', { b: 2, c: 3 }, { b: 1, c: 3 }],
  ['<<: [{a: 1}, {a: 2, b: 2}]', { a: 1, b: 2 }, { a: 1, b: 2 }],
  ['a: |\n  x\n  y\nb: >-\n  p\n  q', { a: 'x\ny\n', b: 'p q' }, { a: 'x\ny\n', b: 'p q' }],
  ['', null, null],
  ['a', 'a', 'a'],
  ['a:\n- b\n- c:', { a: ['b', { c: null }] }, { a: ['b', { c: null }] }],
])('%j is read as Go reads it', (text, bySigs, byKyaml) => {
  expect(sigs(text)).toEqual(bySigs)
  expect(kyaml(text)).toEqual(byKyaml)
})

test('keys that are no strings become strings in sigs and are refused in kyaml', () => {
  expect(sigs('n: 1\n1: 2\n1.5: 3')).toEqual({ false: 1, '1': 2, '1.5': 3 })
  expect(() => kyaml('1: a')).toThrow('json: unsupported type: map[interface {}]interface {}')
})

test('the last duplicate wins in sigs, with both places, and kyaml refuses it', () => {
  expect(sigs('a: 1\na: 2')).toEqual({ a: 2 })
  const { diagnostics } = parseDocuments('a: 1\na: 2', { file: 'v.yaml', dialect: 'sigs' })
  expect(diagnostics).toMatchObject([
    { code: 'YAML_DUPLICATE_KEY', severity: 'warning', range: { start: { line: 2, column: 1 } } },
  ])
  expect(diagnostics[0]?.related?.[0]?.range.start.line).toBe(1)
  expect(() => kyaml('a: 1\na: 2')).toThrow(
    'yaml: unmarshal errors:\n  line 2: mapping key "a" already defined at line 1',
  )
})

test.each([
  ['a: b: c', 'yaml: mapping values are not allowed in this context', 1, 5],
  ['a: 1\nb: c: d', 'yaml: line 2: mapping values are not allowed in this context', 2, 5],
  ['a: [1\nb: 2', "yaml: line 1: did not find expected ',' or ']'", 2, 2],
  ['a: *x', "yaml: unknown anchor 'x' referenced", 1, 4],
  ['a: "x', 'yaml: found unexpected end of stream', 1, 6],
  ['a: {{ .Values.x }}', 'yaml: invalid map key: map[interface {}]interface {}{".Values.x":interface {}(nil)}', 1, 5],
  ['a:\n\t- b', 'yaml: line 2: found character that cannot start any token', 2, 1],
  ['a: b\u0000', 'yaml: control characters are not allowed', 1, 5],
  ['%YAML 1.2\n---\na', 'yaml: found incompatible YAML document', 1, 1],
  ['a: !!int x', 'yaml: cannot decode !!str `x` as a !!int', 1, 10],
])('%j fails with go-yaml v2 words and the true place', (text, message, line, column) => {
  const error = failure(() => sigs(text))
  expect(error.message).toBe(`error converting YAML to JSON: ${message}`)
  expect(error.range?.start).toMatchObject({ line, column })
})

test('an alias bomb and a cycle are refused', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let at = 1; at < 9; at++)
    lines.push(`a${at}: &a${at} [${Array.from({ length: 10 }, () => `*a${at - 1}`).join(', ')}]`)
  expect(() => sigs(lines.join('\n'))).toThrow(
    expect.objectContaining({
      code: 'YAML_LIMIT',
      message: 'error converting YAML to JSON: yaml: document contains excessive aliasing',
    }) as Error,
  )
  expect(() => kyaml('a: &a [*a]')).toThrow("yaml: anchor 'a' value contains itself")
})

test('nesting has a limit', () => {
  expect(() => sigs('['.repeat(5000))).toThrow('exceeded max depth of 1000')
  expect(() => sigs(Array.from({ length: 2000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'))).toThrow(
    'exceeded max depth',
  )
})

test('prototype names are plain keys', () => {
  const value = sigs('__proto__: {p: 1}\nconstructor: {prototype: {q: 1}}') as Record<string, unknown>
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
  expect(({} as Record<string, unknown>)['p']).toBeUndefined()
})

test('a stream gives all documents before a fault, and the fault', () => {
  const { documents, diagnostics } = parseDocuments('a: 1\n---\nb: 2\n---\nc: d: e\n', {
    file: 's.yaml',
    dialect: 'kyaml',
  })
  expect(documents).toHaveLength(2)
  expect(diagnostics).toMatchObject([{ code: 'YAML_SYNTAX', range: { file: 's.yaml', start: { line: 5, column: 5 } } }])
})

test('only the first document counts for load', () => {
  expect(sigs('a: 1\n---\nb: : :\n')).toEqual({ a: 1 })
})

function failure(run: () => unknown): YamlError {
  try {
    run()
  } catch (error) {
    if (error instanceof YamlError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test.each([
  ['<<: {{ x }}\n"q": 1\n', 'line 1: cannot unmarshal !!map into string'],
  ['"q": 1\n<<:\n  ? [a]\n  : 1\n', 'line 3: cannot unmarshal !!seq into string'],
])('a merged key that is a collection has no place among texts: %s', (text, problem) => {
  expect(() => load(text, { dialect: 'kyaml' })).toThrow(`yaml: unmarshal errors:\n  ${problem}`)
})

test.each<[string, unknown]>([
  ['a:\n  ? \t# c\n    b\n  : 1', { a: { b: 1 } }],
  ['a:\n  ? b\n  : \t# c\n    1', { a: { b: 1 } }],
  ['[a ,\t# c\n  b]', ['a', 'b']],
])('go-yaml v3 takes the comment behind a key or value mark with its tabs, v2 does not: %j', (text, byKyaml) => {
  expect(kyaml(text)).toEqual(byKyaml)
  if (!text.startsWith('[')) expect(() => sigs(text)).toThrow('found character that cannot start any token')
})

test('a mapping as key that has duplicates is left out with its value, and reported', () => {
  expect(() => kyaml('? {a: 1, a: 2}\n: {b: 1, b: 2}\n"c": 3')).toThrow(
    /^yaml: unmarshal errors:\n {2}line 1: mapping key "a" already defined at line 1$/,
  )
})

test.each([
  ['4oKs/w==', '\u20ac\ufffd'],
  ['4oI=', '\ufffd\ufffd'],
  ['8J+YgPCfmA==', '\u{1f600}\ufffd\ufffd\ufffd'],
])('each byte of !!binary that is no UTF-8 is replaced, as json.Marshal does: %s', (base64, text) => {
  expect(sigs(`a: !!binary ${base64}`)).toEqual({ a: text })
})

test('a list item below a comment meets a fault of the scanner twice in go-yaml v3', () => {
  const text = '# c\n-\n  - >+\n      \t\n'
  expect(() => kyaml(text)).toThrow('yaml: line 4: found character that cannot start any token')
  expect(() => kyaml(text.slice(4))).toThrow('found a tab character where an indentation space is expected')
  expect(() => kyaml("# c\n- 'a'\n- 'b")).toThrow('yaml: line 3: found unexpected end of stream')
})

test('the value of a key that is null is decoded, however often there is one', () => {
  expect(() => kyaml('a:\n  ~: 1\n  null: !!bool x')).toThrow('yaml: cannot decode !!str `x` as a !!bool')
})

test('bytes in a key that is no key are quoted as bytes', () => {
  expect(() => sigs('? {!!binary 4oKs/w==: !!binary YQ==}')).toThrow(
    'yaml: invalid map key: map[interface {}]interface {}{"\u20ac\\xff":"a"}',
  )
})

test('of numbers that JSON has not, the one under the first key is reported', () => {
  expect(() => sigs('b: .nan\na: -.inf')).toThrow('json: unsupported value: -Inf')
})

test('a merged key that is a collection makes go-yaml v3 panic where keys may be of any type', () => {
  expect(() => kyaml('<<: {{ x }}\n1: 1')).toThrow(
    'yaml: runtime error: hash of unhashable type map[string]interface {}',
  )
  expect(() => kyaml('<<: {[x]: 1}\n1: 1')).toThrow('yaml: runtime error: hash of unhashable type []interface {}')
})

test('keys in messages stand in the order of their bytes', () => {
  expect(() => sigs('? {a: , "\ue000": 1}')).toThrow('{"a":interface {}(nil), "\\ue000":1}')
})

test('go-yaml v3 takes comments with tabs on the empty lines between them, v2 does not', () => {
  expect(kyaml('# a\n \t\n# b\nc: 1')).toEqual({ c: 1 })
  expect(() => sigs('# a\n \t\n# b\nc: 1')).toThrow('found character that cannot start any token')
  expect(() => kyaml('# a\n \t\nc: 1')).toThrow('found character that cannot start any token')
})

test('a key that is a mapping is quoted as it was decoded: merged, and without what has duplicates', () => {
  expect(() => sigs('? a:\n  <<: {1.5: x}\n: 1')).toThrow(
    'map[interface {}]interface {}{"a":interface {}(nil), 1.5:"x"}',
  )
  expect(() => kyaml('? a: {b: 1, b: 2}\n  c: [{d: 1, d: 2}, e]\n: 1')).toThrow(
    'invalid map key: map[string]interface {}{"c":[]interface {}{"e"}}',
  )
})

test('a mapping that calls itself a string is no key either', () => {
  expect(() => kyaml('a: 1\n!!str {b: c}: 2')).toThrow('line 2: cannot unmarshal !!str `` into string')
})

test.each([
  ['a: \udcff', 'invalid leading UTF-8 octet'],
  ['\udce2(\udca1', 'invalid trailing UTF-8 octet'],
  ['\udcf0\udc9f\udc98é', 'invalid trailing UTF-8 octet'],
  ['a: \udce2\udc82', 'incomplete UTF-8 octet sequence'],
  ['a: \udce0\udc80\udc80', 'invalid length of a UTF-8 sequence'],
  ['a: \udced\udca0\udc80', 'invalid Unicode character'],
  ['a: 😀\u0001', 'control characters are not allowed'],
])('%j has bytes that YAML refuses: %s', (text, problem) => {
  expect(() => load(text, { dialect: 'sigs' })).toThrow(`error converting YAML to JSON: yaml: ${problem}`)
})

test.each([
  ['? - 2001-01-01', '[]interface {}{time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC)}'],
  [
    '? {2001-12-14t21:59:43.10-05:00: 1, b: 2, 2001-01-02: 3}',
    'map[interface {}]interface {}{"b":2, time.Date(2001, time.January, 2, 0, 0, 0, 0, time.UTC):3, ' +
      'time.Date(2001, time.December, 14, 21, 59, 43, 100000000, time.Location("")):1}',
  ],
  [
    '? [2001-12-14T21:59:43+00:00, "2001-01-01"]',
    '[]interface {}{time.Date(2001, time.December, 14, 21, 59, 43, 0, time.Local), "2001-01-01"}',
  ],
])('the message about the key of %s quotes times as Go prints them', (text, quoted) => {
  expect(() => kyaml(text)).toThrow(`yaml: invalid map key: ${quoted}`)
})

test.each([
  ['# head\n  \t\n# foot\n', null],
  ['# head\n \u2029\t\n# foot\n', 'yaml: line 3: found character that cannot start any token'],
  ['a: 1\n# head\n\t\u0085# foot\n', 'yaml: line 3: found character that cannot start any token'],
])('a tab between comments: %j', (text, expected) => {
  if (expected === null) expect(kyaml(text)).toBeNull()
  else expect(() => kyaml(text)).toThrow(expected)
})

test.each([
  ['<<: {"<<": {a: 1, a: 2}, b: 1}\nc: 2', { b: 1, c: 2 }],
  ['<<: {a: 1, !!binary YQ==: 2}\nb: 3', { a: 1, b: 3 }],
  ["<<: {'1.5': !!bool q}\n1.5: x", 'yaml: cannot decode !!str `q` as a !!bool'],
  ["<<: {'1.5': !!bool q}\n'1.5': x", { '1.5': 'x' }],
  [
    '<<: {}\n1: a\n1: b\n<<: {}',
    'yaml: unmarshal errors:\n  line 4: mapping key "<<" already defined at line 1\n  line 3: mapping key "1" already defined at line 2',
  ],
])('what is merged does not replace a key of the same type and text: %j', (text, expected) => {
  if (typeof expected === 'string') expect(() => kyaml(text)).toThrow(expected)
  else expect(kyaml(text)).toEqual(expected)
})

const END = 'found unexpected end of stream'
const COLON = "could not find expected ':'"
test.each([
  ["- a\n- !t 'x'\n\"\n", 3, END],
  ["- a\n # c\n- !t 'x'\n\"\n", 4, COLON],
  ["- a\n# c\n\n- !t 'x'\n\"\n", 5, END],
  ["- a\n\n# c\n\n- !t 'x'\n\"\n", 6, COLON],
  ["- a: 1\n # c\n- !t 'x'\n\"\n", 4, END],
  ["- a: 1\n# c\n- !t 'x'\n\"\n", 4, COLON],
  ["# c\n !t\n- !t 'x'\n\"\n", 4, COLON],
  ["# c\n\n !t\n- !t 'x'\n\"\n", 5, END],
  ["# c\n\n---\n- !t 'x'\n\"\n", 5, COLON],
  ["&a\n# c\n !t\n- !t 'x'\n\"\n", 5, COLON],
  ['# c\n- \n,\r Z]=\n', 2, 'did not find expected node content'],
  ['# c\n- !x!y\n,\r Z]=\n', 1, 'found undefined tag handle'],
])('below a comment the second of two faults counts: %j', (text, line, problem) => {
  expect(() => kyaml(text)).toThrow(`yaml: line ${line}: ${problem}`)
})

test.each([
  ['a: 1 # c\n\t\n# d\n', 'yaml: line 2: found character that cannot start any token'],
  ['?  # c\n\t\n# d\n  - x\n', 'yaml: line 2: found character that cannot start any token'],
  ["- # c\n  - !t 'x'\n\"\n", `yaml: line 3: ${COLON}`],
])('a comment on the line of a token stands for itself: %j', (text, message) => {
  expect(() => kyaml(text)).toThrow(message)
})
