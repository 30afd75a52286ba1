/** True when two JSON values are the same; the order of an object's members does not count, and absent equals undefined. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a))
    return a.length === (b as unknown[]).length && a.every((item, index) => deepEqual(item, (b as unknown[])[index]))
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  let more = 0
  for (const name of Object.keys(left)) {
    if (left[name] === undefined) continue
    if (!Object.hasOwn(right, name) || !deepEqual(left[name], right[name])) return false
    more++
  }
  for (const name of Object.keys(right)) if (right[name] !== undefined) more--
  return more === 0
}

/** True for a JSON object: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
