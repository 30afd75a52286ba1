import { type YamlMap, type YamlValue, load } from '@slipway/yaml'
import { failure } from '../errors.ts'
import { type MergeSchema, OPAQUE, builtInType } from '../filters/schema.ts'
import type { Loader } from '../load/loader.ts'
import type { BuildContext } from './context.ts'

/** A schema file of `openapi.path`. */
export interface CustomSchema {
  find(apiVersion: string, kind: string): MergeSchema | undefined
  /** `apiVersion kind` to whether it has a namespace. */
  readonly scopes: ReadonlyMap<string, boolean>
}

/** Finds the schema of a definition that the file refers to but does not have. */
type TypeFinder = (definition: string) => MergeSchema | undefined

/** Reads an OpenAPI v2 document, JSON or YAML. */
export function parseCustomSchema(text: string, file: string, known: TypeFinder): CustomSchema {
  const document = load(text, { dialect: 'sigs', file })
  if (!isMap(document)) throw failure(`invalid schema file: ${file} is no object`)
  const definitions = mapAt(document, 'definitions')
  const kinds = new Map<string, YamlMap>()
  for (const definition of Object.values(definitions)) {
    for (const id of kindsOf(definition)) if (isMap(definition)) kinds.set(id, definition)
  }
  const reader = new SchemaReader(definitions, known)
  return {
    find: (apiVersion, kind) => {
      const definition = kinds.get(`${apiVersion} ${kind}`)
      return definition === undefined ? undefined : reader.schema(definition)
    },
    scopes: scopesOf(mapAt(document, 'paths')),
  }
}

function isMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mapAt(map: YamlMap, key: string): YamlMap {
  const value = map[key]
  return isMap(value) ? value : {}
}

function kindsOf(definition: YamlValue): string[] {
  const list = isMap(definition) ? definition['x-kubernetes-group-version-kind'] : undefined
  return Array.isArray(list) ? list.filter(isMap).map(kindId) : []
}

function kindId(gvk: YamlMap): string {
  const [group, version, kind] = [String(gvk['group'] ?? ''), String(gvk['version'] ?? ''), String(gvk['kind'] ?? '')]
  return `${group === '' ? version : `${group}/${version}`} ${kind}`
}

function scopesOf(paths: YamlMap): Map<string, boolean> {
  const scopes = new Map<string, boolean>()
  for (const [path, item] of Object.entries(paths)) {
    const gvk = isMap(item) ? mapAt(item, 'get')['x-kubernetes-group-version-kind'] : undefined
    if (!isMap(gvk)) continue
    const id = kindId(gvk)
    if (path.includes('namespaces/{namespace}')) scopes.set(id, true)
    else if (!scopes.has(id)) scopes.set(id, false)
  }
  return scopes
}

const MAX_REFERENCES = 32

class SchemaReader {
  readonly #definitions: YamlMap
  readonly #known: TypeFinder

  constructor(definitions: YamlMap, known: TypeFinder) {
    this.#definitions = definitions
    this.#known = known
  }

  schema(definition: YamlMap): MergeSchema {
    const target = this.#resolve(definition)
    if (typeof target === 'string') return this.#known(target) ?? OPAQUE
    const items = target['type'] === 'array' || isOnlyArray(target['type']) ? target['items'] : undefined
    return {
      mergeKeys: mergeKeysOf(target),
      field: (name) => this.#field(target, name),
      ...(isMap(items) ? { items: this.schema(items) } : {}),
    }
  }

  #field(definition: YamlMap, name: string): MergeSchema | undefined {
    const own = mapAt(definition, 'properties')[name]
    if (isMap(own)) return this.schema(own)
    const other = definition['additionalProperties']
    return isMap(other) ? this.schema(other) : undefined
  }

  // Follows references; where one leads out of the file it gives the name.
  #resolve(definition: YamlMap): YamlMap | string {
    let at = definition
    for (let count = 0; typeof at['$ref'] === 'string'; count++) {
      const name = at['$ref'].replace(/^#\/definitions\//, '')
      const next = this.#definitions[name]
      if (!isMap(next) || count > MAX_REFERENCES) return name
      at = next
    }
    return at
  }
}

function isOnlyArray(type: YamlValue | undefined): boolean {
  return Array.isArray(type) && type.length === 1 && type[0] === 'array'
}

function mergeKeysOf(definition: YamlMap): readonly string[] | undefined {
  const strategy = definition['x-kubernetes-patch-strategy']
  if (typeof strategy !== 'string' || !strategy.split(',').includes('merge')) return undefined
  const keys = definition['x-kubernetes-list-map-keys']
  if (Array.isArray(keys)) return keys.map(String)
  const key = definition['x-kubernetes-patch-merge-key']
  return typeof key === 'string' ? [key] : []
}

/** The version of the built-in document, the only one that `openapi.version` may name. */
const BUILT_IN = 'v1.21.2'

/** Takes the schema that a kustomization names with `openapi`; the first of a build counts. */
export function loadCustomSchema(
  openapi: Readonly<Record<string, string>> | undefined,
  loader: Loader,
  context: BuildContext,
): void {
  const path = openapi?.['path']
  const version = openapi?.['version']
  const text = path === undefined ? undefined : loader.loadText(path)
  if (context.hasSchema) return
  if (text !== undefined && path !== undefined) {
    if (version !== undefined) throw failure('builtin version and custom schema provided, cannot use both')
    const known: TypeFinder = (definition) => (context.usesBuiltInSchema ? builtInType(definition) : undefined)
    context.setSchema(parseCustomSchema(text, loader.fileName(path), known))
  } else if (version !== undefined && version !== '') {
    if (version !== BUILT_IN) throw failure('the specified OpenAPI version is not built in')
    context.keepBuiltInSchema()
  }
}
