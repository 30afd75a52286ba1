import { expect, test } from 'vitest'
import { compile } from '../src/cel/compile.ts'
import { CelUnsupported } from '../src/cel/tokens.ts'
import { CelError } from '../src/cel/values.ts'

const SELF = {
  replicas: 3,
  size: 's',
  name: 'web-1',
  labels: { app: 'web', 'a-b': 'x' },
  ports: [{ port: 80, name: 'http' }, { port: 443 }],
  empty: [],
}

function value(source: string): unknown {
  return compile(source, ['self', 'oldSelf']).evaluate(
    new Map<string, unknown>([
      ['self', SELF],
      ['oldSelf', { replicas: 1 }],
    ]),
  )
}

test.each([
  ['self.replicas <= 3 && self.size == "s"', true],
  ['self.size != "s" || self.replicas <= 2', false],
  ['self.size in ["s", "m"]', true],
  ['"app" in self.labels && !("b" in self.labels)', true],
  ['has(self.replicas) && !has(self.nothing)', true],
  ['has(self.labels.app)', true],
  ['self.labels.a__dash__b == "x"', true],
  ['self.ports.all(p, p.port > 0)', true],
  ['self.ports.exists(p, p.name == "http")', true],
  ['self.ports.exists_one(p, p.port == 443)', true],
  ['self.ports.filter(p, has(p.name)).size()', 1],
  ['self.ports.map(p, p.port)', [80, 443]],
  ['self.ports.map(p, p.port > 100, p.port + 1)', [444]],
  ['self.labels.all(key, key.matches("^[a-z-]+$"))', true],
  ['size(self.ports) == 2 && size(self.name) == 5', true],
  ['self.name.startsWith("web") && self.name.endsWith("1") && self.name.contains("-")', true],
  ['self.replicas >= oldSelf.replicas', true],
  ['self.replicas > 2 ? "many" : "few"', 'many'],
  ['7 / 2 + 7 % 2 - -1', 5],
  ['7.0 / 2.5', 2.8],
  ['int("42") + size([1, 2])', 44],
  ['"a" + string(1) + r"\\d"', 'a1\\d'],
  ["'it\\'s' == \"it's\"", true],
  ['{"a": 1, "b": [2]}.b[0]', 2],
  ['self.nothing.x == 1 || true', true],
  ['self.nothing.x == 1 && false', false],
  ['[1, 2, 3].isSorted() && [1, 2].sum() == 3 && [1, 5].max() == 5', true],
  ['"A,b".lowerAscii().split(",").join("-")', 'a-b'],
  ['1 + 2 * 3 == 7 // the end', true],
])('%s', (source, expected) => {
  expect(value(source)).toEqual(expected)
})

test.each([
  ['self.nothing == 1', 'no such key: nothing'],
  ['self.ports[2].port == 1', 'index out of bounds: 2'],
  ['self.replicas / 0 == 1', 'division by zero'],
  ['self.replicas < "3"', 'no such overload'],
  ['self.replicas && true', 'no such overload'],
])('%s fails', (source, message) => {
  expect(() => value(source)).toThrowError(new CelError(message))
})

test.each([
  'self.',
  'self..a',
  '(1',
  'nobody.x',
  'duration("1s") > duration("0s")',
  'self.a.fold(x, 1)',
  'self # 1',
  'has(1)',
])('%s is not known here', (source) => {
  expect(() => compile(source, ['self'])).toThrowError(CelUnsupported)
})

test.each([
  ['self.?size.orValue("x")', 's'],
  ['self.?nothing.orValue("x")', 'x'],
  ['self.?nothing.deeper.orValue(1)', 1],
  ['self.labels[?"app"].value()', 'web'],
  ['self.labels[?"none"].hasValue()', false],
  ['optional.of(1).or(optional.of(2)).value()', 1],
  ['optional.none().or(optional.of(2)).value()', 2],
  ['optional.ofNonZeroValue("").hasValue()', false],
  ['"%s has %d of %.2f: %s".format([self.name, self.replicas, 1.5, [1, 2]])', 'web-1 has 3 of 1.50: [1, 2]'],
  ['jsonpatch.escapeKey("a/b~c")', 'a~1b~0c'],
])('optional values and texts: %s', (source, expected) => {
  expect(value(source)).toEqual(expected)
})

test('a value that is missing has none', () => {
  expect(() => value('self.?nothing.value()')).toThrowError(new CelError('optional.none() dereference'))
})

test('literals of types, whose names are the paths of fields', () => {
  const read = (source: string): unknown => compile(source, [], ['Object', 'JSONPatch']).evaluate(new Map())
  expect(read('Object{spec: Object.spec{replicas: 1 + 2}}')).toEqual({ spec: { replicas: 3 } })
  expect(read('[JSONPatch{op: "add", path: "/a", value: Object.a{b: true}}]')).toEqual([
    { op: 'add', path: '/a', value: { b: true } },
  ])
  expect(() => read('Object{spec: Object.wrong{}}')).toThrowError(
    /unexpected type name "Object.wrong", expected "Object.spec"/,
  )
  expect(() => read('JSONPatch{operation: "add"}')).toThrowError(CelUnsupported)
  expect(() => compile('Object{}', [])).toThrowError(CelUnsupported)
})

test('names what it uses', () => {
  expect([...compile('self.a == 1 && oldSelf.a == 2', ['self', 'oldSelf']).uses]).toEqual(['self', 'oldSelf'])
})
