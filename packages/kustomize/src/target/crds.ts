import type { YamlMap, YamlValue } from '@slipway/yaml'
import { EMPTY_CONFIG, type FieldSpec, type TransformerConfig, mergeConfigs, mergeSpecs } from '../config/field-spec.ts'
import type { Loader } from '../load/loader.ts'
import { asMap, readDefinitions, schemaOf } from './crd-definitions.ts'

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
