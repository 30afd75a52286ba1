import { compareBytes } from '@slipway/diag'
import { YamlError, type YamlMap, type YamlValue, load } from '@slipway/yaml'
import { EMPTY_CONFIG, type FieldSpec, type TransformerConfig, mergeConfigs, mergeSpecs } from '../config/field-spec.ts'
import { KustomizeError, failure, prefixed, within } from '../errors.ts'
import type { Loader } from '../load/loader.ts'

/** What the extensions in OpenAPI definitions of `crds` files say about labels, annotations, identities and references. */
export function crdConfig(loader: Loader, paths: readonly string[]): TransformerConfig {
  let config = EMPTY_CONFIG
  for (const path of paths) {
    const definitions = readDefinitions(loader, path, paths)
    for (const name of Object.keys(definitions)) {
      if (isObjectType(propertiesOf(definitions, name)))
        config = mergeConfigs(config, new TypeReader(definitions, name).read())
    }
  }
  return config
}

function readDefinitions(loader: Loader, path: string, all: readonly string[]): YamlMap {
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

function schemaOf(definition: YamlMap): YamlValue | undefined {
  return definition['Schema'] ?? definition['schema']
}

function asMap(value: YamlValue | undefined): YamlMap {
  return isMap(value) ? value : {}
}

function propertiesOf(definitions: YamlMap, name: string): YamlMap {
  return asMap(asMap(schemaOf(asMap(definitions[name])))['properties'])
}

function isObjectType(properties: YamlMap): boolean {
  return 'kind' in properties && 'apiVersion' in properties && 'metadata' in properties
}

const MAX_DEPTH = 32

class TypeReader {
  readonly #definitions: YamlMap
  readonly #type: string
  readonly #kind: string
  #config = EMPTY_CONFIG

  constructor(definitions: YamlMap, type: string) {
    this.#definitions = definitions
    this.#type = type
    this.#kind = type.slice(type.lastIndexOf('.') + 1)
  }

  read(): TransformerConfig {
    this.#visit(this.#type, [])
    return this.#config
  }

  #visit(type: string, path: readonly string[]): void {
    if (path.length > MAX_DEPTH) return
    for (const [name, value] of Object.entries(propertiesOf(this.#definitions, type))) {
      const property = asMap(value)
      const at = [...path, name]
      if (isText(property['x-kubernetes-annotation'])) this.#add('commonAnnotations', at)
      if (isText(property['x-kubernetes-label-selector'])) this.#add('commonLabels', at)
      if (isText(property['x-kubernetes-identity'])) this.#add('namePrefix', at)
      this.#addReference(property, at)
      if (isText(property['$ref'])) this.#visit(property['$ref'], at)
    }
  }

  #spec(path: readonly string[]): FieldSpec {
    return { group: '', version: '', kind: this.#kind, path: path.join('/'), create: false }
  }

  #add(list: 'commonAnnotations' | 'commonLabels' | 'namePrefix', path: readonly string[]): void {
    this.#config = { ...this.#config, [list]: mergeSpecs(this.#config[list], [this.#spec(path)]) }
  }

  #addReference(property: YamlMap, path: readonly string[]): void {
    const version = property['x-kubernetes-object-ref-api-version']
    const kind = property['x-kubernetes-object-ref-kind']
    if (!isText(version) || !isText(kind)) return
    const key = property['x-kubernetes-object-ref-name-key']
    const fieldSpecs = [this.#spec([...path, isText(key) ? key : 'name'])]
    const nameReference = [{ group: '', version, kind, fieldSpecs }]
    this.#config = mergeConfigs(this.#config, { ...EMPTY_CONFIG, nameReference })
  }
}

function isText(value: YamlValue | undefined): value is string {
  return typeof value === 'string'
}
