import { dump } from '@slipway/yaml'
import { type Node, isMissing } from './node.ts'
import { valueOf } from './value.ts'

/** A node as text for messages and for data inside strings; keys in kustomize's sorted order, comments left out. */
export function renderNode(node: Node): string {
  if (node.kind === 'scalar') return `${isMissing(node) ? 'null' : node.value}\n`
  return dump(valueOf(node), { dialect: 'kyaml' })
}
