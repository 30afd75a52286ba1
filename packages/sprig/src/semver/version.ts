import { parseUint, quote, utf8 } from '@slipway/gotemplate'
import { fail } from '../panics.ts'

/** A version as Masterminds/semver 3.5 reads it: loose, `v` prefix and missing parts allowed. */
export interface Version {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  readonly prerelease: string
  readonly metadata: string
  readonly original: string
}

const LOOSE =
  /^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*))?(\+([0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*))?$/
const MAX_LENGTH = 256

/** semver.NewVersion. Throws a FunctionError with its text. */
export function parseVersion(text: string): Version {
  if (utf8.byteLength(text) > MAX_LENGTH) return fail(`version string is too long (max ${MAX_LENGTH} bytes)`)
  const match = text.includes('\n') ? null : LOOSE.exec(text)
  if (match === null) return fail('invalid semantic version')
  const prerelease = match[5] ?? ''
  const version = {
    major: segment(String(match[1])),
    minor: segment((match[2] ?? '.0').slice(1)),
    patch: segment((match[3] ?? '.0').slice(1)),
    prerelease,
    metadata: match[8] ?? '',
    original: text,
  }
  if (prerelease !== '') checkPrerelease(prerelease)
  return version
}

function segment(digits: string): bigint {
  const parsed = parseUint(digits, 10)
  if (parsed.fault === undefined) return parsed.value
  return fail(`error parsing version segment: strconv.ParseUint: parsing ${quote(digits)}: ${parsed.fault}`)
}

/** The part of validatePrerelease that the expression above does not check. */
export function checkPrerelease(text: string): void {
  for (const part of text.split('.')) {
    if (part === '' || !/^[0-9A-Za-z-]+$/.test(part)) fail('invalid prerelease string')
    if (/^0[0-9]+$/.test(part)) fail('version segment starts with 0')
  }
}

/** validateMetadata. */
export function checkMetadata(text: string): void {
  for (const part of text.split('.')) if (!/^[0-9A-Za-z-]+$/.test(part)) fail('invalid metadata string')
}

/** The canonical text: three numbers, no `v`. */
export function versionText(version: Version): string {
  const { major, minor, patch, prerelease, metadata } = version
  return `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}${metadata === '' ? '' : `+${metadata}`}`
}

/** -1, 0 or 1; metadata does not count, a prerelease is lower than its release. */
export function compareVersions(a: Version, b: Version): number {
  const segments = compare(a.major, b.major) || compare(a.minor, b.minor) || compare(a.patch, b.patch)
  if (segments !== 0) return segments
  if (a.prerelease === b.prerelease) return 0
  if (a.prerelease === '') return 1
  if (b.prerelease === '') return -1
  return comparePrereleases(a.prerelease, b.prerelease)
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Orders prerelease strings part by part. */
export function comparePrereleases(a: string, b: string): number {
  const left = a.split('.')
  const right = b.split('.')
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = comparePart(left[i] ?? '', right[i] ?? '')
    if (order !== 0) return order
  }
  return 0
}

/** Numbers are lower than words; a missing part is lowest. */
function comparePart(a: string, b: string): number {
  if (a === b) return 0
  if (a === '') return -1
  if (b === '') return 1
  const x = parseUint(a, 10)
  const y = parseUint(b, 10)
  if (x.fault !== undefined && y.fault !== undefined) return a > b ? 1 : -1
  if (y.fault !== undefined) return -1
  if (x.fault !== undefined) return 1
  return x.value > y.value ? 1 : -1
}
