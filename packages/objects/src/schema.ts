import { RESOURCES_JSON } from './generated/resources.ts'
import { SCHEMA_JSON } from './generated/schema.ts'
import { formatApiVersion, type GroupVersionKind } from './object.ts'

/** A field of a built-in type. */
export interface FieldInfo {
  /**
   * `string`, `bool`, `int32`, `int64`, `float64`, `bytes`, `time`, `microtime`, `duration`, `quantity`, `intstr`, `any`, the name of another type
   * (`core/v1.PodSpec`), `[]` before an element type or `{}` before the type of a map's values.
   */
  readonly type: string
  /** The protobuf field number; 0 where the type has no protobuf form. */
  readonly number: number
  /** The number of the embedded struct that protobuf nests the field in, which JSON does not show; 0 for a field of the type itself. */
  readonly inlineNumber: number
  readonly required: boolean
  /** Go writes the field even when it is empty. */
  readonly alwaysWritten: boolean
  /** A struct that Go embeds by value: it is there, empty, even when nobody set it. */
  readonly byValue: boolean
  /** A boolean or number that Go holds by value and leaves out of JSON when it is false or 0. */
  readonly zeroIsUnset: boolean
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  /** How apply treats a list: as one value, by its keys, or as a set of scalars. */
  readonly listType: 'atomic' | 'map' | 'set'
  readonly mapKeys: readonly string[]
  readonly mapType: 'atomic' | 'granular'
  /** `merge`, `retainKeys`, `replace` or a comma-separated pair, for strategic merge patches. */
  readonly patchStrategy: readonly string[]
  readonly mergeKey: string
}

/** A built-in type. */
export interface TypeInfo {
  readonly name: string
  readonly fields: ReadonlyMap<string, FieldInfo>
  readonly mapType: 'atomic' | 'granular'
}

/** A resource of the built-in API, as its discovery shows it. */
export interface ResourceEntry {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly subresources?: readonly SubresourceEntry[]
}

/** A subresource, with the kind that it reads or writes. */
export interface SubresourceEntry {
  readonly name: string
  readonly kind: string
  readonly group: string
  readonly version: string
  readonly verbs: readonly string[]
}

interface RawField {
  readonly t: string
  readonly n?: number
  readonly r?: boolean
  readonly z?: boolean
  readonly i?: number
  readonly v?: boolean
  readonly s?: boolean
  readonly d?: unknown
  readonly e?: readonly unknown[]
  readonly l?: 'atomic' | 'map' | 'set'
  readonly k?: readonly string[]
  readonly m?: 'atomic' | 'granular'
  readonly ps?: string
  readonly pk?: string
}

interface RawSchema {
  readonly kinds: Readonly<Record<string, string>>
  readonly types: Readonly<
    Record<string, { readonly f: Readonly<Record<string, RawField>>; readonly m?: 'atomic' | 'granular' }>
  >
}

let raw: RawSchema | undefined
const types = new Map<string, TypeInfo>()

function table(): RawSchema {
  raw ??= JSON.parse(SCHEMA_JSON) as RawSchema
  return raw
}

/** The built-in resources, in the order of the real API's discovery. */
export function builtInResources(): readonly ResourceEntry[] {
  return JSON.parse(RESOURCES_JSON) as readonly ResourceEntry[]
}

/** The type of a built-in kind; undefined for custom kinds. */
export function typeOfKind(gvk: GroupVersionKind): TypeInfo | undefined {
  const name = table().kinds[`${formatApiVersion(gvk)} ${gvk.kind}`]
  return name === undefined ? undefined : typeNamed(name)
}

/** The type with a name; undefined for scalars and unknown names. */
export function typeNamed(name: string): TypeInfo | undefined {
  const known = types.get(name)
  if (known !== undefined) return known
  const found = table().types[name]
  if (found === undefined) return undefined
  const fields = new Map(Object.entries(found.f).map(([field, info]) => [field, toField(info)]))
  const type: TypeInfo = { name, fields, mapType: found.m ?? 'granular' }
  types.set(name, type)
  return type
}

/** Every built-in kind with the name of its type: `apps/v1 Deployment` -> `apps/v1.Deployment`. */
export function builtInKinds(): ReadonlyMap<string, string> {
  return new Map(Object.entries(table().kinds))
}

function toField(info: RawField): FieldInfo {
  return {
    type: info.t,
    number: info.n ?? 0,
    inlineNumber: info.i ?? 0,
    required: info.r === true,
    alwaysWritten: info.z === true,
    byValue: info.v === true,
    zeroIsUnset: info.s === true,
    ...(info.d === undefined ? {} : { default: info.d }),
    ...(info.e === undefined ? {} : { enum: info.e }),
    listType: info.l ?? (info.t.startsWith('[]') ? 'atomic' : 'map'),
    mapKeys: info.k ?? [],
    mapType: info.m ?? 'granular',
    patchStrategy: info.ps === undefined ? [] : info.ps.split(','),
    mergeKey: info.pk ?? '',
  }
}

/** The type of a list's elements or a map's values, or undefined for what is neither. */
export function elementOf(type: string): string | undefined {
  return type.startsWith('[]') || type.startsWith('{}') ? type.slice(2) : undefined
}
