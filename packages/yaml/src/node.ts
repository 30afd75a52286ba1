import { LineIndex, type SourceRange, rangeOf } from '@slipway/diag'

/** The file that a node was read from; line starts are found when first asked for. */
export class SourceText {
  readonly file: string
  readonly text: string
  #lines: LineIndex | undefined

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
  }

  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.text)
    return this.#lines
  }
}

/** How a scalar was or will be written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

/**
 * Comments as go-yaml v3 attaches them: above, behind and below a node, each with its `#`, lines joined by line feeds; absent or '' where there is none.
 */
export interface Comments {
  head?: string
  line?: string
  foot?: string
}

/** Where a node's text lies in its source: offsets in UTF-16 units, `end` exclusive. */
export interface Extent {
  readonly source: SourceText
  readonly start: number
  readonly end: number
}

/** A node that another one took the place of, and what did that: the chain that origins are read from. */
export interface Replaced<N> {
  readonly node: N
  /** The name of the field, filter or patch that made the change. */
  readonly by: string
}

class BaseNode {
  source: SourceText | undefined
  start: number
  end: number
  anchor: string | undefined
  comments: Comments | undefined

  constructor(extent: Extent | undefined) {
    this.source = extent?.source
    this.start = extent?.start ?? 0
    this.end = extent?.end ?? 0
    this.anchor = undefined
    this.comments = undefined
  }

  /** File, lines and columns; undefined for a node that no file holds. */
  get range(): SourceRange | undefined {
    return this.source === undefined ? undefined : rangeOf(this.source.file, this.source.lines, this)
  }
}

/** A string, number, boolean or null as text. */
export class ScalarNode extends BaseNode {
  readonly kind = 'scalar'
  value: string
  style: ScalarStyle
  /** The short tag (`!!str`, `!!int`, `!local`); in dialect `sigs` only a written one, else ''. */
  tag: string
  /** Whether the tag was written in the text. */
  tagged: boolean
  replaced: Replaced<YamlNode> | undefined

  constructor(value: string, style: ScalarStyle, extent?: Extent) {
    super(extent)
    this.value = value
    this.style = style
    this.tag = ''
    this.tagged = false
    this.replaced = undefined
  }
}

/** One key and its value. */
export interface MapEntry {
  key: YamlNode
  value: YamlNode
}

/** A mapping; entries in the order of the text, duplicates and `<<` included. */
export class MapNode extends BaseNode {
  readonly kind = 'map'
  entries: MapEntry[] = []
  flow = false
  tag = ''
  tagged = false
  replaced: Replaced<YamlNode> | undefined = undefined
}

/** A sequence: its items in order, its style (block or flow), its tag and where it stands. */
export class SeqNode extends BaseNode {
  readonly kind = 'seq'
  items: YamlNode[] = []
  flow = false
  tag = ''
  tagged = false
  replaced: Replaced<YamlNode> | undefined = undefined
}

/** `*name`; `target` is the anchored node itself. */
export class AliasNode extends BaseNode {
  readonly kind = 'alias'
  readonly name: string
  readonly target: YamlNode
  replaced: Replaced<YamlNode> | undefined

  constructor(name: string, target: YamlNode, extent?: Extent) {
    super(extent)
    this.name = name
    this.target = target
    this.replaced = undefined
  }
}

/** Any node of a document. */
export type YamlNode = ScalarNode | MapNode | SeqNode | AliasNode

/** A document whose nodes keep their comments, and the comments above and below all of it. */
export interface CommentedDocument {
  readonly root: YamlNode
  /** `head` is what an empty line parts from the first node, `foot` what follows the last one. */
  readonly outer: Comments
}

/** The node that an alias stands for; any other node itself. */
export function dereference(node: YamlNode): YamlNode {
  let at = node
  while (at.kind === 'alias') at = at.target
  return at
}

/** The value of a key in a mapping, aliases followed, merge keys not; undefined where the node is no mapping or has no such key. */
export function fieldOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node === undefined) return undefined
  const map = dereference(node)
  if (map.kind !== 'map') return undefined
  // The last one wins, as in go-yaml v2; dialect kyaml refuses duplicates before anybody looks.
  for (let at = map.entries.length - 1; at >= 0; at--) {
    const entry = map.entries[at]
    if (entry !== undefined && entry.key.kind === 'scalar' && entry.key.value === key) return dereference(entry.value)
  }
  return undefined
}
