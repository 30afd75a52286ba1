import { copyJson } from '../copy.ts'
import { isRecord } from '../equal.ts'

/** Applies a JSON Merge Patch (RFC 7386): null deletes, objects merge, everything else replaces. Neither argument is changed. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return copyJson(patch)
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else
      Object.defineProperty(result, name, {
        value: applyMergePatch(result[name], value),
        writable: true,
        enumerable: true,
        configurable: true,
      })
  }
  return result
}
