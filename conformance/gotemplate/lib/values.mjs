import {
  GoBytes,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoSlice,
  fromJs,
  goInt,
  goList,
  sliceFrom,
  types,
  utf8,
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
      return new GoFunc({
        params: [types.STRING, types.INT],
        variadic: false,
        result: types.STRING,
        call: ([a, b]) => `${String(a)}/${String(b.value)}`,
      })
    default: {
      const make = extra.get(key)
      if (make === undefined) throw new Error(`unknown type ${key}`)
      return make(arg)
    }
  }
}

function floatOf(text) {
  if (/nan/i.test(text)) return Number.NaN
  if (/inf/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}
