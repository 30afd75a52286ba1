import type { OriginKind } from '@slipway/diag'
import type { Extent } from '@slipway/yaml'

/** What a node is; unlike the nodes of a parsed text, one may become another kind in place. Aliases are only in texts inside of scalars. */
export type NodeKind = 'scalar' | 'map' | 'seq' | 'alias'

/** How a scalar was written; '' is plain or unknown. */
export type NodeStyle = '' | 'single' | 'double' | 'literal' | 'folded' | 'flow'

/** Which entry of a kustomization, patch or generator made a node or put its value there. */
export interface Maker {
  readonly kind: OriginKind
  /** The field of the kustomization or the transformer: `namePrefix`, `patches`, `images`. */
  readonly subject: string
  readonly at: Extent | undefined
  /** Nodes as they were when their values went into this one: a hash is made of data, a reference of a name. */
  readonly from?: readonly Node[]
}

// Most nodes are scalars: one list stands for the content of them all.
const NO_CONTENT: Node[] = []
Object.freeze(NO_CONTENT)

/**
 * A node of a resource while it is built, with the identity semantics of kustomize's own: `set` copies another node's content into this one, so that
 * every holder of this node sees the change. Two fields may hold the same node (kustomize's label transformer makes such), and output depends on it.
 */
export class Node {
  kind: NodeKind
  /** The short tag; '' where only the text tells. */
  tag: string
  /** The text of a scalar, the name of an alias. */
  value: string
  style: NodeStyle
  /** Keys and values by turns, or items. */
  content: Node[]
  maker: Maker | undefined
  /** What was here before. */
  before: Node | undefined
  // The extent's parts, not an object of its own: a large build has more nodes than anything else.
  #source: Extent['source'] | undefined
  #start = 0
  #end = 0

  constructor(kind: NodeKind, tag: string, value = '') {
    this.kind = kind
    this.tag = tag
    this.value = value
    this.style = ''
    this.content = kind === 'scalar' || kind === 'alias' ? NO_CONTENT : []
    this.maker = undefined
    this.before = undefined
  }

  /** Where the text of this node stands. */
  get at(): Extent | undefined {
    return this.#source === undefined ? undefined : { source: this.#source, start: this.#start, end: this.#end }
  }

  set at(extent: Extent | undefined) {
    this.#source = extent?.source
    this.#start = extent?.start ?? 0
    this.#end = extent?.end ?? 0
  }

  /** The same as setting `at`, with no extent made. */
  standAt(source: Extent['source'], start: number, end: number): void {
    this.#source = source
    this.#start = start
    this.#end = end
  }

  /** Makes this node what another one is and remembers what it was. */
  set(other: Node): void {
    if (other === this) return
    const before = this.snapshot()
    this.kind = other.kind
    this.tag = other.tag
    this.value = other.value
    this.style = other.style
    this.content = other.content
    this.#standWith(other)
    this.maker = other.maker
    this.before = before
  }

  /** Makes an empty collection of a null. */
  become(kind: NodeKind, tag: string): void {
    this.kind = kind
    this.tag = tag
    this.content = []
  }

  /** Changes the text alone. */
  setText(value: string, maker: Maker | undefined): void {
    const before = this.snapshot()
    this.value = value
    this.maker = maker
    this.before = before
  }

  /** This node as it is now, sharing its content. */
  snapshot(): Node {
    const copy = new Node(this.kind, this.tag, this.value)
    copy.style = this.style
    copy.content = this.content
    copy.#standWith(this)
    copy.maker = this.maker
    copy.before = this.before
    return copy
  }

  #standWith(other: Node): void {
    this.#source = other.#source
    this.#start = other.#start
    this.#end = other.#end
  }

  /** A deep copy; nodes shared within become two. */
  copy(): Node {
    const copy = this.snapshot()
    if (this.kind !== 'scalar') copy.content = this.content.map((each) => each.copy())
    return copy
  }
}

/** A scalar of unknown type. */
export function scalarNode(value: string, maker?: Maker): Node {
  return made(new Node('scalar', '', value), maker)
}

/** A scalar that is a string whatever it looks like. */
export function stringNode(value: string, maker?: Maker): Node {
  return made(new Node('scalar', '!!str', value), maker)
}

/** An empty mapping. */
export function mapNode(maker?: Maker): Node {
  return made(new Node('map', '!!map'), maker)
}

function made(node: Node, maker: Maker | undefined): Node {
  node.maker = maker
  node.at = maker?.at
  return node
}

/** Whether there is no node or it is a null. */
export function isMissing(node: Node | undefined): node is undefined {
  return node === undefined || node.tag === '!!null'
}

/** Whether there is nothing in it: missing, null, `{}` or `[]`. */
export function isEmpty(node: Node | undefined): boolean {
  return isMissing(node) || (node.kind !== 'scalar' && node.content.length === 0)
}

/** Whether a scalar is a string or of unknown type. */
export function isStringNode(node: Node): boolean {
  return node.kind === 'scalar' && (node.tag === '!!str' || node.tag === '')
}
