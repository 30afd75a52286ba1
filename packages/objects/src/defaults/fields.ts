import { copyJson } from '../copy.ts'
import { isRecord } from '../equal.ts'

/** A JSON object that defaults are filled into. */
export type Json = Record<string, unknown>

/** Sets members that are absent; nothing that is there is changed. */
export function fill(target: Json, defaults: Readonly<Json>): void {
  for (const [name, value] of Object.entries(defaults)) if (target[name] === undefined) target[name] = copyJson(value)
}

/** The member that is an object, made when it is absent. */
export function child(owner: Json, name: string): Json {
  const present = owner[name]
  if (isRecord(present)) return present
  const made: Json = {}
  owner[name] = made
  return made
}

/** The member that is an object, or undefined. */
export function existing(owner: Json | undefined, name: string): Json | undefined {
  const present = owner?.[name]
  return isRecord(present) ? present : undefined
}

/** The objects in a list member; empty for what is no list. */
export function items(owner: Json | undefined, name: string): Json[] {
  const list = owner?.[name]
  return Array.isArray(list) ? list.filter(isRecord) : []
}
