import type { FieldSpec } from '../config/field-spec.ts'
import { failure, within } from '../errors.ts'
import { isClusterScoped } from '../resource/gvk.ts'
import type { ScopeFacts } from '../resource/resource.ts'
import { demandKind, elementsOf, field, getField } from '../tree/fields.ts'
import { type Maker, type Node, isEmpty, isMissing } from '../tree/node.ts'
import { lookup } from '../tree/path.ts'
import { visitFieldSpec, visitFieldSpecs } from './field-path.ts'
import { entryNode, setEntry } from './set-entry.ts'

/** Which subjects of role bindings get the namespace. */
export type SubjectMode = 'defaultOnly' | 'allServiceAccounts' | 'none'

/** A namespace for everything that has one. */
export interface NamespaceFilter {
  readonly namespace: string
  readonly fields: readonly FieldSpec[]
  readonly unsetOnly: boolean
  readonly subjects: SubjectMode
  readonly scopes?: ScopeFacts | undefined
  readonly maker: Maker | undefined
}

const METADATA_NAMESPACE: FieldSpec = { group: '', version: '', kind: '', path: 'metadata/namespace', create: true }

/** Sets the namespace of one object, of subjects of bindings, and of the other fields that are configured. */
export function setNamespace(object: Node, filter: NamespaceFilter): void {
  const apiVersion = field(object, 'apiVersion')?.value ?? ''
  const kind = field(object, 'kind')?.value ?? ''
  const value = entryNode(filter.namespace, '!!str', filter.maker)
  const set = (node: Node): void => {
    if (filter.unsetOnly && hasText(node)) return
    setEntry(node, '', value)
  }
  if (!isClusterScoped(apiVersion, kind, filter.scopes))
    visitFieldSpec(object, METADATA_NAMESPACE, { set, createKind: 'scalar' })
  let fields = filter.fields.filter((spec) => isWanted(spec, apiVersion))
  if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') {
    fields = fields.filter((spec) => !(isBinding(spec.kind) && spec.path === 'subjects/namespace'))
    setSubjects(object, filter, set)
  }
  within('namespace transformation failed', () => {
    visitFieldSpecs(object, fields, { set: demandScalar(set), createKind: 'scalar', createTag: '!!str' })
  })
}

function demandScalar(set: (node: Node) => void): (node: Node) => void {
  return (node) => {
    if (isMissing(node) || node.kind === 'scalar') return set(node)
    within('namespace field specs must target scalar nodes', () => set(node))
  }
}

function isWanted(spec: FieldSpec, apiVersion: string): boolean {
  if (spec.path === 'metadata/namespace') return false
  return apiVersion === 'v1' || spec.path !== 'metadata/name'
}

function isBinding(kind: string): boolean {
  return kind === 'RoleBinding' || kind === 'ClusterRoleBinding'
}

function hasText(node: Node): boolean {
  return !isEmpty(node) && node.value !== ''
}

function setSubjects(object: Node, filter: NamespaceFilter, set: (node: Node) => void): void {
  if (filter.subjects === 'none') return
  const subjects = getField(object, 'subjects')
  if (isMissing(subjects)) return
  const [name, wanted] = filter.subjects === 'allServiceAccounts' ? ['kind', 'ServiceAccount'] : ['name', 'default']
  within('setting namespace on (cluster)role binding subjects', () => {
    for (const subject of elementsOf(subjects)) {
      const value = getField(subject, name)
      within(`looking up ${name} on (cluster)role binding subject`, () => demandKind(value, 'scalar'))
      if (isMissing(value) || value.value !== wanted) continue
      const target = lookup(subject, ['namespace'], 'scalar')
      if (target === undefined) throw failure('setting namespace field on (cluster)role binding subject')
      set(target)
    }
  })
}
