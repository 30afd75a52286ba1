import type { FieldSpec } from '../config/field-spec.ts'
import type { Maker, Node } from '../tree/node.ts'
import { visitFieldSpecs } from './field-path.ts'
import { entryNode, setEntry } from './set-entry.ts'

/** Labels or annotations to set, and where. */
export interface PairsFilter {
  readonly pairs: Readonly<Record<string, string>>
  readonly fields: readonly FieldSpec[]
  readonly makerOf: (key: string) => Maker | undefined
}

/** Sets each pair, in the order of its keys, in each of the fields. */
export function setPairs(object: Node, filter: PairsFilter): void {
  for (const key of Object.keys(filter.pairs).sort()) {
    const value = entryNode(filter.pairs[key] ?? '', '!!str', filter.makerOf(key))
    visitFieldSpecs(object, filter.fields, {
      set: (node) => setEntry(node, key, value),
      createKind: 'map',
      createTag: '!!map',
    })
  }
}
