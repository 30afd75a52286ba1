import { applyJsonPatch, isRecord, type JsonPatchOperation, type KubeObject, ObjectsError } from '@slipway/objects'
import { failure } from '../status.ts'

const MOST_OPERATIONS = 10_000
const MOST_COPIED = 3 * 1024 * 1024
// Each copy is applied alone, and applying takes a copy of the document: what this would add up to is bounded too.
const MOST_WORK = 256 * 1024 * 1024

/**
 * Applies a JSON patch within the limits of k8s.io/apiserver: 10,000 operations, 3 MiB of copies, so that doubling a value again and again ends early.
 *
 * @throws StatusError RequestEntityTooLarge
 * @throws ObjectsError `BAD_PATCH`
 */
export function applyLimited(current: KubeObject, operations: readonly JsonPatchOperation[]): KubeObject {
  if (operations.length > MOST_OPERATIONS)
    throw failure({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${operations.length}`,
    })
  const wellFormed = operations.every((operation) => isRecord(operation) && typeof operation.path === 'string')
  if (!wellFormed) throw new ObjectsError('BAD_PATCH', 'an operation has no path')
  const copies = operations.filter(({ op }) => op === 'copy').length
  if (copies === 0) return applyJsonPatch(current, operations)
  if (copies * sizeOf(current) > MOST_WORK) throw tooMuch(copies * sizeOf(current), MOST_WORK)
  return applySteps(current, operations)
}

function applySteps(current: KubeObject, operations: readonly JsonPatchOperation[]): KubeObject {
  let document = current
  let copied = 0
  let since = 0
  for (const [at, { op, from = '' }] of operations.entries()) {
    if (op !== 'copy') continue
    document = applyJsonPatch(document, operations.slice(since, at))
    copied += sizeOf(valueAt(document, from))
    if (copied > MOST_COPIED) throw tooMuch(copied, MOST_COPIED)
    since = at
  }
  return applyJsonPatch(document, operations.slice(since))
}

function tooMuch(size: number, limit: number): ObjectsError {
  const message = `Unable to copy, the accumulated size increase of copy is ${size}, exceeding the limit ${limit}`
  return new ObjectsError('BAD_PATCH', message)
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length
}

function valueAt(document: unknown, pointer: string): unknown {
  let value = document
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}
