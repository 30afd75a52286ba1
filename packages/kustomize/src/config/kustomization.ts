import { ANY, BOOL, type Fields, INT, PAIRS, STRING, STRINGS, type Shape, listOf } from './decode.ts'
import type { YamlNode } from '@slipway/yaml'

/** A resource selector: its texts are regular expressions, anchored. */
export interface Selector {
  readonly group?: string
  readonly version?: string
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly labelSelector?: string
  readonly annotationSelector?: string
}

export interface PatchEntry {
  readonly path?: string
  readonly patch?: string
  readonly target?: Selector
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean }
}

export interface LabelEntry {
  readonly pairs?: Readonly<Record<string, string>>
  readonly includeSelectors?: boolean
  readonly includeTemplates?: boolean
  readonly includeVolumeClaimTemplates?: boolean
  readonly fields?: readonly RawFieldSpec[]
}

/** A field spec as configuration files write it. */
export interface RawFieldSpec {
  readonly group?: string
  readonly version?: string
  readonly kind?: string
  readonly path?: string
  readonly create?: boolean
}

export interface ImageEntry {
  readonly name?: string
  readonly newName?: string
  readonly tagSuffix?: string
  readonly newTag?: string
  readonly digest?: string
}

export interface ReplicaEntry {
  readonly name?: string
  readonly count?: number | bigint
}

export interface FieldOptions {
  readonly delimiter?: string
  readonly index?: number
  readonly encoding?: string
  readonly create?: boolean
}

export interface SourceSelector extends Selector {
  readonly fieldPath?: string
  readonly options?: FieldOptions
}

export interface TargetSelector {
  readonly select?: Selector
  readonly reject?: readonly Selector[]
  readonly fieldPaths?: readonly string[]
  readonly options?: FieldOptions
}

export interface ReplacementEntry {
  readonly path?: string
  readonly source?: SourceSelector
  readonly sourceValue?: string
  readonly targets?: readonly TargetSelector[]
}

export interface VarEntry {
  readonly name?: string
  readonly objref?: {
    readonly apiVersion?: string
    readonly group?: string
    readonly version?: string
    readonly kind?: string
    readonly name?: string
    readonly namespace?: string
  }
  readonly fieldref?: { readonly fieldPath?: string }
}

export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly disableNameSuffixHash?: boolean
  readonly immutable?: boolean
}

export interface GeneratorEntry {
  readonly namespace?: string
  readonly name?: string
  readonly behavior?: string
  readonly literals?: readonly string[]
  readonly files?: readonly string[]
  readonly envs?: readonly string[]
  readonly env?: string
  readonly type?: string
  readonly options?: GeneratorOptions
}

export interface HelmGlobals {
  readonly chartHome?: string
  readonly configHome?: string
}

/** A chart to inflate; `valuesInline` is its node. */
export interface HelmChartEntry extends HelmGlobals {
  readonly name?: string
  readonly version?: string
  readonly repo?: string
  readonly releaseName?: string
  readonly namespace?: string
  readonly additionalValuesFiles?: readonly string[]
  readonly valuesFile?: string
  readonly valuesInline?: YamlNode
  readonly valuesMerge?: string
  readonly includeCRDs?: boolean
  readonly skipHooks?: boolean
  readonly apiVersions?: readonly string[]
  readonly kubeVersion?: string
  readonly nameTemplate?: string
  readonly skipTests?: boolean
  readonly debug?: boolean
  readonly devel?: boolean
}

export interface LegacyHelmEntry {
  readonly chartName?: string
  readonly chartVersion?: string
  readonly chartRepoUrl?: string
  readonly chartHome?: string
  readonly chartRepoName?: string
  readonly helmBin?: string
  readonly helmHome?: string
  readonly values?: string
  readonly valuesLocal?: YamlNode
  readonly valuesMerge?: string
  readonly releaseName?: string
  readonly releaseNamespace?: string
  readonly extraArgs?: readonly string[]
}

export interface SortOptions {
  readonly order?: string
  readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] }
}

