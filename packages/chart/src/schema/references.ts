import type { Resolver } from './resolve.ts'
import { type Json, type JsonObject, isObject } from './values.ts'

/** What is said of a schema that lies elsewhere. */
export const NOT_FETCHED = 'it is not fetched: write what it says into values.schema.json'

const ONE = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']
const MAPS = ['properties', 'patternProperties', 'dependencies', 'dependentSchemas']

/**
 * What Helm says of the first reference that leads nowhere, among the schemas that can be reached; an empty text when there is none. Other documents are
 * never read, neither files nor addresses.
 */
export function brokenReference(root: Json, resolver: Resolver): string {
  if (resolver.unknownDraft !== undefined) return unread(resolver.unknownDraft)
  const seen = new Set<Json>()
  const queue: Json[] = [root]
  for (const schema of queue) {
    if (!isObject(schema) || seen.has(schema)) continue
    seen.add(schema)
    for (const keyword of ['$ref', '$recursiveRef', '$dynamicRef']) {
      const reference = schema[keyword]
      if (typeof reference !== 'string' || (keyword !== '$ref' && resolver.draft < 2019)) continue
      const found = resolver.find(reference, schema)
      if (found !== undefined) queue.push(found.schema)
      else {
        const problem = problemOf(reference, schema, resolver)
        if (problem !== '') return problem
      }
    }
    if (resolver.draft >= 2019 || schema['$ref'] === undefined) queue.push(...below(schema))
  }
  return ''
}

function below(schema: JsonObject): Json[] {
  const lists = LISTS.flatMap((keyword) => (Array.isArray(schema[keyword]) ? (schema[keyword] as readonly Json[]) : []))
  const maps = MAPS.flatMap((keyword) => (isObject(schema[keyword]) ? Object.values(schema[keyword]) : []))
  return [...ONE.flatMap((keyword) => schema[keyword] ?? []), ...lists, ...maps]
}

function problemOf(reference: string, schema: JsonObject, resolver: Resolver): string {
  const url = resolver.address(reference, schema)
  const at = url.indexOf('#')
  const base = at < 0 ? url : url.slice(0, at)
  // Helm lets these pass, whatever they mean.
  if (base.startsWith('urn:')) return ''
  if (!resolver.has(base)) return unread(base, reference)
  if (url.slice(at + 1).startsWith('/')) return `json-pointer in ${JSON.stringify(url)} not found`
  return `anchor in ${JSON.stringify(url)} not found in schema ${JSON.stringify(base)}`
}

function unread(url: string, reference = url): string {
  const path = url.startsWith('file:') && !reference.startsWith('file:') ? url.slice('file://'.length) : undefined
  const why = path === undefined ? NOT_FETCHED : `open ${path}: no such file or directory`
  return `failing loading ${JSON.stringify(url)}: ${why}`
}
