import type { FieldSpec } from '../config/field-spec.ts'
import type { ImageEntry, PatchEntry, ReplicaEntry, Selector } from '../config/kustomization.ts'
import { KustomizeError, failure, placed, prefixed } from '../errors.ts'
import { addAffix } from '../filters/affix.ts'
import type { Affix } from '../filters/affix.ts'
import { visitFieldSpec } from '../filters/field-path.ts'
import { setImages } from '../filters/images.ts'
import { type JsonPatchOperation, applyJsonPatch } from '../filters/json-patch.ts'
import { setPairs } from '../filters/labels.ts'
import type { PairsFilter } from '../filters/labels.ts'
import { type SubjectMode, setNamespace } from '../filters/namespace.ts'
import { type Replacement, applyReplacement } from '../filters/replacements.ts'
import { entryNode, setEntry } from '../filters/set-entry.ts'
import { strategicMerge } from '../filters/strategic-merge.ts'
import { goJson, nameHash } from '../generators/name-hash.ts'
import { type ResId, apiVersionOf, formatGvk, formatId, isSelected, keyOfId } from '../resource/gvk.ts'
import type { ResMap } from '../resource/resmap.ts'
import { type Resource, copyMergeMetadata } from '../resource/resource.ts'
import { selectResources } from '../resource/select.ts'
import { field, rangeOfExtent } from '../tree/fields.ts'
import type { Maker, Node } from '../tree/node.ts'
import { lookup } from '../tree/path.ts'
import type { BuildContext } from './context.ts'

/** Something that changes the resources of a build. */
export type Operation = (resources: ResMap) => void

/** Strategic merge patches for resources of the same identity. */
export function patchById(patches: readonly Resource[], context: BuildContext): Operation {
  return (map) => {
    for (const patch of patches) {
      const target = map.demand(patch.originalId)
      applyToSelected(map, { selected: [target], patch, context })
    }
  }
}

/** A patch entry: its strategic merge patches or its operations. */
export interface LoadedPatch {
  readonly entry: PatchEntry
  readonly merges: readonly Resource[]
  readonly operations: readonly JsonPatchOperation[] | undefined
  /** `[patch: "..."]` or `[path: "..."]`. */
  readonly source: string
  readonly maker: Maker
}

/** An entry of `patches`. */
export function patchEntry(patch: LoadedPatch, context: BuildContext): Operation {
  return (map) => {
    if (patch.operations !== undefined) return patchJson(map, patch, context)
    const { target } = patch.entry
    if (target !== undefined) return patchSelected(map, patch, { target, context })
    for (const each of patch.merges) {
      let found: Resource
      try {
        found = map.demand(each.originalId)
      } catch (error) {
        throw prefixed(error, `no resource matches strategic merge patch ${JSON.stringify(formatId(each.originalId))}`)
      }
      if (mergeInto(found, each, context)) map.touch()
    }
  }
}

function patchSelected(map: ResMap, patch: LoadedPatch, at: { target: Selector; context: BuildContext }): void {
  const [only, another] = patch.merges
  if (another !== undefined) {
    const words = 'Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field'
    throw failure(`${words}: ${patch.source}`)
  }
  if (only === undefined) return
  let selected: Resource[]
  try {
    selected = selectResources(map, at.target)
  } catch (error) {
    throw prefixed(error, `unable to find patch target ${JSON.stringify(describeSelector(at.target))} in \`resources\``)
  }
  if (selected.length === 0) at.context.unused.push({ maker: patch.maker, reason: 'no target matches' })
  applyToSelected(map, { selected, patch: only, context: at.context })
}

function describeSelector(selector: Selector): string {
  const {
    group = '',
    version = '',
    kind = '',
    name = '',
    namespace = '',
    annotationSelector = '',
    labelSelector = '',
  } = selector
  return `${formatId({ group, version, kind, name, namespace, clusterScoped: false })}:a=${annotationSelector}:l=${labelSelector}`
}

