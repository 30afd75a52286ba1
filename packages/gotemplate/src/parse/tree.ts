import { byteLength } from '../text/utf8.ts'
import type { TemplatePlace } from '../errors.ts'
import type { ListNode, Node } from './nodes.ts'

/** One parsed template: the body of a file, of a `define` or of a `block`. */
export interface Tree {
  readonly name: string
  /** The name that the whole text was parsed under: the file in messages. */
  readonly parseName: string
  readonly text: string
  readonly root: ListNode
}

/** Line (from 1) and byte column (from 0) of an offset, as execution errors show them. */
export function placeOf(tree: Tree, offset: number): TemplatePlace & { readonly column: number } {
  const lineStart = tree.text.lastIndexOf('\n', offset - 1) + 1
  let line = 1
  for (let at = tree.text.indexOf('\n'); at >= 0 && at < offset; at = tree.text.indexOf('\n', at + 1)) line++
  const start = offset === 0 ? 0 : lineStart
  return { file: tree.parseName, line, column: byteLength(tree.text.slice(start, offset)), offset }
}

/** True for a body of nothing but space, comments and definitions: it never replaces another definition. */
export function isEmptyTree(node: Node): boolean {
  if (node.kind === 'list') return node.nodes.every(isEmptyTree)
  if (node.kind === 'text') return /^\s*$/.test(node.text)
  return node.kind === 'comment'
}
