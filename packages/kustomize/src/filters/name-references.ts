import type { FieldSpec, NameReference } from '../config/field-spec.ts'
import { failure, reworded } from '../errors.ts'
import { type Gvk, NOT_A_NAMESPACE, type ResId, effectiveNamespace, formatId, isSelected } from '../resource/gvk.ts'
import type { Resource } from '../resource/resource.ts'
import { elementsOf, field, getField, rangeOf, setField, setScalar, textOf } from '../tree/fields.ts'
import { type Maker, type Node, isMissing, scalarNode } from '../tree/node.ts'
import { lookup } from '../tree/path.ts'
import { valueOf } from '../tree/value.ts'
import { visitFieldSpec } from './field-path.ts'

/** Updates all fields that hold a name which was changed. Candidates are found by their earlier names, so the cost grows with the references only. */
export function fixNameReferences(resources: readonly Resource[], references: readonly NameReference[]): void {
  const candidates = resources.map((resource, order) => new Candidate(resource, order))
  const index = { byName: indexByName(candidates), byNamespace: indexByNamespace(candidates) }
  const specs = new SpecIndex(references)
  for (const resource of resources) {
    const { originalId, node } = resource
    if (node === undefined) continue
    const referrer = new Referrer(resource, index)
    for (const { spec, target } of specs.of(originalId)) referrer.fix(node, spec, target)
  }
}

class Candidate {
  readonly resource: Resource
  readonly order: number
  readonly id: ResId
  readonly previousIds: readonly ResId[]
  readonly name: string
  readonly namespace: string
  readonly effectiveNamespace: string

  constructor(resource: Resource, order: number) {
    this.resource = resource
    this.order = order
    this.id = resource.id
    this.previousIds = resource.previousIds
    this.name = resource.name
    this.namespace = resource.namespace
    this.effectiveNamespace = effectiveNamespace(this.id)
  }
}

function indexByName(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const index = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    for (const name of new Set(candidate.previousIds.map((id) => id.name))) {
      const found = index.get(name)
      if (found === undefined) index.set(name, [candidate])
      else found.push(candidate)
    }
  }
  return index
}

interface CandidateIndex {
  readonly byName: ReadonlyMap<string, readonly Candidate[]>
  /** For each namespace that resources came with, one candidate of each scope and present namespace. */
  readonly byNamespace: ReadonlyMap<string, readonly Candidate[]>
}

function indexByNamespace(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const index = new Map<string, Map<string, Candidate>>()
  for (const candidate of candidates) {
    const original = effectiveNamespace(candidate.resource.originalId)
    const samples = index.get(original) ?? new Map<string, Candidate>()
    index.set(original, samples.set(`${candidate.id.clusterScoped}|${candidate.namespace}`, candidate))
  }
  return new Map([...index].map(([namespace, samples]) => [namespace, [...samples.values()]]))
}

interface TargetedSpec {
  readonly spec: FieldSpec
  readonly target: Gvk
}

/** The specs that apply to a kind, in their order; found once a kind. */
class SpecIndex {
  readonly #all: readonly TargetedSpec[]
  readonly #byKind = new Map<string, readonly TargetedSpec[]>()

  constructor(references: readonly NameReference[]) {
    this.#all = references.flatMap((target) => target.fieldSpecs.map((spec) => ({ spec, target })))
  }

  of(id: Gvk): readonly TargetedSpec[] {
    const key = `${id.group}|${id.version}|${id.kind}`
    const known = this.#byKind.get(key)
    if (known !== undefined) return known
    const found = this.#all.filter(({ spec }) => isSelected(id, spec))
    this.#byKind.set(key, found)
    return found
  }
}

class Referrer {
  readonly #resource: Resource
  readonly #index: CandidateIndex
  readonly #id: ResId
  readonly #namespace: string
  readonly #boundNamespaces: ReadonlySet<string>

  constructor(resource: Resource, index: CandidateIndex) {
    this.#resource = resource
    this.#index = index
    this.#id = resource.id
    this.#namespace = effectiveNamespace(this.#id)
    this.#boundNamespaces = this.#id.clusterScoped ? new Set() : boundNamespaces(resource)
  }

