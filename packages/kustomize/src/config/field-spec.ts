import { failure } from '../errors.ts'
import { type Gvk, isSelected, ranksOf, LEGACY_ORDER, sameGvk, sortTextOfGvk } from '../resource/gvk.ts'
import * as defaults from '../generated/default-fields.ts'

/** A field that a transformer looks at, in the kinds that the selector selects. */
export interface FieldSpec extends Gvk {
  /** Names with `/` between; `[]` behind one says that it is a list. */
  readonly path: string
  readonly create: boolean
}

/** Fields that hold the name of an object of one kind. */
export interface NameReference extends Gvk {
  readonly fieldSpecs: readonly FieldSpec[]
}

/** The lists of one configuration; the names are those of kustomize's configuration files. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[]
  readonly nameSuffix: readonly FieldSpec[]
  readonly namespace: readonly FieldSpec[]
  readonly commonLabels: readonly FieldSpec[]
  readonly labels: readonly FieldSpec[]
  readonly templateLabels: readonly FieldSpec[]
  readonly volumeClaimTemplateLabels: readonly FieldSpec[]
  readonly commonAnnotations: readonly FieldSpec[]
  readonly nameReference: readonly NameReference[]
  readonly varReference: readonly FieldSpec[]
  readonly images: readonly FieldSpec[]
  readonly replicas: readonly FieldSpec[]
}

/** The names of the lists of plain field specs. */
export const FIELD_LISTS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'volumeClaimTemplateLabels',
  'commonAnnotations',
  'varReference',
  'images',
  'replicas',
] as const

export const EMPTY_CONFIG: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  volumeClaimTemplateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
}

/** What the built-in transformers look at where nothing is configured. */
export const DEFAULT_CONFIG: TransformerConfig = {
  ...EMPTY_CONFIG,
  namePrefix: defaults.NAME_PREFIX.map(parseSpec),
  nameSuffix: defaults.NAME_SUFFIX.map(parseSpec),
  namespace: defaults.NAMESPACE.map(parseSpec),
  commonLabels: defaults.COMMON_LABELS.map(parseSpec),
  templateLabels: defaults.TEMPLATE_LABELS.map(parseSpec),
  volumeClaimTemplateLabels: defaults.VOLUME_CLAIM_TEMPLATE_LABELS.map(parseSpec),
  commonAnnotations: defaults.COMMON_ANNOTATIONS.map(parseSpec),
  nameReference: defaults.NAME_REFERENCES.map(({ to, from }) => ({ ...parseGvk(to), fieldSpecs: from.map(parseSpec) })),
  varReference: defaults.VAR_REFERENCE.map(parseSpec),
  images: defaults.IMAGES.map(parseSpec),
  replicas: defaults.REPLICAS.map(parseSpec),
}

function parseGvk(text: string): Gvk {
  const [group = '', version = '', kind = ''] = text.split('|')
  return { group, version, kind }
}

function parseSpec(text: string): FieldSpec {
  const [, , , path = ''] = text.split('|')
  const create = path.endsWith('+')
  return { ...parseGvk(text), path: create ? path.slice(0, -1) : path, create }
}

/** Two configurations as one; a field in both counts once, and may not be created by one only. */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  if (b === EMPTY_CONFIG) return a
  // The built-in lists stand in the order in which kustomize looks; merging them once more would drop nothing.
  if (a === EMPTY_CONFIG && b === DEFAULT_CONFIG) return b
  const merged: Record<string, readonly FieldSpec[]> = {}
  for (const name of FIELD_LISTS) {
    merged[name] = a[name] === b[name] ? a[name] : sortSpecs(mergeSpecs(a[name], b[name], wordOf(name)))
  }
  const nameReference = a.nameReference === b.nameReference ? a.nameReference : sortSpecs(mergeReferences(a, b))
  return { ...EMPTY_CONFIG, ...merged, nameReference }
}

function wordOf(name: string): string {
  const words: Readonly<Record<string, string>> = { namespace: 'NameSpace' }
  return words[name] ?? name.charAt(0).toUpperCase() + name.slice(1)
}

/** Adds field specs to a list, except those that one of it covers already. */
export function mergeSpecs(into: readonly FieldSpec[], more: readonly FieldSpec[], word = ''): readonly FieldSpec[] {
  const result = [...into]
  for (const spec of more) {
    const covering = result.find((each) => each.path === spec.path && isSelected(each, spec))
    if (covering === undefined) result.push(spec)
    else if (covering.create !== spec.create) {
      throw failure(
        word === '' ? 'conflicting fieldspecs' : `failed to merge ${word} fieldSpec: conflicting fieldspecs`,
      )
    }
  }
  return result
}

function mergeReferences(a: TransformerConfig, b: TransformerConfig): NameReference[] {
  let result = [...a.nameReference]
  for (const more of b.nameReference) {
    const known = result.some((each) => sameGvk(each, more))
    result = known
      ? result.map((each) =>
          sameGvk(each, more)
            ? { ...each, fieldSpecs: mergeSpecs(each.fieldSpecs, more.fieldSpecs, 'NameReference') }
            : each,
        )
      : [...result, more]
  }
  return result
}

const RANKS = ranksOf(LEGACY_ORDER.first, LEGACY_ORDER.last)

/** Sorted by kind, in kustomize's order of kinds. */
export function sortSpecs<T extends Gvk>(specs: readonly T[]): T[] {
  return [...specs].sort((a, b) => {
    const rank = (RANKS.get(a.kind) ?? 0) - (RANKS.get(b.kind) ?? 0)
    const [left, right] = [sortTextOfGvk(a), sortTextOfGvk(b)]
    return rank || (left < right ? -1 : left > right ? 1 : 0)
  })
}
