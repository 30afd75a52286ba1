import type { FieldSpec, TransformerConfig } from '../config/field-spec.ts'
import type { ReplacementEntry } from '../config/kustomization.ts'
import { failure, placed } from '../errors.ts'
import { builtinOrigin } from './build-origin.ts'
import { configured } from './configured.ts'
import { labelFields } from './label-fields.ts'
import {
  patchJson6902,
  patchById,
  changeNames,
  changePairs,
  changeNamespace,
  type Operation,
  patchEntry,
  applyReplacements,
  changeImages,
  changeReplicas,
} from './operations/index.ts'
import { type PatchSource, loadJson6902, loadMergePatches, loadPatch } from './patches.ts'
import { loadReplacements } from './replacement-entries.ts'
import { rangeOfExtent } from '../tree/fields.ts'
import type { Resource } from '../resource/resource.ts'
import type { Maker } from '../tree/node.ts'
import { type Site, fieldMaker, fieldNode, pairMaker, siteFile } from './site.ts'
import type { Step } from './step.ts'

type Configure = (site: Site, config: TransformerConfig) => Operation[]

/** The built-in transformers in the order in which kustomize runs them, whatever the order in the file. */
const CONFIGURE: Readonly<Record<string, Configure>> = {
  PatchStrategicMergeTransformer: strategicMergePatches,
  PatchTransformer: patches,
  NamespaceTransformer: namespace,
  PrefixTransformer: (site, config) => affix(site, 'prefix', config.namePrefix),
  SuffixTransformer: (site, config) => affix(site, 'suffix', config.nameSuffix),
  LabelTransformer: labels,
  AnnotationsTransformer: annotations,
  PatchJson6902Transformer: jsonPatches,
  ReplicaCountTransformer: replicas,
  ImageTagTransformer: images,
  ReplacementTransformer: replacements,
}

/** What the fields of a kustomization do to its resources. */
export function transformerSteps(site: Site, config: TransformerConfig): Step[] {
  return Object.entries(CONFIGURE).flatMap(([kind, configure]) => {
    const origin = builtinOrigin(site.origin, site.file.name, kind)
    return configure(site, config).map((run) => ({ run, origin }))
  })
}

// What goes wrong while an entry is read or applied has its place, unless it knows better.
function atMaker({ at }: Maker, configure: () => Operation): Operation {
  const range = rangeOfExtent(at)
  const run = placed(range, configure)
  return (map) => placed(range, () => run(map))
}

function strategicMergePatches(site: Site): Operation[] {
  const paths = site.file.content.patchesStrategicMerge ?? []
  if (paths.length === 0) return []
  const loaded = configured('PatchStrategicMergeTransformer', { paths }, () => {
    const found = paths.flatMap((entry, item) => mergePatches(site, entry, item))
    if (found.length === 0) throw failure(`patch appears to be empty; files=[${paths.join(' ')}], Patch=`)
    return found
  })
  return [patchById(loaded, site.context)]
}

function mergePatches(site: Site, entry: string, item: number): Resource[] {
  const maker = fieldMaker(site, 'patchesStrategicMerge', { kind: 'patch', item })
  const node = fieldNode(site, 'patchesStrategicMerge', item)
  return loadMergePatches(entry, { loader: site.loader, maker, node, file: siteFile(site) })
}

function sourcesOf(site: Site, field: 'patches' | 'patchesJson6902'): PatchSource[] {
  return (site.file.content[field] ?? []).map((entry, item) => ({
    entry,
    loader: site.loader,
    maker: fieldMaker(site, field, { kind: 'patch', item }),
    node: site.file.places.ofField(entry, 'patch'),
    file: siteFile(site),
  }))
}

function patches(site: Site): Operation[] {
  return sourcesOf(site, 'patches').map((source) =>
    atMaker(source.maker, () => {
      const patch = configured('PatchTransformer', { ...source.entry }, () => loadPatch(source))
      return patchEntry(patch, site.context)
    }),
  )
}

function jsonPatches(site: Site): Operation[] {
  return sourcesOf(site, 'patchesJson6902').map((source) =>
    atMaker(source.maker, () => {
      const { patch: jsonOp, ...rest } = source.entry
      const config = { ...rest, ...(jsonOp === undefined ? {} : { jsonOp }) }
      return patchJson6902(
        configured('PatchJson6902Transformer', config, () => loadJson6902(source)),
        site.context,
      )
    }),
  )
}

function namespace(site: Site, config: TransformerConfig): Operation[] {
  const value = site.file.content.namespace ?? ''
  if (value === '') return []
  const maker = fieldMaker(site, 'namespace')
  return [
    changeNamespace(
      { namespace: value, fields: config.namespace, unsetOnly: false, subjects: 'defaultOnly', maker },
      site.context,
    ),
  ]
}

function affix(site: Site, where: 'prefix' | 'suffix', fields: readonly FieldSpec[]): Operation[] {
  const field = where === 'prefix' ? 'namePrefix' : 'nameSuffix'
  const text = site.file.content[field] ?? ''
  return text === '' ? [] : [changeNames({ where, text, fields, maker: fieldMaker(site, field) })]
}

function labels(site: Site, config: TransformerConfig): Operation[] {
  const { labels: entries = [], commonLabels } = site.file.content
  if (entries.length === 0 && Object.keys(commonLabels ?? {}).length === 0) return []
  const each = entries.map((entry) => {
    const pairs = entry.pairs ?? {}
    return changePairs({ pairs, fields: labelFields(entry, config), makerOf: pairMaker(site, 'labels', pairs) })
  })
  const common = commonLabels ?? {}
  return [
    ...each,
    changePairs({ pairs: common, fields: config.commonLabels, makerOf: pairMaker(site, 'commonLabels', common) }),
  ]
}

function annotations(site: Site, config: TransformerConfig): Operation[] {
  const pairs = site.file.content.commonAnnotations ?? {}
  if (Object.keys(pairs).length === 0) return []
  return [
    changePairs({ pairs, fields: config.commonAnnotations, makerOf: pairMaker(site, 'commonAnnotations', pairs) }),
  ]
}

function replicas(site: Site, config: TransformerConfig): Operation[] {
  const entries = site.file.content.replicas ?? []
  return entries.map((entry, item) => {
    const maker = fieldMaker(site, 'replicas', { item })
    return atMaker(maker, () => changeReplicas(entry, config.replicas, maker))
  })
}

function images(site: Site, config: TransformerConfig): Operation[] {
  const entries = site.file.content.images ?? []
  return entries.map((entry, item) =>
    changeImages(entry, config.images, { maker: fieldMaker(site, 'images', { item }), context: site.context }),
  )
}

function withoutTargets({ targets: _, ...rest }: ReplacementEntry): ReplacementEntry {
  return rest
}

function replacements(site: Site): Operation[] {
  // Written out and read back, a list without entries is none.
  const entries = (site.file.content.replacements ?? []).map((each) =>
    each.targets?.length === 0 ? withoutTargets(each) : each,
  )
  if (entries.length === 0) return []
  const loaded = configured('ReplacementTransformer', { Replacements: entries }, () =>
    loadReplacements(entries, {
      loader: site.loader,
      context: site.context,
      makerOf: (entry) => fieldMaker(site, 'replacements', { kind: 'replacement', item: entries.indexOf(entry) }),
    }),
  )
  return [applyReplacements(loaded)]
}
