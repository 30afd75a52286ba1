import type { FieldPath } from '@slipway/diag'
import { isRecord } from '@slipway/objects'
import { UsageError } from './io.ts'

/**
 * Reads a path into an object as kubectl's JSONPath or plainly dotted: `spec.replicas`, `{.spec.template.spec.containers[0].image}`, `metadata.annotations['a.b/c']`,
 * `containers[name=web]` for a list member by its name.
 *
 * @throws UsageError where it is none
 */
export function parseFieldPath(text: string, object: unknown): FieldPath {
  const plain = text.replace(/^\{(.*)\}$/, '$1').replace(/^\$?\.?/, '')
  const steps = [...plain.matchAll(/\[(\d+)\]|\['([^']+)'\]|\[(\w+)=([^\]]+)\]|([^.[\]]+)/g)]
  const path: (string | number)[] = []
  for (const [, index, quoted, key, value, name] of steps) {
    if (index !== undefined) path.push(Number(index))
    else if (key !== undefined) path.push(memberIndex(valueAt(object, path), { key, value: value ?? '', text }))
    else path.push(quoted ?? name ?? '')
  }
  if (path.length === 0) throw new UsageError(`"${text}" names no field; write it as spec.replicas`)
  return path
}

function memberIndex(
  list: unknown,
  at: { readonly key: string; readonly value: string; readonly text: string },
): number {
  const found = Array.isArray(list)
    ? list.findIndex((member) => isRecord(member) && String(member[at.key]) === at.value)
    : -1
  if (found < 0) throw new UsageError(`no list member has ${at.key}=${at.value} in ${at.text}`)
  return found
}

/** The value at a path; undefined where there is none. */
export function valueAt(object: unknown, path: FieldPath): unknown {
  let current = object
  for (const step of path) {
    if (Array.isArray(current)) current = current[Number(step)] as unknown
    else if (isRecord(current)) current = current[String(step)]
    else return undefined
  }
  return current
}
