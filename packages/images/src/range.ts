/** A version as numbers; what follows a hyphen (a pre-release) and build metadata are left out, a host's Node has none in releases. */
export type Version = readonly [number, number, number]

/** Reads `v20.19.0` or `20.19.0`; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim())
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])]
}

interface Interval {
  readonly from: Version
  /** Exclusive. */
  readonly to: Version
}

const TOP: Version = [Number.MAX_SAFE_INTEGER, 0, 0]
const ZERO: Version = [0, 0, 0]

/**
 * Tells whether a version is in an npm range (the `engines` field): `>=20.19 <25 || ^26`, x-ranges, `~`, `^`, hyphens.
 * Undefined for a text that is no range.
 */
export function inRange(version: Version, range: string): boolean | undefined {
  let inside = false
  for (const part of range.split('||')) {
    const intervals = readComparators(part.trim())
    if (intervals === undefined) return undefined
    inside ||= intervals.every(({ from, to }) => compare(version, from) >= 0 && compare(version, to) < 0)
  }
  return inside
}

function readComparators(text: string): Interval[] | undefined {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(text)
  const words =
    hyphen === null ? text.replace(/([<>=~^]+)\s+/g, '$1').split(/\s+/) : [`>=${hyphen[1]}`, `<=${hyphen[2]}`]
  const intervals = words.map(readComparator)
  return intervals.every((interval) => interval !== undefined) ? intervals : undefined
}

function readComparator(word: string): Interval | undefined {
  const match = /^(>=|<=|>|<|=|~|\^)?v?([\dxX*]*)(?:\.([\dxX*]+))?(?:\.([\dxX*]+))?(?:[-+].*)?$/.exec(word)
  if (match === null) return undefined
  const parts = [match[2], match[3], match[4]].map((part) => (/^\d+$/.test(part ?? '') ? Number(part) : undefined))
  const known = parts.findIndex((part) => part === undefined)
  const given = known < 0 ? 3 : known
  const from: Version = [
    given > 0 ? (parts[0] ?? 0) : 0,
    given > 1 ? (parts[1] ?? 0) : 0,
    given > 2 ? (parts[2] ?? 0) : 0,
  ]
  return intervalOf(match[1] ?? '=', from, given)
}

/** `given` says how many of the three numbers the text had: `>1` means `>=2.0.0`, `>1.2.3` means `>=1.2.4`. */
function intervalOf(operator: string, from: Version, given: number): Interval {
  const next = given === 0 ? TOP : bump(from, given - 1)
  if (operator === '>=') return { from, to: TOP }
  if (operator === '>') return { from: next, to: TOP }
  if (operator === '<') return { from: ZERO, to: from }
  if (operator === '<=') return { from: ZERO, to: next }
  if (operator === '~') return { from, to: given === 0 ? TOP : bump(from, Math.min(given - 1, 1)) }
  if (operator === '^') return { from, to: given === 0 ? TOP : bump(from, caretIndex(from, given)) }
  return { from, to: next }
}

function caretIndex(from: Version, given: number): number {
  const first = from.findIndex((part) => part > 0)
  return first < 0 ? given - 1 : Math.min(first, given - 1)
}

function bump(version: Version, index: number): Version {
  const [major, minor, patch] = version
  if (index === 0) return [major + 1, 0, 0]
  return index === 1 ? [major, minor + 1, 0] : [major, minor, patch + 1]
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}
