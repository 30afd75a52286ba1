import { KustomizeError, failure } from '../../errors.ts'
import { type JsonPatchOperation, applyJsonPatch } from '../../filters/json-patch.ts'
import type { ResMap } from '../../resource/resmap.ts'
import type { Resource } from '../../resource/resource.ts'
import { selectResources } from '../../resource/select.ts'
import { lookup } from '../../tree/path.ts'
import type { BuildContext } from '../context.ts'
import type { LoadedPatch } from '../patches.ts'
import type { Operation } from './operation.ts'

/** The operations of an entry of `patches` on what its target selects. */
export function patchJson(map: ResMap, patch: LoadedPatch, context: BuildContext): void {
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