function applyToSelected(
  map: ResMap,
  at: { selected: readonly Resource[]; patch: Resource; context: BuildContext },
): void {
  const { patch, context } = at
  // Those of the same identity are patched too; there are such only where something else has gone wrong.
  const targets = new Set(at.selected.flatMap((each) => map.byCurrentId(each.id)))
  for (const resource of targets) {
    const copy = patch.copy()
    copyMergeMetadata(copy, patch)
    copy.setApiVersion(apiVersionOf(resource.id))
    copy.setKind(patch.kind)
    if (mergeInto(resource, copy, context)) map.touch()
  }
  if (at.selected.some((each) => each.isGone)) map.dropGone()
  map.demandDistinct()
}

// Gives whether identities may have changed.
function mergeInto(target: Resource, patch: Resource, context: BuildContext): boolean {
  if (!context.countPatch()) {
    throw new KustomizeError('KUSTOMIZE_LIMIT', `a build may apply ${context.maxPatches} patches to resources`)
  }
  const { name, namespace, kind, node } = target
  const changes = patch.allowNameChange || patch.allowKindChange
  if (changes) target.rememberId()
  if (node === undefined || patch.node === undefined) return changes
  const wiped = wipesAnnotations(patch.node)
  const identity = identityNodes(node).map(([path, found]) => [path, found.snapshot()] as const)
  target.node = strategicMerge(node, patch.node, context.schemaOf)
  if (wiped) target.forget()
  if (target.isGone) return true
  if (!patch.allowKindChange) target.setKind(kind)
  if (!patch.allowNameChange) target.setName(name)
  target.setNamespace(namespace)
  for (const [path, before] of identity) keepPlace(lookup(node, path), before)
  return changes || wiped
}

const IDENTITY = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']]

function identityNodes(node: Node): [readonly string[], Node][] {
  return IDENTITY.flatMap((path) => {
    const found = path.length === 1 ? field(node, path[0] ?? '') : field(field(node, 'metadata'), path[1] ?? '')
    return found === undefined ? [] : [[path, found]]
  })
}

// A patch repeats the identity of its target to say what it is for; that changes nothing.
function keepPlace(node: Node | undefined, before: Node): void {
  if (node === undefined || node.value !== before.value) return
  node.at = before.at
  node.maker = before.maker
  node.before = before.before
}

// Whether a patch throws the annotations away, and with them what kustomize remembers there.
function wipesAnnotations(patch: Node): boolean {
  const metadata = field(patch, 'metadata')
  const annotations = field(metadata, 'annotations')
  return [patch, metadata, annotations].some((node) => {
    const directive = field(node, '$patch')?.value
    return node?.tag === '!!null' || directive === 'replace' || directive === 'delete'
  })
}

function patchJson(map: ResMap, patch: LoadedPatch, context: BuildContext): void {
  const { target } = patch.entry
  if (target === undefined) throw failure(`must specify a target for JSON patch ${patch.source}`)
  const selected = selectResources(map, target)
  if (selected.length === 0) context.unused.push({ maker: patch.maker, reason: 'no target matches' })
  for (const resource of selected) {
    const { id } = resource
    resource.rememberId()
    operateOn(resource, patch.operations ?? [], context)
    if (resource.id !== id) map.touch()
  }
}

/** An entry of `patchesJson6902`. */
export function patchJson6902(patch: LoadedPatch, context: BuildContext): Operation {
  return (map) => {
    const selected = selectResources(map, patch.entry.target ?? {})
    if (selected.length === 0) context.unused.push({ maker: patch.maker, reason: 'no target matches' })
    for (const resource of selected) operateOn(resource, patch.operations ?? [], context)
    map.touch()
  }
}

function operateOn(resource: Resource, operations: readonly JsonPatchOperation[], context: BuildContext): void {
  if (!context.countPatch()) {
    throw new KustomizeError('KUSTOMIZE_LIMIT', `a build may apply ${context.maxPatches} patches to resources`)
  }
  if (resource.node === undefined) return
  // kustomize's memories are annotations, so that an operation finds a map where there would be none.
  if (resource.hasMemories) lookup(resource.node, ['metadata', 'annotations'], 'map')
  resource.node = applyJsonPatch(resource.node, operations)
  resource.setAnnotations(resource.annotations)
}

/** What the namespace operation does. */
export interface NamespaceOptions {
  readonly namespace: string
  readonly fields: readonly FieldSpec[]
  readonly unsetOnly: boolean
  readonly subjects: SubjectMode
  readonly maker: Maker | undefined
}

