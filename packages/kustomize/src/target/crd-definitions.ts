import { compareBytes } from '@slipway/diag'
import { YamlError, type YamlMap, type YamlValue, load } from '@slipway/yaml'
import { KustomizeError, failure, prefixed, within } from '../errors.ts'
import type { Loader } from '../load/loader.ts'

/** Reads the OpenAPI definitions of one of the files of `crds`; throws for what are none, in Go's words. */
export function readDefinitions(loader: Loader, path: string, all: readonly string[]): YamlMap {
  const text = loader.loadText(path)
  // The real tool ends in a panic.
  if (text === '') throw failure(`loading CRDs [${all.join(' ')}]: '${path}' is empty`)
  try {
    const definitions = load(text, { dialect: 'sigs', file: loader.fileName(path) })
    return within(DECODING, () => demandDefinitions(definitions))
  } catch (error) {
    if (error instanceof YamlError || error instanceof KustomizeError)
      throw prefixed(error, `loading CRDs [${all.join(' ')}]: unable to parse open API definition from '${path}'`)
    throw error
  }
}

const DECODING = 'error unmarshaling JSON: while decoding JSON'
const SCHEMA = 'struct { Extensions spec.Extensions "json:\\",inline\\""; spec.SchemaProps; spec.SwaggerSchemaProps }'

// A CustomResourceDefinition is no definition of OpenAPI, which is what is asked for here.
function demandDefinitions(value: YamlValue | undefined): YamlMap {
  if (value === null || value === undefined) return {}
  if (!isMap(value))
    throw failure(`json: cannot unmarshal ${jsonType(value)} into Go value of type accumulator.nameToApiMap`)
  for (const name of Object.keys(value).sort(compareBytes)) demandDefinition(value[name])
  return value
}

function demandDefinition(definition: YamlValue | undefined): void {
  if (definition === null || definition === undefined) return
  if (!isMap(definition))
    throw failure(`json: cannot unmarshal ${jsonType(definition)} into Go value of type accumulator.OpenAPIDefinition`)
  demandSchema(schemaOf(definition), '')
  const properties = asMap(schemaOf(definition))['properties']
  if (properties !== undefined && properties !== null && !isMap(properties))
    throw mismatch(properties, 'map[string]spec.Schema', '/properties')
  for (const [name, property] of Object.entries(asMap(properties))) demandSchema(property, `/properties/${name}`)
}

function demandSchema(value: YamlValue | undefined, at: string): void {
  if (value === undefined || value === null || isMap(value)) return
  throw mismatch(value, SCHEMA, at)
}

function mismatch(value: YamlValue, go: string, at: string): Error {
  const where = at === '' ? '' : ` within ${JSON.stringify(at)}`
  return failure(`json: cannot unmarshal JSON ${jsonType(value)} into Go ${go}${where}`)
}

function jsonType(value: YamlValue): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number'
}

function isMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schema of a definition. */
export function schemaOf(definition: YamlMap): YamlValue | undefined {
  return definition['Schema'] ?? definition['schema']
}

/** A map, or an empty one for what is none. */
export function asMap(value: YamlValue | undefined): YamlMap {
  return isMap(value) ? value : {}
}
