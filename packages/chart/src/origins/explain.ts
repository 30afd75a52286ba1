import type { FieldPath, Origin } from '@slipway/diag'
import { GoMap, type Value, untag } from '@slipway/gotemplate'
import type { YamlMap, YamlValue } from '@slipway/yaml'
import { chartReads } from '../reads/chart-reads.ts'
import type { RenderEnvironment } from '../functions/index.ts'
import type { ChartRender } from '../render/render.ts'
import { bareOrigin, Definitions } from './definitions.ts'
import { fieldAtLine, parseFieldPath } from './field-path.ts'
import { manifestObjects, type ManifestObject } from './objects.ts'

/** Which object is meant; `kind` in any case, `namespace` only where names meet. */
export interface ObjectRef {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** Where a rendered field comes from. */
export interface Explanation {
  readonly object: Required<ObjectRef>
  readonly path: FieldPath
  /** undefined when the object has no such field. */
  readonly value: YamlValue | undefined
  /** The templates that printed it, then the values that flowed in, each with what it replaced. */
  readonly origins: readonly Origin[]
  /** The values that decided that it is there. */
  readonly controls: readonly Origin[]
}

/** Explains a field of an object of a tracked rendering; undefined when there is no such object, or the path is none. */
export function explainField(render: ChartRender, ref: ObjectRef, path: string): Explanation | undefined {
  const fields = parseFieldPath(path)
  const found = manifestObjects(render, { hooks: true }).find((each) => isMeant(refOf(each.object), ref))
  return found === undefined || fields === undefined ? undefined : explain(found, fields)
}

/**
 * Explains the field on a line (from 1) of what `helm template` prints for a tracked rendering: manifests, then hooks, each behind `---` and its
 * `# Source:`. undefined where the line belongs to no field.
 */
export function explainLine(render: ChartRender, line: number): Explanation | undefined {
  let first = 1
  for (const object of manifestObjects(render, { hooks: true })) {
    const body = first + 2
    const count = object.text.split('\n').length
    if (line >= body && line < body + count) {
      const path = fieldAtLine(object.text, line - body + 1)
      return path === undefined ? undefined : explain(object, path)
    }
    first = body + count
  }
  return undefined
}

function explain(found: ManifestObject, path: FieldPath): Explanation {
  const { object, origins } = found
  return {
    object: refOf(object),
    path,
    value: valueAt(object, path),
    origins: origins?.of(path) ?? [],
    controls: origins?.controls(path) ?? [],
  }
}

function refOf(object: YamlMap): Required<ObjectRef> {
  const metadata = object['metadata']
  const of = (name: string): string => {
    const isMap = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
    const value = isMap ? metadata[name] : undefined
    return typeof value === 'string' ? value : ''
  }
  const { kind } = object
  return { kind: typeof kind === 'string' ? kind : '', name: of('name'), namespace: of('namespace') }
}

function isMeant(actual: Required<ObjectRef>, ref: ObjectRef): boolean {
  const isKind = actual.kind.toLowerCase() === ref.kind.toLowerCase()
  return isKind && actual.name === ref.name && (ref.namespace ?? actual.namespace) === actual.namespace
}

function valueAt(object: YamlMap, path: FieldPath): YamlValue | undefined {
  let at: YamlValue | undefined = object
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)]
    else at = typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? (at as YamlMap)[step] : undefined
  }
  return at
}

/** Why a value had no effect. */
export type WhyNot =
  /** No file or argument gives it. */
  | { readonly reason: 'undefined' }
  /** No template can read it. */
  | { readonly reason: 'unread'; readonly definitions: readonly Origin[] }
  /** The first definition counts, the others do not. */
  | { readonly reason: 'replaced'; readonly definitions: readonly Origin[] }
  /** It was deleted: by a null, or with the chart that it is for. */
  | { readonly reason: 'deleted'; readonly definitions: readonly Origin[] }
  /** It is read, but nothing that was printed has it: a condition or loop around it did not come to it. */
  | { readonly reason: 'not-printed'; readonly definitions: readonly Origin[] }
  /** It does have an effect: on these fields. */
  | { readonly reason: 'printed'; readonly definitions: readonly Origin[]; readonly fields: readonly string[] }

/** Says why the value at a dotted path of the values changed nothing in a tracked rendering, or what it did change. */
export function explainWhyNot(render: ChartRender, path: string, environment: RenderEnvironment): WhyNot {
  const keys = (parseFieldPath(path.replace(/^\.?Values\./, '')) ?? []).map(String)
  const definitions = new Definitions(render.layers()).all(keys).map(bareOrigin)
  if (definitions.length === 0) return { reason: 'undefined' }
  const texts = render.layers().flatMap(({ values }) => textsOf(values))
  if (!chartReads(render.chart, { environment, texts }).has(keys)) return { reason: 'unread', definitions }
  if (!isDefined(render.values, keys)) return { reason: 'deleted', definitions }
  const fields = fieldsOf(render, definitions[0])
  if (fields.length > 0) {
    return definitions.length > 1 ? { reason: 'replaced', definitions } : { reason: 'printed', definitions, fields }
  }
  return { reason: 'not-printed', definitions }
}

function textsOf(value: Value): string[] {
  const plain = untag(value)
  if (typeof plain === 'string') return [plain]
  if (plain instanceof GoMap) return [...plain.entries.values()].flatMap(textsOf)
  return typeof plain === 'object' && plain !== null && 'items' in plain ? plain.items.flatMap(textsOf) : []
}

function isDefined(values: GoMap, keys: readonly string[]): boolean {
  let at: Value = values
  for (const key of keys) {
    const plain: Value = untag(at)
    if (plain instanceof GoMap) at = plain.entries.get(key)
    else at = typeof plain === 'object' && plain !== null && 'items' in plain ? plain.items[Number(key)] : undefined
  }
  return at !== undefined
}

/** The fields whose origins name a definition, as `Kind/name path`. */
function fieldsOf(render: ChartRender, definition: Origin | undefined): string[] {
  return manifestObjects(render, { hooks: true }).flatMap((each) => {
    const { kind, name } = refOf(each.object)
    return leafPaths(each.object, []).flatMap((path) => {
      const origins = [...(each.origins?.of(path) ?? []), ...(each.origins?.controls(path) ?? [])]
      return origins.some((origin) => isSame(origin, definition)) ? [`${kind}/${name} ${path.join('.')}`] : []
    })
  })
}

function isSame(a: Origin, b: Origin | undefined): boolean {
  if (a.kind !== b?.kind || a.subject !== b.subject || a.argument !== b.argument) return false
  return a.at?.file === b.at?.file && a.at?.start.offset === b.at?.start.offset
}

function leafPaths(value: YamlValue, path: FieldPath): FieldPath[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leafPaths(item, [...path, index]))
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, item]) => leafPaths(item, [...path, key]))
}
