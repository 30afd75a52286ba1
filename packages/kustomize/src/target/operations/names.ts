import { type Affix, addAffix } from '../../filters/affix.ts'
import { type PairsFilter, setPairs } from '../../filters/labels.ts'
import { nameHash } from '../../generators/name-hash.ts'
import { field } from '../../tree/fields.ts'
import type { Maker } from '../../tree/node.ts'
import type { Operation } from './operation.ts'

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
