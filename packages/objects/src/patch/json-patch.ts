import { deepEqual, isRecord } from '../equal.ts'
import { ObjectsError } from '../errors.ts'

/** One operation of RFC 6902. */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

/**
 * Applies a JSON Patch to a copy of a document. Messages are those of evanphx/json-patch, which the API server and kustomize use.
 *
 * @throws ObjectsError `BAD_PATCH`, `PATCH_TEST_FAILED`
 */
export function applyJsonPatch<T>(document: T, operations: readonly JsonPatchOperation[]): T {
  const holder: Record<string, unknown> = { document: structuredClone(document) }
  for (const operation of operations) applyOperation(holder, operation)
  return holder['document'] as T
}

function applyOperation(holder: Record<string, unknown>, operation: JsonPatchOperation): void {
  const path = pointerOf(operation.path)
  switch (operation.op) {
    case 'add':
      return add(holder, path, { operation, value: structuredClone(operation.value) })
    case 'remove':
      return remove(holder, path, operation)
    case 'replace':
      read(holder, path, operation)
      return write(holder, path, { operation, value: structuredClone(operation.value) })
    case 'move': {
      const value = read(holder, pointerOf(operation.from ?? ''), operation)
      remove(holder, pointerOf(operation.from ?? ''), operation)
      return add(holder, path, { operation, value })
    }
    case 'copy':
      return add(holder, path, {
        operation,
        value: structuredClone(read(holder, pointerOf(operation.from ?? ''), operation)),
      })
    case 'test':
      return test(holder, path, operation)
    default:
      throw new ObjectsError('BAD_PATCH', `Unexpected kind: ${String((operation as { op: unknown }).op)}`)
  }
}

function test(holder: Record<string, unknown>, path: readonly string[], operation: JsonPatchOperation): void {
  const actual = readOptional(holder, path)
  if (deepEqual(actual ?? null, operation.value ?? null)) return
  throw new ObjectsError('PATCH_TEST_FAILED', `testing value ${operation.path} failed: test failed`)
}

function pointerOf(text: string): readonly string[] {
  if (text === '') return []
  if (!text.startsWith('/')) throw new ObjectsError('BAD_PATCH', `invalid JSON pointer "${text}": it must start with /`)
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

interface Write {
  readonly operation: JsonPatchOperation
  readonly value: unknown
}

function add(holder: Record<string, unknown>, path: readonly string[], write: Write): void {
  const { owner, name } = ownerOf(holder, path, write.operation)
  if (!Array.isArray(owner)) {
    define(owner, name, write.value)
    return
  }
  owner.splice(
    name === '-' ? owner.length : indexOf(owner, name, { operation: write.operation, last: owner.length }),
    0,
    write.value,
  )
}

function write(holder: Record<string, unknown>, path: readonly string[], { operation, value }: Write): void {
  const { owner, name } = ownerOf(holder, path, operation)
  if (Array.isArray(owner)) owner[indexOf(owner, name, { operation, last: owner.length - 1 })] = value
  else define(owner, name, value)
}

function remove(holder: Record<string, unknown>, path: readonly string[], operation: JsonPatchOperation): void {
  const { owner, name } = ownerOf(holder, path, operation)
  if (Array.isArray(owner)) owner.splice(indexOf(owner, name, { operation, last: owner.length - 1 }), 1)
  else if (Object.hasOwn(owner, name)) delete owner[name]
  else throw missing(operation, 'remove', `Unable to remove nonexistent key: ${name}: missing value`)
}

function read(holder: Record<string, unknown>, path: readonly string[], operation: JsonPatchOperation): unknown {
  const { owner, name } = ownerOf(holder, path, operation)
  if (Array.isArray(owner)) return owner[indexOf(owner, name, { operation, last: owner.length - 1 })]
  if (Object.hasOwn(owner, name)) return owner[name]
  throw missing(operation, operation.op, `missing key: ${operation.path}: missing value`)
}

function readOptional(holder: Record<string, unknown>, path: readonly string[]): unknown {
  let value: unknown = holder['document']
  for (const part of path) {
    if (Array.isArray(value)) value = /^\d+$/.test(part) ? value[Number(part)] : undefined
    else value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined
  }
  return value
}

function ownerOf(
  holder: Record<string, unknown>,
  path: readonly string[],
  operation: JsonPatchOperation,
): { owner: Record<string, unknown> | unknown[]; name: string } {
  const full = ['document', ...path]
  let owner: unknown = holder
  for (const part of full.slice(0, -1)) {
    if (Array.isArray(owner)) owner = owner[indexOf(owner, part, { operation, last: owner.length - 1 })]
    else owner = isRecord(owner) && Object.hasOwn(owner, part) ? owner[part] : undefined
    if (owner === undefined || owner === null || typeof owner !== 'object') {
      throw missing(operation, operation.op, `doc is missing path: "${operation.path}": missing value`)
    }
  }
  return { owner: owner as Record<string, unknown> | unknown[], name: full.at(-1) ?? '' }
}

function indexOf(list: readonly unknown[], name: string, at: { operation: JsonPatchOperation; last: number }): number {
  if (!/^-?\d+$/.test(name)) {
    throw new ObjectsError(
      'BAD_PATCH',
      `value was not a proper array index: '${name}': strconv.Atoi: parsing "${name}": invalid syntax`,
    )
  }
  const index = Number(name) < 0 ? list.length + Number(name) : Number(name)
  if (index >= 0 && index <= at.last) return index
  throw missing(at.operation, at.operation.op, `Unable to access invalid index: ${name}: invalid index referenced`)
}

// `__proto__` as a plain member: assignment would change the prototype.
function define(owner: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, writable: true, enumerable: true, configurable: true })
}

function missing(operation: JsonPatchOperation, verb: string, why: string): ObjectsError {
  const prefix = `${verb} operation does not apply: `
  return new ObjectsError(
    'BAD_PATCH',
    why.startsWith('doc is') ? `${prefix}${why}` : `error in ${verb} for path: '${operation.path}': ${why}`,
  )
}
