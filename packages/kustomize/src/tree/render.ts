import { MapNode, ScalarNode, SeqNode, type YamlNode, printDocument, printNode } from '@slipway/yaml'
import { entriesOf } from './fields.ts'
import { outerOf, writtenOf } from './inner-text.ts'
import type { Node } from './node.ts'

/** A node as text, as it was written: in its own order, with its own quotes; one of a text inside of a scalar with its comments, too. */
export function renderNode(node: Node): string {
  return printNode(yamlOf(node))
}

/** All of a text that a scalar holds, with the comments above and below it. */
export function renderInner(root: Node): string {
  return printDocument({ root: yamlOf(root), outer: outerOf(root) })
}

function yamlOf(node: Node): YamlNode {
  const written = writtenOf(node)
  if (node.kind === 'alias' && written !== undefined) return written
  const result = bareYaml(node)
  result.tag = node.tag
  if (written === undefined || written.kind === 'alias') return result
  result.tagged = written.tagged
  result.anchor = written.anchor
  result.comments = written.comments
  return result
}

function bareYaml(node: Node): MapNode | ScalarNode | SeqNode {
  if (node.kind === 'map') {
    const map = new MapNode(undefined)
    map.flow = node.style === 'flow'
    map.entries = entriesOf(node).map(([key, value]) => ({ key: yamlOf(key), value: yamlOf(value) }))
    return map
  }
  if (node.kind === 'seq') {
    const seq = new SeqNode(undefined)
    seq.flow = node.style === 'flow'
    seq.items = node.content.map(yamlOf)
    return seq
  }
  return new ScalarNode(node.value, node.style === '' || node.style === 'flow' ? 'plain' : node.style)
}
