import type { FieldSpec } from '../../config/field-spec.ts'
import type { ReplicaEntry } from '../../config/kustomization.ts'
import { failure } from '../../errors.ts'
import { visitFieldSpec } from '../../filters/field-path.ts'
import { entryNode, setEntry } from '../../filters/set-entry.ts'
import { formatGvk, isSelected } from '../../resource/gvk.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Maker, Node } from '../../tree/node.ts'
import type { Operation } from './operation.ts'

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
