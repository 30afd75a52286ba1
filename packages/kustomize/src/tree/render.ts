import { MapNode, ScalarNode, SeqNode, type YamlNode, printNode } from '@slipway/yaml'
import { entriesOf } from './fields.ts'
import type { Node } from './node.ts'

/** A node as text, for messages and for data inside of strings: as it was written, in its own order, with its own quotes; comments are not kept. */
export function renderNode(node: Node): string {
  return printNode(yamlOf(node))
}

function yamlOf(node: Node): YamlNode {
  const result = bareYaml(node)
  result.tag = node.tag
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
