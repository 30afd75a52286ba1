import { formatFailure } from './failure.ts'
import { METASCHEMAS } from './metaschemas.ts'
import { Resolver } from './resolve.ts'
import { nothing, validate } from './validate.ts'
import { type Json, isObject } from './values.ts'

const resolvers = new Map<number, Resolver>()

/** What is wrong with a schema itself, by the schema of its draft, in Helm's words; an empty text when nothing is. */
export function schemaFaults(schema: Json, draft: number): string {
  const resolver = resolverOf(draft)
  const failed = validate(schema, resolver.root, { at: [], resolver, evaluated: nothing(), open: [] })
  if (failed === undefined) return ''
  const found = `jsonschema validation failed with '${addressOf(resolver.root)}'\n${formatFailure(failed)}`
  return `"file:///values.schema.json#" is not valid against metaschema: ${found}`
}

function resolverOf(draft: number): Resolver {
  const known = resolvers.get(draft)
  if (known !== undefined) return known
  const [root = true, ...vocabularies] = (METASCHEMAS[draft] ?? []).map((text) => JSON.parse(text) as Json)
  const made = new Resolver(root, { vocabularies, asserts: true })
  resolvers.set(draft, made)
  return made
}

function addressOf(root: Json): string {
  const address = isObject(root) ? root['$schema'] : undefined
  return typeof address === 'string' ? `${address.replace(/#$/, '')}#` : ''
}
