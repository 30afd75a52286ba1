import { quote, utf8 } from '@slipway/gotemplate'
import { fail } from '../panics.ts'
import { comparePrereleases, compareVersions, parseVersion, type Version } from './version.ts'

interface Constraint {
  readonly operator: string
  readonly version: Version
  /** A part is missing or `x`. */
  readonly dirty: boolean
  readonly minorDirty: boolean
  readonly patchDirty: boolean
}

/** Groups joined by `||`; a group accepts prereleases when one of its constraints names one. */
export type Constraints = readonly { readonly all: readonly Constraint[]; readonly prereleases: boolean }[]

const VERSION =
  'v?([0-9|x|X|\\*]+)(\\.[0-9|x|X|\\*]+)?(\\.[0-9|x|X|\\*]+)?(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?'
/** Go tries alternatives in this order, the empty operator after `=`. */
const OPERATORS = '=||!=|>|<|>=|=>|<=|=<|~|~>|\\^'
const SPACE = '[\\t\\n\\f\\r ]'
const ONE = new RegExp(`^${SPACE}*(${OPERATORS})${SPACE}*(${VERSION})${SPACE}*$`)
const RANGE = new RegExp(`${SPACE}*(${VERSION})${SPACE}+-${SPACE}+(${VERSION})${SPACE}*`, 'g')
const FIND = new RegExp(`(${OPERATORS})${SPACE}*(${VERSION})`, 'g')
/** Between two parts stands space or a comma; written so that there is one way to match only, as JavaScript tries them all where Go does not. */
const PART = `(?:(?:${OPERATORS.replace('||', '|')})${SPACE}*)?${VERSION}`
const VALID = new RegExp(`^${SPACE}*${PART}(?:(?:${SPACE}*,${SPACE}*|${SPACE}+)${PART})*${SPACE}*$`)
const MAX_LENGTH = 512
const MAX_GROUPS = 32

/** semver.NewConstraint of Masterminds/semver 3.5. Throws a FunctionError with its text. */
export function parseConstraints(text: string): Constraints {
  if (utf8.byteLength(text) > MAX_LENGTH) return fail(`constraint string is too long (max ${MAX_LENGTH} bytes)`)
  const groups = rewriteRanges(text).split('||')
  if (groups.length > MAX_GROUPS) return fail(`too many constraint groups (max ${MAX_GROUPS})`)
  return groups.map((group) => {
    if (!VALID.test(group)) fail(`improper constraint: ${quote(group)}`)
    const all = Array.from(group.matchAll(FIND), ([part]) => parseConstraint(part))
    return { all, prereleases: all.some((constraint) => constraint.version.prerelease !== '') }
  })
}

/** `1.2 - 3` means `>= 1.2, <= 3`. */
function rewriteRanges(text: string): string {
  let out = text
  for (const match of text.matchAll(RANGE)) out = out.replace(match[0], () => `>= ${match[1]}, <= ${match[11]} `)
  return out
}

function parseConstraint(text: string): Constraint {
  const match = ONE.exec(text)
  if (match === null) return fail(`improper constraint: ${quote(text)}`)
  const [, operator = '', whole = '', major = '', minor = '', patch = '', suffix = ''] = match
  const shape = { operator, dirty: true, minorDirty: false, patchDirty: false }
  if (isAny(major)) return { ...shape, version: versionOf(`0.0.0${suffix}`) }
  if (isAny(minor.slice(1))) return { ...shape, minorDirty: true, version: versionOf(`${major}.0.0${suffix}`) }
  if (isAny(patch.slice(1))) return { ...shape, patchDirty: true, version: versionOf(`${major}${minor}.0${suffix}`) }
  return { ...shape, dirty: false, version: versionOf(whole) }
}

function versionOf(text: string): Version {
  try {
    return parseVersion(text)
  } catch {
    return fail('constraint parser error')
  }
}

function isAny(part: string): boolean {
  return part === '' || part === 'x' || part === 'X' || part === '*'
}

/** True when a version meets constraints; a pre-release only meets those that name one, as in Masterminds/semver. */
export function satisfies(version: Version, constraints: Constraints): boolean {
  return constraints.some(({ all, prereleases }) =>
    all.every((constraint) => accepts(version, constraint, prereleases)),
  )
}

function accepts(version: Version, constraint: Constraint, prereleases: boolean): boolean {
  if (version.prerelease !== '' && !prereleases) return false
  switch (constraint.operator) {
    case '':
    case '=':
      return constraint.dirty ? tilde(version, constraint) : compareVersions(version, constraint.version) === 0
    case '!=':
      return notEqual(version, constraint)
    case '>':
      return greater(version, constraint)
    case '<':
      return compareVersions(version, constraint.version) < 0
    case '>=':
    case '=>':
      return compareVersions(version, constraint.version) >= 0
    case '<=':
    case '=<':
      return lessOrEqual(version, constraint)
    case '^':
      return caret(version, constraint)
    default:
      return tilde(version, constraint)
  }
}

function notEqual(version: Version, constraint: Constraint): boolean {
  const wanted = constraint.version
  if (constraint.dirty) {
    if (wanted.major !== version.major) return true
    if (wanted.minor !== version.minor && !constraint.minorDirty) return true
    if (constraint.minorDirty) return false
    if (wanted.patch !== version.patch && !constraint.patchDirty) return true
    if (constraint.patchDirty) return comparePrereleases(version.prerelease, wanted.prerelease) !== 0
  }
  return compareVersions(version, wanted) !== 0
}

function greater(version: Version, constraint: Constraint): boolean {
  const wanted = constraint.version
  if (!constraint.dirty) return compareVersions(version, wanted) === 1
  if (version.major !== wanted.major) return version.major > wanted.major
  if (constraint.minorDirty) return false
  if (constraint.patchDirty) return version.minor > wanted.minor
  return compareVersions(version, wanted) === 1
}

function lessOrEqual(version: Version, constraint: Constraint): boolean {
  const wanted = constraint.version
  if (!constraint.dirty) return compareVersions(version, wanted) <= 0
  if (version.major > wanted.major) return false
  return !(version.major === wanted.major && version.minor > wanted.minor && !constraint.minorDirty)
}

function tilde(version: Version, constraint: Constraint): boolean {
  const wanted = constraint.version
  if (compareVersions(version, wanted) < 0) return false
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n
  if (isZero && !constraint.minorDirty && !constraint.patchDirty) return true
  return version.major === wanted.major && (version.minor === wanted.minor || constraint.minorDirty)
}

function caret(version: Version, constraint: Constraint): boolean {
  const wanted = constraint.version
  if (compareVersions(version, wanted) < 0) return false
  if (wanted.major > 0n || constraint.minorDirty) return version.major === wanted.major
  if (version.major > 0n) return false
  if (wanted.minor > 0n || constraint.patchDirty) return version.minor === wanted.minor
  return version.minor === 0n && wanted.patch === version.patch
}
