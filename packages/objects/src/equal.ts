/** True when two JSON values are the same; the order of an object's members does not count, and absent equals undefined. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a))
    return a.length === (b as unknown[]).length && a.every((item, index) => deepEqual(item, (b as unknown[])[index]))
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  const names = Object.keys(left).filter((name) => left[name] !== undefined)
  if (names.length !== Object.keys(right).filter((name) => right[name] !== undefined).length) return false
  return names.every((name) => Object.hasOwn(right, name) && deepEqual(left[name], right[name]))
}

/** True for a JSON object: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