  fix(node: Node, spec: FieldSpec, target: Gvk): void {
    // The kind may have been patched since; the field is looked for in the present one.
    const here = { ...spec, group: this.#id.group, version: this.#id.version, kind: this.#id.kind }
    try {
      visitFieldSpec(node, here, { set: (found) => this.#set(found, spec, target) })
    } catch (error) {
      throw reworded(
        error,
        (message) => `updating name reference in '${spec.path}' field of '${formatId(this.#id)}': ${message}`,
      )
    }
  }

  #set(node: Node, spec: FieldSpec, target: Gvk): void {
    if (isMissing(node)) return
    if (node.kind === 'scalar') return this.#setScalar(node, spec, target)
    if (node.kind === 'map') return this.#setMapping(node, spec, target)
    for (const item of elementsOf(node)) {
      if (isMissing(item)) continue
      if (item.kind === 'scalar') this.#setScalar(item, spec, target)
      else if (item.kind === 'map') this.#setMapping(item, spec, target)
      else throw failure('is expected to be either a string or a map of string')
    }
  }

  #setScalar(node: Node, spec: FieldSpec, target: Gvk): void {
    const known = this.#index.byName.get(node.value)
    if (known === undefined) return
    const referral = this.#select(known, { spec, target, oldName: node.value, same: sameNames })
    if (referral === undefined || referral.name === node.value) return
    setScalar(node, scalarNode(referral.name, makerOf(referral, 'name')))
  }

  #setMapping(node: Node, spec: FieldSpec, target: Gvk): void {
    const nameNode = getField(node, 'name')
    if (nameNode === undefined) throw failure("path config error; no 'name' field in node", { range: rangeOf(node) })
    const known = this.#inNamespace(this.#index.byName.get(nameNode.value) ?? [], getField(node, 'namespace'))
    const referral = this.#select(known, { spec, target, oldName: nameNode.value, same: sameNamesAndNamespaces })
    if (referral === undefined || (referral.name === nameNode.value && referral.namespace === '')) return
    this.#setPart(node, 'name', referral)
    if (referral.namespace !== '') this.#setPart(node, 'namespace', referral)
  }

