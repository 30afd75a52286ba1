/**
 * A copy of a JSON value that shares nothing with it. `structuredClone` does the same by way of bytes and takes several times as long, which a write of an object would pay for
 * again and again.
 */
export function copyJson<T>(value: T): T {
  return typeof value === 'object' && value !== null ? (copyObject(value) as T) : value
}

function copyObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  const prototype: unknown = Object.getPrototypeOf(value)
  // What is no JSON, such as bytes.
  if (prototype !== Object.prototype && prototype !== null) return structuredClone(value)
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const member = copyJson((value as Record<string, unknown>)[name])
    if (name === '__proto__') Object.defineProperty(copy, name, { ...WRITABLE, value: member })
    else copy[name] = member
  }
  return copy
}

const WRITABLE = { writable: true, enumerable: true, configurable: true }
