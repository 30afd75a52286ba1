import { isRecord, type KubeObject } from '@slipway/objects'

/** A JSON object. */
export type Json = Record<string, unknown>

/** The object at a path of members; empty for what is absent. */
export function record(owner: unknown, ...path: readonly string[]): Json {
  let value = owner
  for (const name of path) value = isRecord(value) ? value[name] : undefined
  return isRecord(value) ? value : {}
}

/** The objects in the list at a path of members. */
export function records(owner: unknown, ...path: readonly string[]): Json[] {
  const value = record(owner, ...path.slice(0, -1))[path.at(-1) ?? '']
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** The number at a path of members; 0 for none. */
export function number(owner: unknown, ...path: readonly string[]): number {
  return Number(record(owner, ...path.slice(0, -1))[path.at(-1) ?? ''] ?? 0)
}

/** The text at a path of members; '' for none. */
export function text(owner: unknown, ...path: readonly string[]): string {
  return String(record(owner, ...path.slice(0, -1))[path.at(-1) ?? ''] ?? '')
}

/** The text, or `<none>` where there is none. */
export function orNone(value: string): string {
  return value === '' ? '<none>' : value
}

/** The containers' names and images of a controller's template, comma-separated. */
export function containersOf(object: KubeObject): [string, string] {
  const containers = records(object, 'spec', 'template', 'spec', 'containers')
  return [
    containers.map((container) => text(container, 'name')).join(','),
    containers.map((container) => text(container, 'image')).join(','),
  ]
}
