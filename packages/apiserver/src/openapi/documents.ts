import { customSchema } from './custom-schema.ts'
import { createHash } from 'node:crypto'
import { typeOfKind } from '@slipway/objects'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { Registry } from '../registry/registry.ts'
import { loadDescriptions } from './descriptions.ts'
import { type Dialect, modelName, type OpenApiSchema, prefixOf, schemasOf } from './schemas.ts'
import { VERSION } from '../paths.ts'

/** An OpenAPI document as JSON. */
export type Document = Record<string, unknown>

const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation']
const EXTENSION = 'x-kubernetes-group-version-kind'

const indexes = new WeakMap<Registry, { readonly generation: number; readonly index: Promise<Document> }>()

/** `/openapi/v3`: where the document of each path is; the hash lets clients keep what they have. */
export function openApiV3Index(registry: Registry): Promise<Document> {
  const known = indexes.get(registry)
  if (known?.generation === registry.generation) return known.index
  const index = makeIndex(registry)
  indexes.set(registry, { generation: registry.generation, index })
  return index
}

async function makeIndex(registry: Registry): Promise<Document> {
  const paths: [string, Document][] = []
  for (const path of [...groupPaths(registry), ...discoveryPaths(registry)].sort()) {
    const document = JSON.stringify(await openApiV3(registry, path))
    const hash = createHash('sha512').update(document).digest('hex').toUpperCase()
    paths.push([path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }])
  }
  return { paths: Object.fromEntries(paths) }
}

/** The document of `api/v1`, `apis/<group>/<version>`, or of a discovery path; undefined for what is not served. */
export async function openApiV3(registry: Registry, path: string): Promise<Document | undefined> {
  const head = { openapi: '3.0.0', info: { title: 'Kubernetes', version: VERSION.gitVersion } }
  if (discoveryPaths(registry).includes(path)) {
    const served = /^apis?(\/|$)/.test(path) ? `/${path}/` : `/${path}`
    return { ...head, paths: { [served]: { get: { responses: { '200': { description: 'OK' } } } } }, components: {} }
  }
  const [root, first = '', second = ''] = path.split('/')
  const [group, version] = root === 'api' ? ['', first] : [first, second]
  const resources = registry.inVersion(group, version)
  if (resources.length === 0 || !groupPaths(registry).includes(path)) return undefined
  return {
    ...head,
    paths: Object.fromEntries(resources.flatMap((resource) => pathsOf(resource, v3Operation))),
    components: { schemas: schemasFor(resources, { version: 3, descriptions: await loadDescriptions() }) },
  }
}

/** `/openapi/v2`: everything in one document. */
export async function openApiV2(registry: Registry): Promise<Document> {
  const resources = registry.all()
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: VERSION.gitVersion },
    paths: Object.fromEntries(resources.flatMap((resource) => pathsOf(resource, v2Operation))),
    definitions: schemasFor(resources, { version: 2, descriptions: await loadDescriptions() }),
  }
}

// What answers with a discovery document, and the version. Groups of custom resources have none, as in Kubernetes.
function discoveryPaths(registry: Registry): readonly string[] {
  const groups = registry
    .all()
    .flatMap(({ group, custom }) => (custom !== undefined || group === '' ? [] : [`apis/${group}`]))
  return ['.well-known/openid-configuration', 'api', 'apis', 'openid/v1/jwks', 'version', ...new Set(groups)]
}

function groupPaths(registry: Registry): readonly string[] {
  return [...registry.groups()].flatMap(([group, versions]) =>
    versions.map((version) => (group === '' ? `api/${version}` : `apis/${group}/${version}`)),
  )
}

function schemasFor(resources: readonly ResourceDefinition[], dialect: Dialect): Record<string, OpenApiSchema> {
  const types = resources.flatMap((resource) => typeOfKind(resource)?.name ?? [])
  const custom = resources.filter((resource) => resource.custom !== undefined)
  const schemas = schemasOf(
    [...types, 'meta/v1.DeleteOptions', ...(custom.length > 0 ? ['meta/v1.ObjectMeta'] : [])],
    dialect,
  )
  for (const resource of custom)
    schemas[modelOf(resource)] = customSchema(resource, { ...dialect, prefix: prefixOf(dialect) })
  return schemas
}

function modelOf(resource: ResourceDefinition): string {
  const type = typeOfKind(resource)
  return type === undefined
    ? `${resource.group.split('.').reverse().join('.')}.${resource.version}.${resource.kind}`
    : modelName(type.name)
}

type MakeOperation = (resource: ResourceDefinition, verb: 'get' | 'post' | 'put' | 'patch' | 'delete') => Document

function pathsOf(resource: ResourceDefinition, operation: MakeOperation): [string, Document][] {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const base = resource.namespaced ? `${root}/namespaces/{namespace}/${resource.plural}` : `${root}/${resource.plural}`
  const collection: Document = {}
  const item: Document = {}
  const has = (verb: string): boolean => resource.verbs.includes(verb)
  if (has('list')) collection['get'] = operation(resource, 'get')
  if (has('create')) collection['post'] = operation(resource, 'post')
  if (has('get')) item['get'] = operation(resource, 'get')
  if (has('update')) item['put'] = operation(resource, 'put')
  if (has('patch')) item['patch'] = operation(resource, 'patch')
  if (has('delete')) item['delete'] = operation(resource, 'delete')
  return [
    [base, collection],
    [`${base}/{name}`, item],
  ]
}

const ACTIONS = { get: 'get', post: 'post', put: 'put', patch: 'patch', delete: 'delete' } as const
const NAMES = { get: 'read', post: 'create', put: 'replace', patch: 'patch', delete: 'delete' } as const

function common(resource: ResourceDefinition, verb: keyof typeof ACTIONS): Document {
  const { group, version, kind } = resource
  const scope = resource.namespaced ? 'Namespaced' : ''
  const tag = group === '' ? `core_${version}` : `${group.split('.')[0]}_${version}`
  return {
    tags: [tag],
    operationId: `${NAMES[verb]}${tag.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}${scope}${kind}`,
    'x-kubernetes-action': ACTIONS[verb],
    [EXTENSION]: { group, version, kind },
  }
}

function v3Operation(resource: ResourceDefinition, verb: keyof typeof ACTIONS): Document {
  const schema = { $ref: `#/components/schemas/${modelOf(resource)}` }
  const parameters = parametersFor(verb).map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  }))
  return {
    ...common(resource, verb),
    parameters,
    responses: { '200': { description: 'OK', content: { 'application/json': { schema } } } },
  }
}

function v2Operation(resource: ResourceDefinition, verb: keyof typeof ACTIONS): Document {
  const schema = { $ref: `#/definitions/${modelOf(resource)}` }
  const parameters = parametersFor(verb).map((name) => ({ name, in: 'query', type: 'string', uniqueItems: true }))
  return { ...common(resource, verb), parameters, responses: { '200': { description: 'OK', schema } } }
}

// kubectl looks for these parameters on PATCH to learn whether the server validates fields and knows dry runs.
function parametersFor(verb: keyof typeof ACTIONS): readonly string[] {
  if (verb === 'get') return []
  if (verb === 'delete') return ['dryRun', 'gracePeriodSeconds', 'propagationPolicy']
  return verb === 'patch' ? [...WRITE_PARAMETERS, 'force'] : WRITE_PARAMETERS
}
