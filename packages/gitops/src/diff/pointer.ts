import { isRecord } from '@slipway/objects'
import { GitOpsError } from '../errors.ts'

/** The parts of a JSON pointer (RFC 6901), unescaped. */
export function pointerParts(pointer: string): readonly string[] {
  if (pointer !== '' && !pointer.startsWith('/'))
    throw new GitOpsError('GITOPS_BAD_POINTER', `'${pointer}' is no JSON pointer`, {
      hint: 'write it as /spec/replicas',
    })
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value that a pointer names; undefined where there is none. */
export function readPointer(value: unknown, parts: readonly string[]): unknown {
  let current = value
  for (const part of parts) current = stepInto(current, part)
  return current
}

/** Removes what a pointer names from a value, in place; nothing happens where there is nothing. */
export function removePointer(value: unknown, parts: readonly string[]): void {
  const last = parts.at(-1)
  if (last === undefined) return
  const owner = readPointer(value, parts.slice(0, -1))
  if (isRecord(owner)) delete owner[last]
  if (Array.isArray(owner) && /^\d+$/.test(last)) owner.splice(Number(last), 1)
}

/** Sets what a pointer names, in place, making maps on the way; lists are not made longer. */
export function writePointer(value: unknown, parts: readonly string[], to: unknown): void {
  let current = value
  for (const part of parts.slice(0, -1)) {
    if (isRecord(current) && current[part] === undefined) current[part] = {}
    current = stepInto(current, part)
  }
  const last = parts.at(-1) ?? ''
  if (isRecord(current)) current[last] = to
  if (Array.isArray(current) && /^\d+$/.test(last) && Number(last) < current.length) current[Number(last)] = to
}

function stepInto(value: unknown, part: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(part) ? value[Number(part)] : undefined
  return isRecord(value) ? value[part] : undefined
}
