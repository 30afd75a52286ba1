import { type YamlNode, parseFirst } from '@slipway/yaml'
import { BOOL, type Fields, INT, PAIRS, Places, STRING, STRINGS, type Shape, decode, listOf } from '../config/decode.ts'
import {
  FIELD_SPEC,
  GENERATOR,
  HELM_CHART,
  HELM_GLOBALS,
  IMAGE,
  PATCH_OPTIONS,
  REPLACEMENT_FIELD,
  REPLICA,
  SELECTOR,
} from '../config/kustomization.ts'
import { within } from '../errors.ts'
import type { Resource } from '../resource/resource.ts'

const struct = (name: string, fields: Fields): Shape & { type: 'struct' } => ({ type: 'struct', name, fields })
const METADATA = struct('ObjectMeta', { name: STRING, namespace: STRING, labels: PAIRS, annotations: PAIRS })
const FIELD_SPECS = listOf(FIELD_SPEC)

export const VALUE_TARGETS = listOf(struct('Target', { selector: SELECTOR, fieldPath: STRING, filePathPosition: INT }))

/** The fields of the configuration files of built-in plug-ins. */
export const PLUGIN_FIELDS: Readonly<Record<string, Fields>> = {
  AnnotationsTransformer: { annotations: PAIRS, fieldSpecs: FIELD_SPECS },
  ConfigMapGenerator: { metadata: METADATA, ...GENERATOR },
  HashTransformer: {},
  HelmChartInflationGenerator: { ...HELM_GLOBALS, ...HELM_CHART },
  IAMPolicyGenerator: {
    cloud: STRING,
    kubernetesService: struct('KubernetesService', { name: STRING, namespace: STRING }),
    serviceAccount: struct('ServiceAccount', { name: STRING, projectId: STRING }),
  },
  ImageTagTransformer: { imageTag: IMAGE, fieldSpecs: FIELD_SPECS },
  LabelTransformer: { labels: PAIRS, fieldSpecs: FIELD_SPECS },
  NamespaceTransformer: {
    metadata: METADATA,
    fieldSpecs: FIELD_SPECS,
    unsetOnly: BOOL,
    setRoleBindingSubjects: STRING,
  },
  PatchJson6902Transformer: { target: SELECTOR, path: STRING, jsonOp: STRING },
  PatchStrategicMergeTransformer: { paths: STRINGS, patches: STRING },
  PatchTransformer: { path: STRING, patch: STRING, target: SELECTOR, options: PATCH_OPTIONS },
  PrefixSuffixTransformer: { prefix: STRING, suffix: STRING, fieldSpecs: FIELD_SPECS },
  PrefixTransformer: { prefix: STRING, fieldSpecs: FIELD_SPECS },
  ReplacementTransformer: { replacements: listOf(REPLACEMENT_FIELD) },
  ReplicaCountTransformer: { replica: REPLICA, fieldSpecs: FIELD_SPECS },
  SecretGenerator: { metadata: METADATA, ...GENERATOR, type: STRING },
  SuffixTransformer: { suffix: STRING, fieldSpecs: FIELD_SPECS },
  ValueAddTransformer: { value: STRING, targets: VALUE_TARGETS, targetFilePath: STRING },
}

/** A configuration file of a built-in plug-in, decoded; kustomize writes it out and reads it back, and so do we. */
export interface PluginConfig {
  readonly kind: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly resource: Resource
}

const DECODING = 'error unmarshaling JSON: while decoding JSON'
const PROBLEM: Readonly<Record<string, string>> = {
  NamespaceTransformer: `unmarshalling NamespaceTransformer config: ${DECODING}`,
}

/** Reads the configuration that a resource is; unknown fields count for nothing. */
export function decodePlugin(resource: Resource): PluginConfig | undefined {
  const { kind } = resource
  const fields = PLUGIN_FIELDS[kind]
  if (fields === undefined) return undefined
  const node = parseFirst(resource.toYaml(), { dialect: 'sigs' })
  const read = (): PluginConfig['fields'] => decodeLoosely(node, struct(`${kind}Plugin`, fields))
  return { kind, resource, fields: within(PROBLEM[kind] ?? DECODING, read) }
}

/** Decodes as Go's decoder does where unknown fields are let pass. */
export function decodeLoosely(node: YamlNode | undefined, shape: Shape): Readonly<Record<string, unknown>> {
  const at = { places: new Places(), strict: false, coerce: true }
  const value = node === undefined ? undefined : decode(node, shape, at)
  return (value ?? {}) as Readonly<Record<string, unknown>>
}