/** A kustomization file, decoded; fields that the file does not have are absent. */
export interface Kustomization {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: object
  readonly openapi?: Readonly<Record<string, string>>
  readonly namePrefix?: string
  readonly nameSuffix?: string
  readonly namespace?: string
  readonly commonLabels?: Readonly<Record<string, string>>
  readonly labels?: readonly LabelEntry[]
  readonly commonAnnotations?: Readonly<Record<string, string>>
  readonly patchesStrategicMerge?: readonly string[]
  readonly patchesJson6902?: readonly PatchEntry[]
  readonly patches?: readonly PatchEntry[]
  readonly images?: readonly ImageEntry[]
  readonly imageTags?: readonly ImageEntry[]
  readonly replacements?: readonly ReplacementEntry[]
  readonly replicas?: readonly ReplicaEntry[]
  readonly vars?: readonly VarEntry[]
  readonly sortOptions?: SortOptions
  readonly resources?: readonly string[]
  readonly components?: readonly string[]
  readonly crds?: readonly string[]
  readonly bases?: readonly string[]
  readonly configMapGenerator?: readonly GeneratorEntry[]
  readonly secretGenerator?: readonly GeneratorEntry[]
  readonly helmGlobals?: HelmGlobals
  readonly helmCharts?: readonly HelmChartEntry[]
  readonly helmChartInflationGenerator?: readonly LegacyHelmEntry[]
  readonly generatorOptions?: GeneratorOptions
  readonly configurations?: readonly string[]
  readonly generators?: readonly string[]
  readonly transformers?: readonly string[]
  readonly validators?: readonly string[]
  readonly buildMetadata?: readonly string[]
}

type Embedded = Readonly<Record<string, string>>

function struct(name: string, fields: Fields, embedded: Embedded = {}): Shape & { type: 'struct' } {
  return { type: 'struct', name, fields, embedded }
}

// Each field with the embedded types that it is in, of which `inner` are those below the first.
function within(type: string, fields: Fields, inner: Embedded = {}): Embedded {
  const pathOf = (name: string): string => [type, inner[name]].filter((each) => each !== undefined).join('.')
  return Object.fromEntries(Object.keys(fields).map((name) => [name, pathOf(name)]))
}

const GVK: Fields = { group: STRING, version: STRING, kind: STRING }
const IN_GVK = within('Gvk', GVK)
const RES_ID: Fields = { ...GVK, name: STRING, namespace: STRING }
const IN_RES_ID = within('ResId', RES_ID, IN_GVK)
const FIELD_OPTIONS = struct('FieldOptions', { delimiter: STRING, index: INT, encoding: STRING, create: BOOL })

