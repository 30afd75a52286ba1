import { dump, plainText, resolveScalar, styled } from '@slipway/yaml'
import { entriesOf } from './fields.ts'
import { type Node, isMissing } from './node.ts'

/** A node as text, for messages and for data inside of strings: in its own order, with its own quotes; comments are not kept. */
export function renderNode(node: Node): string {
  return node.kind === 'scalar'
    ? `${isMissing(node) ? 'null' : node.value}\n`
    : dump(written(node), { dialect: 'kyaml' })
}

function written(node: Node): unknown {
  if (node.kind === 'scalar') return writtenScalar(node)
  const value =
    node.kind === 'seq'
      ? node.content.map(written)
      : new Map(entriesOf(node).map(([key, each]) => [writtenScalar(key), written(each)]))
  return node.style === 'flow' ? styled(value, 'flow') : value
}

// go-yaml v3, encode.go, node: a style that is known stays; what would read as another type gets quotes.
function writtenScalar({ tag, value, style }: Node): unknown {
  if (style !== '' && style !== 'flow') return styled(value, style)
  if (value.includes('\n')) return styled(value, 'literal')
  const natural = tag === '' ? '' : resolveScalar(value, { dialect: 'kyaml', tag: '' }).tag
  if (tag === natural) return plainText(value)
  // A number that became a word keeps the tag that it had.
  return tag === '!!str' ? styled(value, 'double') : styled(value, 'plain', tag)
}
