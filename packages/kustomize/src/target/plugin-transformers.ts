import type { FieldSpec } from '../config/field-spec.ts'
import type { ImageEntry, PatchEntry, RawFieldSpec, ReplacementEntry, ReplicaEntry } from '../config/kustomization.ts'
import { failure } from '../errors.ts'
import type { Maker } from '../tree/node.ts'
import {
  patchJson6902,
  patchById,
  addHashes,
  changeNames,
  changePairs,
  changeNamespace,
  type NamespaceOptions,
  type Operation,
  patchEntry,
  applyReplacements,
  changeImages,
  changeReplicas,
} from './operations/index.ts'
import { type PatchSource, loadJson6902, loadMergePatches, loadPatch } from './patches.ts'
import type { PluginConfig } from './plugin-config.ts'
import { loadReplacements } from './replacement-entries.ts'
import type { Site } from './site.ts'
import { specOf } from './transformer-config.ts'
import { addValues } from './value-add.ts'

type Make = (site: Site, config: PluginConfig) => Operation

/** Built-in transformers by the kind of their configuration. */
export const PLUGIN_TRANSFORMERS: Readonly<Record<string, Make>> = {
  AnnotationsTransformer: (_site, config) => pairs(config, 'annotations'),
  HashTransformer: () => addHashes,
  ImageTagTransformer: images,
  LabelTransformer: (_site, config) => pairs(config, 'labels'),
  NamespaceTransformer: namespace,
  PatchJson6902Transformer: jsonPatch,
  PatchStrategicMergeTransformer: mergePatches,
  PatchTransformer: (site, config) =>
    patchEntry(loadPatch(patchSource(site, config, config.fields as PatchEntry)), site.context),
  PrefixSuffixTransformer: (_site, config) => both(affix(config, 'prefix'), affix(config, 'suffix')),
  PrefixTransformer: (_site, config) => affix(config, 'prefix'),
  ReplacementTransformer: replacements,
  ReplicaCountTransformer: replicas,
  SuffixTransformer: (_site, config) => affix(config, 'suffix'),
  ValueAddTransformer: (site, config) => addValues(site, config, makerOf(config)),
}

function makerOf({ kind, resource }: PluginConfig, of: Maker['kind'] = 'transformer'): Maker {
  return { kind: of, subject: kind, at: resource.node?.at }
}

function specsOf(config: PluginConfig): FieldSpec[] {
  return ((config.fields['fieldSpecs'] ?? []) as readonly RawFieldSpec[]).map(specOf)
}

function textOf(config: PluginConfig, name: string): string {
  return (config.fields[name] as string | undefined) ?? ''
}

function both(first: Operation, second: Operation): Operation {
  return (map) => {
    first(map)
    second(map)
  }
}

function affix(config: PluginConfig, where: 'prefix' | 'suffix'): Operation {
  if (config.fields['fieldSpecs'] === undefined) throw failure('fieldSpecs is not expected to be nil')
  return changeNames({ where, text: textOf(config, where), fields: specsOf(config), maker: makerOf(config) })
}

function pairs(config: PluginConfig, name: 'labels' | 'annotations'): Operation {
  const values = (config.fields[name] ?? {}) as Readonly<Record<string, string>>
  return changePairs({ pairs: values, fields: specsOf(config), makerOf: () => makerOf(config) })
}

function images(site: Site, config: PluginConfig): Operation {
  const image = (config.fields['imageTag'] ?? {}) as ImageEntry
  return changeImages(image, specsOf(config), { maker: makerOf(config), context: site.context })
}

const MODES = ['defaultOnly', 'none', 'allServiceAccounts']

function namespace(site: Site, config: PluginConfig): Operation {
  const { metadata, unsetOnly } = config.fields as { metadata?: { namespace?: string }; unsetOnly?: boolean }
  const mode = textOf(config, 'setRoleBindingSubjects') || 'defaultOnly'
  if (!MODES.includes(mode)) {
    const words = MODES.map((each) => JSON.stringify(each))
    const one = `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
    throw failure(`invalid value ${JSON.stringify(mode)} for setRoleBindingSubjects: must be one of ${one}`)
  }
  const options = { namespace: metadata?.namespace ?? '', fields: specsOf(config), unsetOnly: unsetOnly === true }
  return changeNamespace(
    { ...options, subjects: mode as NamespaceOptions['subjects'], maker: makerOf(config) },
    site.context,
  )
}

function patchSource(site: Site, config: PluginConfig, entry: PatchEntry): PatchSource {
  return {
    entry,
    loader: site.loader,
    maker: makerOf(config, 'patch'),
    node: undefined,
    file: config.resource.node?.at?.source.file ?? '',
    whole: config.resource.node?.at,
    config: config.resource.toYaml(),
  }
}

function jsonPatch(site: Site, config: PluginConfig): Operation {
  const { target, path = '' } = config.fields as PatchEntry
  const entry = { ...(target === undefined ? {} : { target }), path, patch: textOf(config, 'jsonOp') }
  return patchJson6902(loadJson6902(patchSource(site, config, entry)), site.context)
}

function mergePatches(site: Site, config: PluginConfig): Operation {
  const { paths = [], patches = '' } = config.fields as { paths?: readonly string[]; patches?: string }
  if (paths.length === 0 && patches === '') throw failure('empty file path and empty patch content')
  const { entry: _none, ...source } = patchSource(site, config, {})
  const loaded = [...paths, ...(patches === '' ? [] : [patches])].flatMap((text) => loadMergePatches(text, source))
  if (loaded.length === 0) throw failure(`patch appears to be empty; files=[${paths.join(' ')}], Patch=${patches}`)
  return patchById(loaded, site.context)
}

function replacements(site: Site, config: PluginConfig): Operation {
  const entries = (config.fields['replacements'] ?? []) as readonly ReplacementEntry[]
  const maker = makerOf(config, 'replacement')
  return applyReplacements(
    loadReplacements(entries, { loader: site.loader, context: site.context, makerOf: () => maker }),
  )
}

function replicas(_site: Site, config: PluginConfig): Operation {
  return changeReplicas((config.fields['replica'] ?? {}) as ReplicaEntry, specsOf(config), makerOf(config))
}
