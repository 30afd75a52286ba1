import type { FieldSpec } from '../config/field-spec.ts'
import { type Gvk, isSelected } from '../resource/gvk.ts'
import type { Resource } from '../resource/resource.ts'
import { setScalar } from '../tree/fields.ts'
import type { Maker } from '../tree/node.ts'
import { visitFieldSpec } from './field-path.ts'
import { entryNode } from './set-entry.ts'

/** A name prefix or suffix. */
export interface Affix {
  readonly where: 'prefix' | 'suffix'
  readonly text: string
  readonly fields: readonly FieldSpec[]
  readonly maker: Maker | undefined
}

const SKIPPED: readonly Gvk[] = [
  { group: '', version: '', kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', version: '', kind: 'APIService' },
  { group: '', version: '', kind: 'Namespace' },
]

/** Puts the text before or behind the names of a resource, except of kinds whose names are not free. */
export function addAffix(resource: Resource, affix: Affix): void {
  const id = resource.originalId
  const { node } = resource
  if (node === undefined || SKIPPED.some((each) => isSelected(id, each))) return
  for (const spec of affix.fields) {
    if (!isSelected(id, spec)) continue
    if (spec.path === 'metadata/name' && affix.text !== '') remember(resource, affix)
    visitFieldSpec(node, spec, {
      set: (target) => {
        const value = affix.where === 'prefix' ? affix.text + target.value : target.value + affix.text
        setScalar(target, entryNode(value, '', affix.maker))
      },
      createKind: 'scalar',
      createTag: '!!str',
    })
  }
}

function remember(resource: Resource, affix: Affix): void {
  if (affix.where === 'prefix') resource.prefixes = [...resource.prefixes, affix.text]
  else resource.suffixes = [...resource.suffixes, affix.text]
  resource.rememberId()
}