/** Sets the namespace; two resources may not become one. */
export function changeNamespace(options: NamespaceOptions, context: BuildContext): Operation {
  return (map) => {
    if (options.namespace === '') return
    const counts = new Map<string, number>()
    const count = (id: ResId, by: number): number => {
      const next = (counts.get(keyOfId(id)) ?? 0) + by
      counts.set(keyOfId(id), next)
      return next
    }
    for (const resource of map.resources) count(resource.id, 1)
    for (const resource of map.resources) {
      if (resource.node === undefined || resource.isGone || resource.helmGenerated) continue
      count(resource.id, -1)
      resource.rememberId()
      setNamespace(resource.node, { ...options, scopes: context.scopes })
      if (count(resource.id, 1) !== 1) throw conflict(map, resource)
    }
    map.touch()
  }
}

function conflict(map: ResMap, resource: Resource): Error {
  const key = keyOfId(resource.id)
  const texts = map.resources.filter((each) => keyOfId(each.id) === key).map((each) => goJson(each.value))
  return failure(`namespace transformation produces ID conflict: [${texts.join(' ')}]`)
}

/** Adds a prefix or suffix. */
export function changeNames(affix: Affix): Operation {
  return (map) => {
    for (const resource of map.resources) addAffix(resource, affix)
    map.touch()
  }
}

/** Sets labels or annotations. */
export function changePairs(filter: PairsFilter): Operation {
  return (map) => {
    if (Object.keys(filter.pairs).length === 0) return
    for (const { node } of map.resources) if (node !== undefined) setPairs(node, filter)
    map.touch()
  }
}

/** Sets the replica count of resources with a name. */
export function changeReplicas(
  replica: ReplicaEntry,
  fields: readonly FieldSpec[],
  maker: Maker | undefined,
): Operation {
  return (map) => {
    let found = false
    for (const spec of fields) {
      for (const resource of map.resources) {
        if (resource.isGone || !resource.allIds.some((id) => id.name === replica.name && isSelected(id, spec))) continue
        found = true
        setReplicas(resource, { spec, count: replica.count ?? 0, maker })
      }
    }
    if (found) return
    const kinds = fields.map((spec) => formatGvk(spec)).join(' ')
    throw failure(`resource with name ${replica.name ?? ''} does not match a config with the following GVK [${kinds}]`)
  }
}

function setReplicas(
  resource: Resource,
  at: { spec: FieldSpec; count: number | bigint; maker: Maker | undefined },
): void {
  if (resource.node === undefined) return
  visitFieldSpec(resource.node, at.spec, {
    set: (node: Node) => setEntry(node, '', entryNode(String(at.count), '!!int', at.maker)),
    createKind: 'scalar',
    createTag: '!!int',
  })
}

/** Rewrites images. */
export function changeImages(
  image: ImageEntry,
  fields: readonly FieldSpec[],
  at: { maker: Maker; context: BuildContext },
): Operation {
  return (map) => {
    let used = false
    const matched = (): void => {
      used = true
    }
    for (const { node } of map.resources)
      if (node !== undefined) setImages(node, { image, fields, maker: at.maker, matched })
    if (!used) at.context.unused.push({ maker: at.maker, reason: 'no image matches' })
  }
}

/** Copies values from one resource to others. */
export function applyReplacements(replacements: readonly Replacement[]): Operation {
  return (map) => {
    for (const replacement of replacements) {
      placed(rangeOfExtent(replacement.maker?.at), () => applyReplacement(map.resources, replacement))
    }
    map.touch()
    map.dropGone()
  }
}

/** Gives generated ConfigMaps and Secrets the hash of their content as a suffix. */
export const addHashes: Operation = (map) => {
  for (const resource of map.resources) {
    if (!resource.needsHash) continue
    const hash = nameHash(resource)
    resource.rememberId()
    const from = ['data', 'binaryData', 'stringData'].flatMap((name) => field(resource.node, name)?.content ?? [])
    const maker: Maker = { kind: 'generator', subject: 'hash', at: resource.node?.at, from }
    resource.setName(`${resource.name}-${hash}`, maker)
  }
  map.touch()
}
