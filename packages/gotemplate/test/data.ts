import {
  fromJs,
  GoBytes,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoPointer,
  GoSlice,
  GoStruct,
  goInt,
  goInt64,
  intOf,
  sliceFrom,
  types,
  untag,
  utf8,
  zeroOf,
  type Field,
  type Value,
} from '@slipway/gotemplate'

/** One row of a recorded table: a template and Go's answer to it. */
export type RecordedRow =
  | { readonly text: string; readonly output: string }
  | { readonly text: string; readonly error: string }

const stringMap = new GoMap(types.STRING_MAP, new Map([['p', 'q']]))

/** A function `func(string, int) string`. */
function joined(): GoFunc {
  return new GoFunc({
    params: [types.STRING, types.INT],
    variadic: false,
    result: types.STRING,
    call: ([text, count]) => {
      const number = untag(count)
      return `${String(untag(text))}/${number instanceof GoInt ? number.value.toString() : ''}`
    },
  })
}

const FIELDS: Field[] = [
  { name: 'Name', type: types.STRING, json: 'name,omitempty' },
  { name: 'Count', type: types.INT },
  { name: 'List', type: types.STRING_SLICE, json: 'list' },
  { name: 'Tags', type: types.STRING_MAP, json: 'tags,omitempty' },
]
const RECORD = types.defineType({ name: 'main.record', kind: 'struct', fields: FIELDS })
const POINTER = types.pointerTo(RECORD)
FIELDS.push(
  { name: 'Next', type: POINTER, json: 'next,omitempty' },
  { name: 'Any', type: types.ANY, json: ',omitempty' },
  { name: 'note', type: types.STRING },
)

/** The struct of the program that recorded the answers: a pointer to its like, a hidden field. */
function record(): GoStruct {
  const values = new Map<string, Value>(FIELDS.map(({ name, type }) => [name, zeroOf(type)]))
  values.set('Name', 'n').set('Count', goInt(3)).set('note', 'x')
  values.set('List', sliceFrom(types.STRING_SLICE, ['a', 'b']))
  values.set('Tags', new GoMap(types.STRING_MAP, new Map([['k', 'v']])))
  return new GoStruct(RECORD, values)
}

/** A record that points to an empty one. */
function chain(): GoPointer {
  const next = new Map<string, Value>(FIELDS.map(({ name, type }) => [name, zeroOf(type)])).set('Any', goInt(1))
  const values = new Map(record().values).set('Next', new GoPointer(POINTER, new GoStruct(RECORD, next)))
  return new GoPointer(POINTER, new GoStruct(RECORD, values))
}

const PLAIN = {
  t: true,
  f: false,
  s: 'hello World',
  e: '',
  u: 'Größe €😀',
  n: '42',
  v: '1.2.3-rc.1+b5',
  d: '2024-02-29',
  x: '0x1F',
  multi: 'one\ntwo\n  three\n',
  fl: 1.5,
  fneg: -0.25,
  fbig: 1e21,
  fint: 3,
  ftiny: 1e-7,
  fnan: Number.NaN,
  finf: Number.POSITIVE_INFINITY,
  nil: null,
  list: ['b', 'a', 'c', 'a'],
  mixed: [1, 'two', true, null, { k: 'v' }],
  nested: [[1, 2], [3], []],
  empty: [],
  m: { a: 1, b: 'two' },
  one: { k: 'v' },
  deep: { a: { b: { c: 'deep' } }, l: [{ n: 1 }, { n: 2 }] },
  em: {},
}

/** The data that recorded answers are about: one field a kind of value; fresh, as templates may change it. */
export function recordedData(): GoMap {
  const data = fromJs(PLAIN)
  if (!(data instanceof GoMap)) throw new TypeError('no map')
  const typed: [string, Value][] = [
    ['bin', utf8.decodeBytes(Uint8Array.from([0x80, 0x61, 0xff]))],
    ['i0', goInt(0)],
    ['i', goInt(7)],
    ['ineg', goInt(-13)],
    ['ibig', goInt(9223372036854775807n)],
    ['i64', goInt64(64)],
    ['i32', intOf(types.INT32, -32n)],
    ['u8', intOf(types.UINT8, 200n)],
    ['u64', intOf(types.UINT64, 18446744073709551615n)],
    ['c', new GoComplex(1, -2)],
    ['strs', sliceFrom(types.STRING_SLICE, ['x', 'y', ''])],
    ['ints', sliceFrom(types.sliceOf(types.INT), [3, 1, 2])],
    ['bytes', new GoBytes(Uint8Array.from([0x68, 0x69, 0, 0xff]))],
    ['sm', stringMap],
    ['nl', new GoSlice(undefined, [], { isNil: true })],
    ['nm', new GoMap(undefined, new Map(), true)],
    ['fn', joined()],
    ['rec', record()],
    ['prec', new GoPointer(POINTER, record())],
    ['nrec', new GoPointer(POINTER, undefined)],
    ['chain', chain()],
    ['pint', new GoPointer(types.pointerTo(types.INT), goInt(7))],
    ['npint', new GoPointer(types.pointerTo(types.INT), undefined)],
  ]
  for (const [name, value] of typed) data.entries.set(name, value)
  return data
}
