import type { FieldSpec } from '../config/field-spec.ts'
import { failure, prefixed, reworded } from '../errors.ts'
import { type Gvk, formatId, isSelected, parseGroupVersion } from '../resource/gvk.ts'
import { entriesOf, field, getField, textOf } from '../tree/fields.ts'
import { type Node, type NodeKind, isMissing } from '../tree/node.ts'
import { lookup, splitPath } from '../tree/path.ts'

/** What to do at the fields that a field spec names. */
export interface FieldVisit {
  readonly set: (node: Node) => void
  /** What a missing field is created as, where the spec says so; absent: never. */
  readonly createKind?: NodeKind
  /** The tag that a null turned into that kind gets. */
  readonly createTag?: string
}

const SPLIT = new Map<string, string[]>()

function pathOf(spec: FieldSpec): readonly string[] {
  const known = SPLIT.get(spec.path)
  if (known !== undefined) return known
  const path = splitPath(spec.path, '/')
  // Bounded by the field specs of configurations; a flood of made-up paths must not stay.
  if (SPLIT.size < 10_000) SPLIT.set(spec.path, path)
  return path
}

/** Visits the fields of an object that a field spec names, if the object is of its kind. */
export function visitFieldSpec(object: Node, spec: FieldSpec, visit: FieldVisit): void {
  if (isSelected(gvkOfNode(object), spec)) visitPath(object, spec, visit)
}

function visitPath(object: Node, spec: FieldSpec, visit: FieldVisit): void {
  try {
    walk(object, 0, { path: pathOf(spec), spec, visit })
  } catch (error) {
    throw reworded(error, (message) => `considering field '${spec.path}' of object ${idText(object)}: ${message}`)
  }
}

/** Visits the fields of several field specs, in their order. */
export function visitFieldSpecs(object: Node, specs: readonly FieldSpec[], visit: FieldVisit): void {
  for (const spec of specsFor(object, specs)) visitPath(object, spec, visit)
}

const BY_KIND = new WeakMap<readonly FieldSpec[], Map<string, readonly FieldSpec[]>>()

// The same list is asked for each resource of a build; which of its specs are for a kind is found once.
function specsFor(object: Node, specs: readonly FieldSpec[]): readonly FieldSpec[] {
  const known = BY_KIND.get(specs) ?? new Map<string, readonly FieldSpec[]>()
  BY_KIND.set(specs, known)
  const key = `${field(object, 'apiVersion')?.value ?? ''} ${field(object, 'kind')?.value ?? ''}`
  const found = known.get(key)
  if (found !== undefined) return found
  const gvk = gvkOfNode(object)
  const selected = specs.filter((spec) => isSelected(gvk, spec))
  known.set(key, selected)
  return selected
}

/** The kind of an object by its own fields. */
export function gvkOfNode(object: Node): Gvk {
  const { group, version } = parseGroupVersion(field(object, 'apiVersion')?.value ?? '')
  return { group, version, kind: field(object, 'kind')?.value ?? '' }
}

function idText(object: Node): string {
  const metadata = field(object, 'metadata')
  const [name, namespace] = [textOf(metadata, 'name'), textOf(metadata, 'namespace')]
  return formatId({ ...gvkOfNode(object), name, namespace, clusterScoped: false })
}

interface Walk {
  readonly path: readonly string[]
  readonly spec: FieldSpec
  readonly visit: FieldVisit
}

// `from` is where in the path the node stands: a part of the path for each step would be a new list for each node of a build.
function walk(node: Node, from: number, at: Walk): void {
  if (from === at.path.length) return at.visit.set(node)
  if (isMissing(node)) return
  if (node.kind === 'seq') for (const item of node.content) walkItem(item, from, at)
  else if (node.kind === 'map') walkMap(node, from, at)
  else throw failure('expected sequence or mapping node')
}

function walkItem(item: Node, from: number, at: Walk): void {
  try {
    walk(item, from, at)
  } catch (error) {
    throw reworded(error, (message) => `visit traversal on path: [${at.path.slice(from).join(' ')}]: ${message}`)
  }
}

function walkMap(node: Node, from: number, at: Walk): void {
  const part = at.path[from] ?? ''
  const isLast = from + 1 === at.path.length
  const isSeq = part.endsWith('[]')
  const name = isSeq ? part.slice(0, -2) : part
  if (name === '') throw failure('cannot set or create an empty field name')
  const creates = at.spec.create && at.visit.createKind !== undefined && !isSeq
  const kind = creates ? (isLast ? at.visit.createKind : 'map') : undefined
  const found = lookupField(node, name, kind)
  if (found === undefined) return
  const becomes = kind ?? (isSeq ? 'seq' : undefined)
  if (found.tag === '!!null' && becomes !== undefined) {
    found.become(becomes, creates ? (isLast ? (at.visit.createTag ?? '') : '!!map') : '')
  }
  walk(found, from + 1, at)
}

function lookupField(node: Node, name: string, create: NodeKind | undefined): Node | undefined {
  try {
    // A name may be an index or `[a=b]`, as everywhere in kyaml's lookups.
    return create === undefined && /^[A-Za-z$]/.test(name) ? getField(node, name) : lookup(node, [name], create)
  } catch (error) {
    throw prefixed(error, `fieldName: ${name}`)
  }
}

/** Keys of a map, for messages and loops over labels. */
export function keysOf(map: Node): string[] {
  return entriesOf(map).map(([key]) => key.value)
}