export const SELECTOR = struct('Selector', { ...RES_ID, annotationSelector: STRING, labelSelector: STRING }, IN_RES_ID)
export const FIELD_SPEC = struct('FieldSpec', { ...GVK, path: STRING, create: BOOL }, IN_GVK)
export const PATCH_OPTIONS = struct('PatchArgs', { allowNameChange: BOOL, allowKindChange: BOOL })
export const IMAGE = struct('Image', {
  name: STRING,
  newName: STRING,
  tagSuffix: STRING,
  newTag: STRING,
  digest: STRING,
})
export const REPLICA = struct('Replica', { name: STRING, count: { type: 'int', go: 'int64' } })
export const REPLACEMENT = struct('Replacement', {
  source: struct('SourceSelector', { ...RES_ID, fieldPath: STRING, options: FIELD_OPTIONS }, IN_RES_ID),
  targets: listOf(
    struct('TargetSelector', {
      select: SELECTOR,
      reject: listOf(SELECTOR, '*'),
      fieldPaths: STRINGS,
      options: FIELD_OPTIONS,
    }),
    '*',
  ),
  sourceValue: STRING,
})
export const REPLACEMENT_FIELD = struct(
  'ReplacementField',
  { ...REPLACEMENT.fields, path: STRING },
  within('Replacement', REPLACEMENT.fields),
)
export const GENERATOR_OPTIONS = struct('GeneratorOptions', {
  labels: PAIRS,
  annotations: PAIRS,
  disableNameSuffixHash: BOOL,
  immutable: BOOL,
})
const SOURCES: Fields = { literals: STRINGS, files: STRINGS, envs: STRINGS, env: STRING }
export const GENERATOR: Fields = {
  namespace: STRING,
  name: STRING,
  behavior: STRING,
  ...SOURCES,
  options: GENERATOR_OPTIONS,
}
const IN_GENERATOR = within('GeneratorArgs', GENERATOR, within('KvPairSources', SOURCES))
export const HELM_GLOBALS: Fields = { chartHome: STRING, configHome: STRING }
export const HELM_CHART: Fields = {
  name: STRING,
  version: STRING,
  repo: STRING,
  releaseName: STRING,
  namespace: STRING,
  additionalValuesFiles: STRINGS,
  valuesFile: STRING,
  valuesInline: ANY,
  valuesMerge: STRING,
  includeCRDs: BOOL,
  skipHooks: BOOL,
  apiVersions: STRINGS,
  kubeVersion: STRING,
  nameTemplate: STRING,
  skipTests: BOOL,
  debug: BOOL,
  devel: BOOL,
}
const LEGACY_HELM = struct('HelmChartArgs', {
  chartName: STRING,
  chartVersion: STRING,
  chartRepoUrl: STRING,
  chartHome: STRING,
  chartRepoName: STRING,
  helmBin: STRING,
  helmHome: STRING,
  values: STRING,
  valuesLocal: ANY,
  valuesMerge: STRING,
  releaseName: STRING,
  releaseNamespace: STRING,
  extraArgs: STRINGS,
})
export const SORT_OPTIONS = struct('SortOptions', {
  order: { type: 'string', go: 'types.SortOrder' },
  legacySortOptions: struct('LegacySortOptions', { orderFirst: STRINGS, orderLast: STRINGS }),
})
const METADATA = struct('ObjectMeta', { name: STRING, namespace: STRING, labels: PAIRS, annotations: PAIRS })
const PATCH = struct('Patch', { path: STRING, patch: STRING, target: SELECTOR, options: PATCH_OPTIONS })
const LABEL = struct('Label', {
  pairs: PAIRS,
  includeSelectors: BOOL,
  includeTemplates: BOOL,
  includeVolumeClaimTemplates: BOOL,
  fields: listOf(FIELD_SPEC),
})
const VAR = struct('Var', {
  name: STRING,
  objref: struct('Target', { apiVersion: STRING, ...RES_ID }, IN_GVK),
  fieldref: struct('FieldSelector', { fieldPath: STRING }),
})

const TYPE_META: Fields = { apiVersion: STRING, kind: STRING }

const KUSTOMIZATION_FIELDS: Fields = {
  ...TYPE_META,
  metadata: METADATA,
  openapi: PAIRS,
  namePrefix: STRING,
  nameSuffix: STRING,
  namespace: STRING,
  commonLabels: PAIRS,
  labels: listOf(LABEL),
  commonAnnotations: PAIRS,
  patchesStrategicMerge: { type: 'strings', go: 'types.PatchStrategicMerge' },
  patchesJson6902: listOf(PATCH),
  patches: listOf(PATCH),
  images: listOf(IMAGE),
  imageTags: listOf(IMAGE),
  replacements: listOf(REPLACEMENT_FIELD),
  replicas: listOf(REPLICA),
  vars: listOf(VAR),
  sortOptions: SORT_OPTIONS,
  resources: STRINGS,
  components: STRINGS,
  crds: STRINGS,
  bases: STRINGS,
  configMapGenerator: listOf(struct('ConfigMapArgs', GENERATOR, IN_GENERATOR)),
  secretGenerator: listOf(struct('SecretArgs', { ...GENERATOR, type: STRING }, IN_GENERATOR)),
  helmGlobals: struct('HelmGlobals', HELM_GLOBALS),
  helmCharts: listOf(struct('HelmChart', HELM_CHART)),
  helmChartInflationGenerator: listOf(LEGACY_HELM),
  generatorOptions: GENERATOR_OPTIONS,
  configurations: STRINGS,
  generators: STRINGS,
  transformers: STRINGS,
  validators: STRINGS,
  buildMetadata: STRINGS,
}

/** All fields of a kustomization file. */
export const KUSTOMIZATION = struct('Kustomization', KUSTOMIZATION_FIELDS, within('TypeMeta', TYPE_META))
