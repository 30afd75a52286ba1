import { existing, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import { configKey } from './names.ts'
import type { Place } from './place.ts'

const LARGEST = 1024 * 1024
const FROZEN = 'field is immutable when `immutable` is set'

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidateConfigMap. */
export function validateConfigMap(object: Json, old: Json | undefined, root: Place): void {
  if (old !== undefined) frozen(object, old, { root, members: ['data', 'binaryData'] })
  const data = existing(object, 'data') ?? {}
  const binary = existing(object, 'binaryData') ?? {}
  let size = 0
  for (const [key, value] of Object.entries(data)) {
    const at = root.at('data').key(key)
    at.named(key, configKey)
    if (Object.hasOwn(binary, key)) at.invalid(key, 'duplicate of key present in binaryData')
    size += Buffer.byteLength(String(value))
  }
  for (const [key, value] of Object.entries(binary)) {
    root.at('binaryData').key(key).named(key, configKey)
    size += Buffer.from(String(value), 'base64').length
  }
  if (size > LARGEST) root.tooLong(LARGEST)
}

/** What `immutable` froze stays, and stays frozen. */
export function frozen(object: Json, old: Json, { root, members }: { root: Place; members: readonly string[] }): void {
  if (old['immutable'] !== true) return
  if (object['immutable'] !== true) root.at('immutable').forbidden(FROZEN)
  for (const member of members)
    if (!deepEqual(object[member] ?? null, old[member] ?? null)) root.at(member).forbidden(FROZEN)
}
