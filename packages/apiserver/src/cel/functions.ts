import { deepEqual, isRecord } from '@slipway/objects'
import { RE2JS } from 're2js'
import { CelOptional } from './optional.ts'
import { CelError } from './values.ts'

/** A function or method; a method's first value is what it is called on. */
export type CelFunction = (...values: readonly unknown[]) => unknown

function text(value: unknown): string {
  if (typeof value !== 'string') throw new CelError('no such overload')
  return value
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new CelError('no such overload')
  return value as readonly unknown[]
}

function size(value: unknown): number {
  if (typeof value === 'string') return [...value].length
  if (Array.isArray(value)) return value.length
  if (isRecord(value)) return Object.keys(value).length
  throw new CelError('no such overload')
}

function number(value: unknown, whole: boolean): number {
  const result = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
  if (Number.isNaN(result) || (typeof value === 'string' && value.trim() === ''))
    throw new CelError('type conversion error')
  return whole ? Math.trunc(result) : result
}

function found(index: number, name: string): number {
  if (index < 0) throw new CelError(`${name} called on empty list`)
  return index
}

function extreme(value: unknown, name: string, better: (a: never, b: never) => boolean): unknown {
  const items = list(value)
  found(items.length - 1, name)
  return items.reduce((best, item) => (better(item as never, best as never) ? item : best))
}

/** Functions that are called by name. */
export const FUNCTIONS: Readonly<Record<string, CelFunction>> = {
  size,
  int: (value) => number(value, true),
  uint: (value) => number(value, true),
  double: (value) => number(value, false),
  string: (value) => (isRecord(value) || Array.isArray(value) ? text(value) : String(value)),
  bool: (value) => value === true || value === 'true' || value === 'True' || value === 'TRUE' || value === '1',
  dyn: (value) => value,
  'optional.of': (value) => new CelOptional(value),
  'optional.none': () => new CelOptional(undefined),
  'optional.ofNonZeroValue': (value) => new CelOptional(isZero(value) ? undefined : value),
  // RFC 6901, for the parts of a path that a patch is made of.
  'jsonpatch.escapeKey': (value) => text(value).replaceAll('~', '~0').replaceAll('/', '~1'),
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value) || isRecord(value) || typeof value === 'string') return size(value) === 0
  return value === null || value === false || value === 0
}

/** Methods of values that may be missing. */
export const OPTIONAL_METHODS: Readonly<Record<string, CelFunction>> = {
  hasValue: (of) => optional(of).isThere,
  value: (of) => optional(of).value(),
  orValue: (of, other) => optional(of).or(other),
  or: (of, other) => (optional(of).isThere ? of : other),
}

function optional(value: unknown): CelOptional {
  if (!(value instanceof CelOptional)) throw new CelError('no such overload')
  return value
}

// `"%s has %d".format([name, count])`.
function formatted(pattern: string, values: readonly unknown[]): string {
  let at = 0
  return pattern.replace(/%(?:\.(\d+))?([sdfxXbo%])/g, (_, digits: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    if (at >= values.length) throw new CelError(`index ${at} out of range`)
    const value = values[at++]
    if (verb === 's') return shown(value)
    if (verb === 'f') return number(value, false).toFixed(Number(digits ?? '6'))
    const base = verb === 'd' ? 10 : verb === 'b' ? 2 : verb === 'o' ? 8 : 16
    const result = number(value, true).toString(base)
    return verb === 'X' ? result.toUpperCase() : result
  })
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (isRecord(value))
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${key}: ${shown(value[key])}`)
      .join(', ')}}`
  return String(value)
}

/** Methods: those of the language, and of the string and list libraries of Kubernetes. */
export const METHODS: Readonly<Record<string, CelFunction>> = {
  size,
  startsWith: (of, part) => text(of).startsWith(text(part)),
  endsWith: (of, part) => text(of).endsWith(text(part)),
  contains: (of, part) => text(of).includes(text(part)),
  matches: (of, pattern) => RE2JS.compile(text(pattern)).matcher(text(of)).find(),
  find: (of, pattern) => {
    const matcher = RE2JS.compile(text(pattern)).matcher(text(of))
    return matcher.find() ? matcher.group() : ''
  },
  lowerAscii: (of) => text(of).replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  upperAscii: (of) => text(of).replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  trim: (of) => text(of).trim(),
  charAt: (of, index) => text(of).charAt(number(index, true)),
  substring: (of, from, to) => text(of).slice(number(from, true), to === undefined ? undefined : number(to, true)),
  replace: (of, old, fresh) => text(of).replaceAll(text(old), text(fresh)),
  split: (of, by) => text(of).split(text(by)),
  format: (of, values) => formatted(text(of), list(values)),
  join: (of, by = '') => list(of).map(text).join(text(by)),
  indexOf: (of, part) =>
    typeof of === 'string' ? of.indexOf(text(part)) : list(of).findIndex((item) => deepEqual(item, part)),
  lastIndexOf: (of, part) =>
    typeof of === 'string' ? of.lastIndexOf(text(part)) : list(of).findLastIndex((item) => deepEqual(item, part)),
  isSorted: (of) => list(of).every((item, index, all) => index === 0 || (all[index - 1] as number) <= (item as number)),
  sum: (of) => list(of).reduce<number>((total, item) => total + number(item, false), 0),
  min: (of) => extreme(of, 'min', (a, b) => a < b),
  max: (of) => extreme(of, 'max', (a, b) => a > b),
}
