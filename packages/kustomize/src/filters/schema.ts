import { MERGE_KINDS, MERGE_TYPES } from '../generated/schema-facts.ts'

/** What strategic merge needs to know of a type: which of its fields are lists that merge, and by which keys. */
export interface MergeSchema {
  /** The keys of a list that merges; an empty list of keys for one of plain values; absent for any other node. */
  readonly mergeKeys?: readonly string[] | undefined
  field(name: string): MergeSchema | undefined
  readonly items?: MergeSchema | undefined
}

/** Finds schemas by `apiVersion kind`. */
export type SchemaFinder = (apiVersion: string, kind: string) => MergeSchema | undefined

/** A known type without a list that merges. */
export const OPAQUE: MergeSchema = { field: () => OPAQUE }

const TYPES = new Map<string, MergeSchema>()

/** The built-in kinds, as of the OpenAPI document that kustomize carries. */
export function builtInSchema(apiVersion: string, kind: string): MergeSchema | undefined {
  const type = MERGE_KINDS[`${apiVersion} ${kind}`]
  return type === undefined ? undefined : typeSchema(type)
}

/** A type of the built-in document by its definition's name (`io.k8s.api.core.v1.PodSpec`). */
export function builtInType(definition: string): MergeSchema | undefined {
  const name = definition.replace(/^io\.k8s\.(?:api|apimachinery\.pkg\.apis)\./, '')
  return name === definition || MERGE_TYPES[name] === undefined ? undefined : typeSchema(name)
}

function typeSchema(name: string): MergeSchema {
  const known = TYPES.get(name)
  if (known !== undefined) return known
  const fields = new Map<string, MergeSchema>()
  const schema: MergeSchema = { field: (field) => fields.get(field) ?? OPAQUE }
  TYPES.set(name, schema)
  for (const text of (MERGE_TYPES[name] ?? '').split(' ')) {
    const match = /^([^<[:]+)(?:<([^>]*)>)?(\[\])?(?::(.+))?$/.exec(text)
    if (match !== null) fields.set(match[1] ?? '', fieldSchema(match))
  }
  return schema
}

function fieldSchema([, , keys, list, type]: RegExpExecArray): MergeSchema {
  const target = type === undefined ? OPAQUE : typeSchema(type)
  if (keys === undefined && list === undefined) return target
  return { mergeKeys: keys?.split(',').filter((key) => key !== ''), field: () => OPAQUE, items: target }
}
