import { copyJson, deepEqual, type KubeObject } from '@slipway/objects'
import type { CustomResource } from '../registry/definition.ts'
import { prepareCustom } from './custom.ts'

const seen = new WeakMap<object, WeakMap<KubeObject, KubeObject>>()

/**
 * A custom object as it is read from the store: by the schema of now, which may have more defaults and fewer fields than the one that it was written by. What is
 * stored does not change; an object that reads as it is stored is that object itself.
 */
export function readStored(object: KubeObject, custom: CustomResource): KubeObject {
  const { schema } = custom
  // What is to be deleted is shown as it was.
  if (schema === undefined || !Object.isFrozen(object)) return object
  const bySchema = readBy(schema)
  const known = bySchema.get(object)
  if (known !== undefined) return known
  const read = copyJson(object)
  prepareCustom(read, custom)
  const result = deepEqual(read, object) ? object : read
  bySchema.set(object, result)
  return result
}

/** An object that was just prepared by a schema reads by it as it is stored: nobody needs to find out. */
export function readsAsStored(object: KubeObject, { schema }: CustomResource): void {
  if (schema !== undefined) readBy(schema).set(object, object)
}

function readBy(schema: object): WeakMap<KubeObject, KubeObject> {
  const known = seen.get(schema)
  if (known !== undefined) return known
  const made = new WeakMap<KubeObject, KubeObject>()
  seen.set(schema, made)
  return made
}
