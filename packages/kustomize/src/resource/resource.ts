import type { SourceRange } from '@slipway/diag'
import { type YamlMap, dump } from '@slipway/yaml'
import { clearField, entriesOf, field, getField, indexOfKey, rangeOf, setField, textOf } from '../tree/fields.ts'
import { Node, isEmpty, isMissing, mapNode, scalarNode, stringNode } from '../tree/node.ts'
import type { Maker } from '../tree/node.ts'
import { lookup } from '../tree/path.ts'
import { valueOf } from '../tree/value.ts'
import { type ResId, effectiveNamespace, isClusterScoped, parseGroupVersion } from './gvk.ts'

/** What a generator wants done where the resource exists already. */
export type Behavior = 'unspecified' | 'create' | 'replace' | 'merge'

interface PreviousId {
  readonly name: string
  readonly namespace: string
  readonly kind: string
}

/** Where a file or generator put a resource, as `buildMetadata` prints it. */
export interface BuildOrigin {
  readonly path?: string
  readonly repo?: string
  readonly ref?: string
  readonly configuredIn?: string
  readonly configuredBy?: {
    readonly apiVersion: string
    readonly kind: string
    readonly name?: string
    readonly namespace?: string
  }
}

/** Facts about kinds that a custom schema adds: `apiVersion kind` to whether it has a namespace. */
export type ScopeFacts = ReadonlyMap<string, boolean>

const NONE: readonly ResId[] = []

/** One resource and what the build remembers about it; kustomize keeps the latter in annotations that it takes out in the end. */
export class Resource {
  node: Node | undefined
  readonly scopes: ScopeFacts | undefined
  prefixes: string[] = []
  suffixes: string[] = []
  previous: PreviousId[] = []
  behavior: Behavior = 'unspecified'
  needsHash = false
  allowNameChange = false
  allowKindChange = false
  helmGenerated = false
  refVarNames: string[] = []
  origin: BuildOrigin | undefined

  // Identities are asked for far more often than they change.
  #id: { readonly apiVersion: string; readonly id: ResId } | undefined
  #previousIds:
    | { readonly apiVersion: string; readonly previous: readonly PreviousId[]; readonly ids: readonly ResId[] }
    | undefined
  #allIds: { readonly before: readonly ResId[]; readonly id: ResId; readonly all: readonly ResId[] } | undefined

  constructor(node: Node, scopes?: ScopeFacts) {
    this.node = node
    this.scopes = scopes
  }

  /** Where it stands in a file, if it does. */
  get range(): SourceRange | undefined {
    return this.node === undefined ? undefined : rangeOf(this.node)
  }

  /** Nothing is left of it, a patch deleted it. */
  get isGone(): boolean {
    return this.node === undefined || isEmpty(this.node)
  }

  get kind(): string {
    return field(this.node, 'kind')?.value ?? ''
  }

  get apiVersion(): string {
    return field(this.node, 'apiVersion')?.value ?? ''
  }

  get name(): string {
    return textOf(this.metadata, 'name')
  }

  get namespace(): string {
    return textOf(this.metadata, 'namespace')
  }

  get metadata(): Node | undefined {
    const node = field(this.node, 'metadata')
    return isEmpty(node) ? undefined : node
  }

  /** The identity by what stands in it now; the same object while nothing of it changes. */
  get id(): ResId {
    const { apiVersion, kind, name, namespace } = this
    const last = this.#id
    if (
      last !== undefined &&
      last.apiVersion === apiVersion &&
      last.id.kind === kind &&
      last.id.name === name &&
      last.id.namespace === namespace
    ) {
      return last.id
    }
    const clusterScoped = isClusterScoped(apiVersion, kind, this.scopes)
    const { group, version } = parseGroupVersion(apiVersion)
    const id = { group, version, kind, name, namespace, clusterScoped }
    this.#id = { apiVersion, id }
    return id
  }

  /** Identities it had before, oldest first. */
  get previousIds(): readonly ResId[] {
    const { apiVersion, previous } = this
    const last = this.#previousIds
    if (previous.length === 0) return NONE
    if (last !== undefined && last.apiVersion === apiVersion && last.previous === previous) return last.ids
    const { group, version } = parseGroupVersion(apiVersion)
    const ids = previous.map(({ kind, name, namespace }) => ({
      group,
      version,
      kind,
      name,
      namespace,
      clusterScoped: false,
    }))
    this.#previousIds = { apiVersion, previous, ids }
    return ids
  }

  /** The identity it came with. */
  get originalId(): ResId {
    return this.previousIds[0] ?? this.id
  }

  /** All identities, earlier ones first. */
  get allIds(): readonly ResId[] {
    const { previousIds: before, id } = this
    const last = this.#allIds
    if (last !== undefined && last.before === before && last.id === id) return last.all
    const all = [...before, id]
    this.#allIds = { before, id, all }
    return all
  }

  rememberId(): void {
    const { id } = this
    this.previous = [...this.previous, { name: id.name, namespace: effectiveNamespace(id), kind: id.kind }]
  }

  setKind(kind: string): void {
    if (this.node !== undefined) setField(this.node, 'kind', scalarNode(kind))
  }

  setApiVersion(apiVersion: string): void {
    if (this.node !== undefined) setField(this.node, 'apiVersion', scalarNode(apiVersion))
  }

  setName(name: string, maker?: Maker): void {
    this.#setMeta('name', name, maker)
  }