  // What is right already and was found by it stays, with its place. A namespace that its target came with is the target's, even where it is the same.
  #setPart(node: Node, part: 'name' | 'namespace', referral: Candidate): void {
    const known = field(node, part)
    const isFoundBy = part === 'name' || effectiveNamespace(referral.resource.originalId) !== known?.value
    if (isFoundBy && known?.kind === 'scalar' && known.value === referral[part]) known.tag = ''
    else setField(node, part, scalarNode(referral[part], makerOf(referral, part)))
  }

  // By the namespace that a candidate came with, if anything came with it, else by the present one.
  #inNamespace(candidates: readonly Candidate[], namespaceNode: Node | undefined): readonly Candidate[] {
    if (namespaceNode === undefined) return candidates
    const namespace = namespaceNode.value
    if (
      namespace !== NOT_A_NAMESPACE &&
      this.#index.byNamespace.get(namespace)?.some((each) => this.#mayRefer(each)) === true
    ) {
      return candidates.filter((each) => effectiveNamespace(each.resource.originalId) === namespace)
    }
    return candidates.filter((each) => each.effectiveNamespace === namespace)
  }

  #select(known: readonly Candidate[], at: Selection): Candidate | undefined {
    let candidates = known.filter(
      (each) => this.#mayRefer(each) && each.previousIds.some((id) => isSelected(id, at.target)),
    )
    candidates = candidates.filter(this.#roleRefFilter(at.spec))
    candidates = candidates.filter((each) => this.#inSameNamespace(each))
    if (candidates.length === 1) return candidates[0]
    candidates = candidates.filter((each) => this.#sameAffixes(each, true))
    if (candidates.length > 1) candidates = candidates.filter((each) => this.#sameAffixes(each, false))
    if (candidates.length <= 1 || at.same(candidates)) return candidates[0]
    const ids = candidates.map((each) => formatId(each.id)).join(', ')
    throw failure(`found multiple possible referrals: ${ids}\n${this.#details(candidates)}`)
  }

  #details(candidates: readonly Candidate[]): string {
    const head = `\n**** Too many possible referral targets to referrer:\n${this.#resource.toYaml()}\n`
    return head + candidates.map((each, at) => `--- possible referral ${at}:\n${each.resource.toYaml()}\n`).join('')
  }

  // kustomize first narrows the resources to those that this one could refer to at all.
  #mayRefer(candidate: Candidate): boolean {
    if (this.#id.clusterScoped || candidate.id.clusterScoped) return true
    if (candidate.effectiveNamespace === this.#namespace) return true
    return this.#boundNamespaces.has(candidate.namespace)
  }

  #inSameNamespace(candidate: Candidate): boolean {
    if (this.#id.clusterScoped || candidate.id.clusterScoped) return true
    return candidate.id.kind === 'ServiceAccount' || candidate.effectiveNamespace === this.#namespace
  }

  #sameAffixes(candidate: Candidate, allowEmpty: boolean): boolean {
    const [a, b] = [candidate.resource, this.#resource]
    return sameEnding(a.prefixes, b.prefixes, allowEmpty) && sameEnding(a.suffixes, b.suffixes, allowEmpty)
  }

  #roleRefFilter(spec: FieldSpec): (candidate: Candidate) => boolean {
    const { node } = this.#resource
    if (!spec.path.endsWith('roleRef/name') || node === undefined) return () => true
    const group = lookup(node, ['roleRef', 'apiGroup'])
    const kind = lookup(node, ['roleRef', 'kind'])
    if (group === undefined || kind === undefined) return () => true
    const wanted = { group: group.value, version: '', kind: kind.value }
    return (candidate) => candidate.previousIds.some((id) => isSelected(id, wanted))
  }
}

interface Selection {
  readonly spec: FieldSpec
  readonly target: Gvk
  readonly oldName: string
  readonly same: (candidates: readonly Candidate[]) => boolean
}

function sameNames(candidates: readonly Candidate[]): boolean {
  return candidates.every((each) => each.name === candidates[0]?.name)
}

function sameNamesAndNamespaces(candidates: readonly Candidate[]): boolean {
  return sameNames(candidates) && candidates.every((each) => each.namespace === candidates[0]?.namespace)
}

function sameEnding(a: readonly string[], b: readonly string[], allowEmpty: boolean): boolean {
  if (a.length === 0 || b.length === 0) return allowEmpty || a.length === b.length
  const count = Math.min(a.length, b.length)
  for (let at = 1; at <= count; at++) if (a.at(-at) !== b.at(-at)) return false
  return true
}

function boundNamespaces(resource: Resource): ReadonlySet<string> {
  const namespaces = new Set<string>()
  const subjects = resource.kind === 'RoleBinding' ? field(resource.node, 'subjects') : undefined
  if (subjects === undefined || subjects.kind !== 'seq') return namespaces
  for (const subject of subjects.content) {
    // The real tool ends in a panic.
    if (subject.kind !== 'map')
      throw failure(`a subject of ${formatId(resource.id)} is no map`, { range: rangeOf(subject) })
    const namespace = field(subject, 'namespace')
    if (namespace === undefined || textOf(subject, 'kind') !== 'ServiceAccount') continue
    if (typeof valueOf(namespace) !== 'string') {
      throw failure(`Invalid Input: namespace is blank for resource ${JSON.stringify(formatId(resource.id))}\n`, {
        range: rangeOf(subject),
      })
    }
    namespaces.add(namespace.value)
  }
  return namespaces
}

// A reference changes because what it means did: its places are those of the name or namespace there.
function makerOf(referral: Candidate, part: 'name' | 'namespace'): Maker {
  const source = field(referral.resource.metadata, part)
  const maker = source?.maker ?? { kind: 'transformer', subject: 'nameReference', at: source?.at }
  return source === undefined ? maker : { ...maker, from: [source.snapshot()] }
}
