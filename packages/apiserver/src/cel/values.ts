import { deepEqual, isRecord } from '@slipway/objects'

/** A failure while an expression is evaluated: a missing key, a value of a wrong type. */
export class CelError extends Error {}

/** Names bound to values. */
export type Scope = ReadonlyMap<string, unknown>

/** A compiled expression. @throws CelError */
export type Evaluate = (scope: Scope) => unknown

/** The member of an object, or the value of a map's key. Names that are no identifiers are written escaped: `foo__dash__bar`. */
export function member(owner: unknown, name: string): unknown {
  if (!isRecord(owner)) throw new CelError(`no such overload`)
  const found = owner[name] ?? owner[unescaped(name)]
  if (found === undefined) throw new CelError(`no such key: ${name}`)
  return found
}

/** Whether an object has a member. */
export function hasMember(owner: unknown, name: string): boolean {
  return isRecord(owner) && (owner[name] ?? owner[unescaped(name)]) !== undefined
}

const ESCAPED: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' }

function unescaped(name: string): string {
  return name.replace(/__(\w+?)__/g, (_, word: string) => ESCAPED[word] ?? word)
}

/** The value at an index of a list or a key of a map. */
export function indexed(owner: unknown, key: unknown): unknown {
  if (!Array.isArray(owner)) return member(owner, String(key))
  if (!Number.isInteger(key) || Number(key) < 0 || Number(key) >= owner.length)
    throw new CelError(`index out of bounds: ${String(key)}`)
  return owner[Number(key)]
}

/** Whether a list holds a value or a map a key. */
export function contains(owner: unknown, value: unknown): boolean {
  if (Array.isArray(owner)) return owner.some((item) => deepEqual(item, value))
  if (isRecord(owner)) return hasMember(owner, String(value))
  throw new CelError('no such overload')
}

/** The value, if it is true or false. */
export function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new CelError('no such overload')
  return value
}

type Operator = (left: unknown, right: unknown) => unknown

function numbers(operate: (left: number, right: number) => number): Operator {
  return (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') throw new CelError('no such overload')
    return operate(left, right)
  }
}

function ordered(compare: (order: number) => boolean): Operator {
  return (left, right) => {
    const comparable = typeof left === typeof right && ['number', 'string', 'boolean'].includes(typeof left)
    if (!comparable) throw new CelError('no such overload')
    const [a, b] = [left as number, right as number]
    return compare(a < b ? -1 : a > b ? 1 : 0)
  }
}

/** The binary operators that need both their values. Whole numbers divide as integers do. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  '==': (left, right) => deepEqual(left, right),
  '!=': (left, right) => !deepEqual(left, right),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  in: (left, right) => contains(right, left),
  '+': (left, right) => {
    if (typeof left === 'string' && typeof right === 'string') return left + right
    if (Array.isArray(left) && Array.isArray(right)) return [...(left as unknown[]), ...(right as unknown[])]
    return numbers((a, b) => a + b)(left, right)
  },
  '-': numbers((a, b) => a - b),
  '*': numbers((a, b) => a * b),
  '/': numbers((a, b) => divided(a, b)),
  '%': numbers((a, b) => {
    if (b === 0) throw new CelError('modulus by zero')
    return a % b
  }),
}

function divided(left: number, right: number): number {
  const whole = Number.isInteger(left) && Number.isInteger(right)
  if (whole && right === 0) throw new CelError('division by zero')
  return whole ? Math.trunc(left / right) : left / right
}
