import {
  GoBytes,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoPointer,
  GoSlice,
  GoStruct,
  fromJs,
  goInt,
  goList,
  sliceFrom,
  sprint,
  types,
  untag,
  utf8,
  zeroOf,
} from '@slipway/gotemplate'

/** Makers of types that another package owns (time.Time, *semver.Version), by their key. */
const extra = new Map()

/** Adds a maker for a typed value. */
export function registerType(key, make) {
  extra.set(key, make)
}

/** Our value for the JSON form of a case's data (see oracle/values.go). */
export function toValue(data) {
  if (Array.isArray(data)) return goList(data.map(toValue))
  if (data === null || typeof data !== 'object') return fromJs(data)
  const keys = Object.keys(data)
  if (keys.length === 1 && keys[0].startsWith('$')) return typed(keys[0], data[keys[0]])
  return new GoMap(undefined, new Map(keys.map((key) => [key, toValue(data[key])])))
}

function typed(key, arg) {
  switch (key) {
    case '$int':
      return goInt(BigInt(arg))
    case '$int64':
      return new GoInt(types.INT64, BigInt(arg))
    case '$int32':
      return new GoInt(types.INT32, BigInt(arg))
    case '$uint8':
      return new GoInt(types.UINT8, BigInt(arg))
    case '$uint64':
      return new GoInt(types.UINT64, BigInt(arg))
    case '$float':
      return floatOf(arg)
    case '$bytes':
      return new GoBytes(Buffer.from(arg, 'base64'))
    case '$text':
      return utf8.decodeBytes(Buffer.from(arg, 'base64'))
    case '$strings':
      return sliceFrom(types.STRING_SLICE, arg)
    case '$ints':
      return sliceFrom(types.sliceOf(types.INT), arg)
    case '$stringmap':
      return new GoMap(types.STRING_MAP, new Map(Object.entries(arg)))
    case '$complex':
      return new GoComplex(arg[0], arg[1])
    case '$nillist':
      return new GoSlice(undefined, [], { isNil: true })
    case '$nilmap':
      return new GoMap(undefined, new Map(), true)
    case '$func':
      return FUNCTIONS[arg]()
    case '$record':
      return recordOf(arg)
    case '$pointer':
      return new GoPointer(types.pointerTo(types.INT), goInt(BigInt(arg)))
    case '$nilpointer':
      return new GoPointer(types.pointerTo(types.INT), undefined)
    default: {
      const make = extra.get(key)
      if (make === undefined) throw new Error(`unknown type ${key}`)
      return make(arg)
    }
  }
}

const FUNCTIONS = {
  two: () => funcOf([types.STRING, types.INT], ([a, b]) => `${String(untag(a))}/${String(untag(b).value)}`),
  wide: () =>
    funcOf([types.COMPLEX128, types.FLOAT64, types.BOOL, types.UINT8, types.INT], (args) => sprint(args.map(untag))),
  rest: () =>
    funcOf(
      [types.STRING, types.INT],
      ([first, ...more]) => sprint([untag(first), new GoSlice(types.sliceOf(types.INT), more.map(untag))]),
      true,
    ),
  struct: () => funcOf([RECORD], ([record]) => untag(record).values.get('Name')),
}

function funcOf(params, call, variadic = false) {
  return new GoFunc({ params, variadic, result: types.STRING, call })
}

const FIELDS = [
  { name: 'Name', type: types.STRING, json: 'name,omitempty' },
  { name: 'Count', type: types.INT },
  { name: 'List', type: types.STRING_SLICE, json: 'list' },
  { name: 'Tags', type: types.STRING_MAP, json: 'tags,omitempty' },
]
const RECORD = types.defineType({ name: 'main.record', kind: 'struct', fields: FIELDS })
const RECORD_POINTER = types.pointerTo(RECORD)
FIELDS.push(
  { name: 'Next', type: RECORD_POINTER, json: 'next,omitempty' },
  { name: 'Any', type: types.ANY, json: ',omitempty' },
  { name: 'note', type: types.STRING },
)

/** The struct of oracle/values.go. */
function recordOf(kind) {
  const one = record({
    Name: 'n',
    Count: goInt(3),
    List: sliceFrom(types.STRING_SLICE, ['a', 'b']),
    Tags: new GoMap(types.STRING_MAP, new Map([['k', 'v']])),
    note: 'x',
  })
  if (kind === 'value') return one
  if (kind === 'chain') one.values.set('Next', new GoPointer(RECORD_POINTER, record({ Any: goInt(1) })))
  return new GoPointer(RECORD_POINTER, kind === 'nil' ? undefined : one)
}

function record(values) {
  return new GoStruct(RECORD, new Map(FIELDS.map(({ name, type }) => [name, values[name] ?? zeroOf(type)])))
}

function floatOf(text) {
  if (/nan/i.test(text)) return Number.NaN
  if (/inf/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}
