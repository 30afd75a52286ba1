import { KustomizeError } from '../../errors.ts'
import { strategicMerge } from '../../filters/strategic-merge.ts'
import { apiVersionOf } from '../../resource/gvk.ts'
import type { ResMap } from '../../resource/resmap.ts'
import { type Resource, copyMergeMetadata } from '../../resource/resource.ts'
import { field } from '../../tree/fields.ts'
import type { Node } from '../../tree/node.ts'
import { lookup } from '../../tree/path.ts'
import type { BuildContext } from '../context.ts'
import type { Operation } from './operation.ts'

/** Strategic merge patches for resources of the same identity. */
export function patchById(patches: readonly Resource[], context: BuildContext): Operation {
  return (map) => {
    for (const patch of patches) {
      const target = map.demand(patch.originalId)
      applyToSelected(map, { selected: [target], patch, context })
    }
  }
}

/** Merges a patch into resources; it takes their identity. */
export function applyToSelected(
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

/** Merges a patch into a resource and gives whether identities may have changed. */
export function mergeInto(target: Resource, patch: Resource, context: BuildContext): boolean {
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
