import {
  GoObject,
  GoPointer,
  GoStruct,
  type GoType,
  type Method,
  type Value,
  goType,
  intOf,
  types,
  untag,
} from '@slipway/gotemplate'
import { NIL_DEREFERENCE, fail } from '../panics.ts'
import { checkMetadata, checkPrerelease, compareVersions, versionText, type Version } from './version.ts'

const MAX_UINT64 = (1n << 64n) - 1n

function method(
  params: readonly GoType[],
  result: GoType,
  call: (version: Version, args: readonly Value[]) => Value,
): Method {
  return { params, variadic: false, result, call: (receiver, args) => call(nativeOf(receiver), args) }
}

function nativeOf(value: Value): Version {
  const plain = untag(value)
  if (plain instanceof GoObject) return plain.native as Version
  // A nil pointer as argument: the method reads its fields.
  return fail(NIL_DEREFERENCE)
}

const getters: Record<string, Method> = {
  Major: method([], types.UINT64, (version) => intOf(types.UINT64, version.major)),
  Minor: method([], types.UINT64, (version) => intOf(types.UINT64, version.minor)),
  Patch: method([], types.UINT64, (version) => intOf(types.UINT64, version.patch)),
  Prerelease: method([], types.STRING, (version) => version.prerelease),
  Metadata: method([], types.STRING, (version) => version.metadata),
  Original: method([], types.STRING, (version) => version.original),
  String: method([], types.STRING, (version) => versionText(version)),
}

function stringer(value: Value): string {
  return versionText(nativeOf(value))
}

const FIELDS: GoType = types.defineType({
  name: 'semver.Version',
  kind: 'struct',
  fields: [
    { name: 'major', type: types.UINT64 },
    { name: 'minor', type: types.UINT64 },
    { name: 'patch', type: types.UINT64 },
    { name: 'pre', type: types.STRING },
    { name: 'metadata', type: types.STRING },
    { name: 'original', type: types.STRING },
  ],
})
const FIELDS_POINTER = types.pointerTo(FIELDS)

/** `%#v` and bad verbs see the fields. */
function hidden(value: Value): GoStruct {
  const { major, minor, patch, prerelease, metadata, original } = nativeOf(value)
  const fields: [string, Value][] = [
    ['major', intOf(types.UINT64, major)],
    ['minor', intOf(types.UINT64, minor)],
    ['patch', intOf(types.UINT64, patch)],
    ['pre', prerelease],
    ['metadata', metadata],
    ['original', original],
  ]
  return new GoStruct(FIELDS, new Map(fields))
}

/** `semver.Version`, what the Inc methods return. */
export const VERSION: GoType = types.defineType({
  name: 'semver.Version',
  kind: 'struct',
  stringer,
  hidden,
  methods: allMethods(),
})

/** `*semver.Version`, what `semver` returns. */
export const VERSION_POINTER: GoType = types.defineType({
  name: '*semver.Version',
  kind: 'ptr',
  elem: VERSION,
  stringer,
  hidden: (value) => new GoPointer(FIELDS_POINTER, hidden(value)),
  methods: allMethods(),
})

/** `*semver.Version` as result and parameter. */
export const versionCodec = goType<Version>(
  VERSION_POINTER,
  nativeOf,
  (version) => new GoObject(VERSION_POINTER, version),
)

function allMethods(): Record<string, Method> {
  const compare = (test: (order: number) => boolean): Method => lateMethod(types.BOOL, (order) => test(order))
  return {
    ...getters,
    IncMajor: incremented('major', ({ major }) => ({ major: major + 1n, minor: 0n, patch: 0n })),
    IncMinor: incremented('minor', ({ major, minor }) => ({ major, minor: minor + 1n, patch: 0n })),
    IncPatch: incremented('patch', ({ major, minor, patch, prerelease }) => ({
      major,
      minor,
      patch: prerelease === '' ? patch + 1n : patch,
    })),
    SetPrerelease: replaced('prerelease', checkPrerelease),
    SetMetadata: replaced('metadata', checkMetadata),
    LessThan: compare((order) => order < 0),
    LessThanEqual: compare((order) => order <= 0),
    GreaterThan: compare((order) => order > 0),
    GreaterThanEqual: compare((order) => order >= 0),
    Equal: equalMethod(),
    Compare: lateMethod(types.INT, (order) => intOf(types.INT, BigInt(order))),
  }
}

/** A comparison; its parameter is a type that is defined after it. */
function lateMethod(result: GoType, read: (order: number) => Value): Method {
  return {
    get params() {
      return [VERSION_POINTER]
    },
    variadic: false,
    result,
    call: (receiver, [other]) => read(compareVersions(nativeOf(receiver), nativeOf(other))),
  }
}

/** Equal asks whether the other one is nil, the rest do not. */
function equalMethod(): Method {
  return {
    get params() {
      return [VERSION_POINTER]
    },
    variadic: false,
    result: types.BOOL,
    call: (receiver, [other]) =>
      untag(other) instanceof GoObject && compareVersions(nativeOf(receiver), nativeOf(other)) === 0,
  }
}

type Numbers = Pick<Version, 'major' | 'minor' | 'patch'>

function incremented(name: keyof Numbers, next: (version: Version) => Numbers): Method {
  return valueMethod([], (version) => {
    const numbers = next(version)
    if (numbers[name] > MAX_UINT64) fail(`${name} version increment would overflow uint64`)
    return { ...version, ...numbers, prerelease: '', metadata: '' }
  })
}

function replaced(part: 'prerelease' | 'metadata', check: (text: string) => void): Method {
  return valueMethod([types.STRING], (version, [given]) => {
    const text = String(untag(given))
    if (text !== '') check(text)
    return { ...version, [part]: text }
  })
}

function valueMethod(params: readonly GoType[], change: (version: Version, args: readonly Value[]) => Version): Method {
  return {
    params,
    variadic: false,
    get result() {
      return VERSION
    },
    call: (receiver, args) => {
      const version = nativeOf(receiver)
      const next = change(version, args)
      const prefix = version.original.startsWith('v') ? 'v' : ''
      return new GoObject(VERSION, { ...next, original: prefix + versionText(next) })
    },
  }
}
