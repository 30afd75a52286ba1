import { type Comments, type YamlNode, parseCommented } from '@slipway/yaml'
import { Node } from './node.ts'

const WRITTEN = new WeakMap<Node, YamlNode>()
const OUTER = new WeakMap<Node, Comments>()

/**
 * Reads a text that a scalar holds, as kustomize does: its first document, with comments and anchors, and with aliases and merge keys as they are,
 * so that no path leads through them. Undefined for an empty text; throws YamlError for what is no YAML.
 */
export function parseInner(text: string): Node | undefined {
  const document = parseCommented(text)
  if (document === undefined) return undefined
  const root = nodeFrom(document.root)
  OUTER.set(root, document.outer)
  return root
}

/** How a node of a text inside of a scalar was written: its comments, anchor and tag; undefined for all others. */
export function writtenOf(node: Node): YamlNode | undefined {
  return WRITTEN.get(node)
}

/** The comments above and below all of a text, for its root. */
export function outerOf(node: Node): Comments {
  return OUTER.get(node) ?? {}
}

/** What was written is gone, as another node took the place. */
export function forgetWritten(node: Node): void {
  WRITTEN.delete(node)
}

function nodeFrom(from: YamlNode): Node {
  const node = new Node(from.kind, from.kind === 'alias' ? '' : from.tag)
  WRITTEN.set(node, from)
  if (from.kind === 'alias') node.value = from.name
  else if (from.kind === 'scalar') {
    node.value = from.value
    node.style = from.style === 'plain' ? '' : from.style
  } else {
    node.style = from.flow ? 'flow' : ''
    const content = from.kind === 'seq' ? from.items : from.entries.flatMap(({ key, value }) => [key, value])
    node.content = content.map(nodeFrom)
  }
  return node
}