  setNamespace(namespace: string): void {
    const metadata = field(this.node, 'metadata')
    if (namespace !== '') this.#setMeta('namespace', namespace)
    else if (metadata !== undefined && metadata.kind === 'map') clearField(metadata, 'namespace')
  }

  #setMeta(name: string, value: string, maker?: Maker): void {
    if (this.node === undefined) return
    const metadata = lookup(this.node, ['metadata'], 'map')
    const existing = field(metadata, name)
    // Setting what is there already is how patches keep a name; it is no change.
    if (existing !== undefined && existing.value === value && existing.kind === 'scalar') {
      existing.tag = ''
      return
    }
    if (metadata !== undefined) setField(metadata, name, scalarNode(value, maker))
  }

  get labels(): Map<string, string> {
    return this.#metaMap('labels')
  }

  get annotations(): Map<string, string> {
    return this.#metaMap('annotations')
  }

  #metaMap(name: string): Map<string, string> {
    const map = field(this.metadata, name)
    const entries = map === undefined || map.kind !== 'map' ? [] : entriesOf(map)
    return new Map(entries.map(([key, value]) => [key.value, value.value]))
  }

  /** `source` is where labels that are not its own keep their places from. */
  setLabels(labels: ReadonlyMap<string, string>, source?: Resource): void {
    this.#setMetaMap('labels', labels, source)
  }

  /** Writes all annotations anew, sorted and as strings; none means that the field goes. */
  setAnnotations(annotations: ReadonlyMap<string, string>, source?: Resource): void {
    this.#setMetaMap('annotations', annotations, source)
  }

  #setMetaMap(name: string, values: ReadonlyMap<string, string>, source: Resource | undefined): void {
    if (this.node === undefined) return
    const metadata = lookup(this.node, ['metadata'], 'map')
    if (metadata === undefined) return
    const old = clearField(metadata, name)
    if (values.size === 0) return
    const map = mapNode()
    map.at = old?.at
    map.maker = old?.maker
    map.before = old?.before
    for (const key of [...values.keys()].sort()) {
      const value = stringNode(values.get(key) ?? '')
      const previous = field(old, key) ?? field(field(source?.metadata, name), key)
      if (previous !== undefined) {
        value.at = previous.at
        value.maker = previous.maker
        value.before = previous.before
      }
      setField(map, key, value)
    }
    setField(metadata, name, map)
  }

  /** Sets one annotation. */
  annotate(name: string, value: string): void {
    this.setAnnotations(new Map([...this.annotations, [name, value]]))
  }

  /** Whether anything is remembered; kustomize would have annotations for it. */
  get hasMemories(): boolean {
    return (
      this.previous.length > 0 ||
      this.prefixes.length > 0 ||
      this.suffixes.length > 0 ||
      this.needsHash ||
      this.behavior !== 'unspecified'
    )
  }

  /** Forgets what kustomize keeps in annotations, as it does when they are thrown away. */
  forget(): void {
    Object.assign(this, {
      previous: [],
      prefixes: [],
      suffixes: [],
      behavior: 'unspecified',
      needsHash: false,
      helmGenerated: false,
    })
  }

  /** An independent copy, memories included. */
  copy(): Resource {
    const copy = new Resource(this.node === undefined ? new Node('map', '!!null') : this.node.copy(), this.scopes)
    copy.takeMemoriesOf(this)
    copy.behavior = this.behavior
    copy.needsHash = this.needsHash
    copy.refVarNames = [...this.refVarNames]
    return copy
  }

  takeMemoriesOf(other: Resource): void {
    this.prefixes = [...other.prefixes]
    this.suffixes = [...other.suffixes]
    this.previous = [...other.previous]
    this.allowNameChange = other.allowNameChange
    this.allowKindChange = other.allowKindChange
    this.helmGenerated = other.helmGenerated
    this.origin = other.origin
  }

  /** The data that is printed. */
  get value(): YamlMap {
    return this.node === undefined ? {} : (valueOf(this.node) as YamlMap)
  }

  toYaml(): string {
    return dump(this.value, { dialect: 'sigs' })
  }
}

/** Takes metadata, data and memories of the resource that a generated one replaces or merges with. */
export function copyMergeMetadata(into: Resource, from: Resource): void {
  into.setLabels(new Map([...from.labels, ...into.labels]), from)
  const { needsHash } = into
  into.setAnnotations(new Map([...from.annotations, ...into.annotations]), from)
  const { origin } = into
  into.takeMemoriesOf(from)
  into.origin = origin ?? from.origin
  into.behavior = from.behavior
  into.needsHash = needsHash && from.needsHash
  into.setName(from.name)
  into.setNamespace(from.namespace)
  for (const part of ['name', 'namespace']) takePlace(field(into.metadata, part), field(from.metadata, part))
  into.refVarNames = [...from.refVarNames]
}

// What was only repeated has the place of what it repeats.
function takePlace(node: Node | undefined, source: Node | undefined): void {
  if (node === undefined || source === undefined || node.value !== source.value || node.at !== undefined) return
  node.at = source.at
  node.maker = source.maker
  node.before = source.before
}

/** The texts of a `data` or `binaryData` field. */
export function dataOf(resource: Resource, name: 'data' | 'binaryData'): Map<string, Node> {
  const map = getField(resource.node, name)
  if (isMissing(map) || map.kind !== 'map') return new Map()
  return new Map(entriesOf(map).map(([key, value]) => [key.value, value]))
}

/** Whether a map has a key at all. */
export function hasKey(map: Node, name: string): boolean {
  return indexOfKey(map, name) >= 0
}
