import type { Selector } from '../../config/kustomization.ts'
import { failure, prefixed } from '../../errors.ts'
import { formatId } from '../../resource/gvk.ts'
import type { ResMap } from '../../resource/resmap.ts'
import type { Resource } from '../../resource/resource.ts'
import { selectResources } from '../../resource/select.ts'
import type { BuildContext } from '../context.ts'
import type { LoadedPatch } from '../patches.ts'
import { patchJson } from './json.ts'
import { applyToSelected, mergeInto } from './merge.ts'
import type { Operation } from './operation.ts'

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
