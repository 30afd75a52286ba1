import { setField, setScalar } from '../tree/fields.ts'
import { type Maker, Node } from '../tree/node.ts'

/** One value for many places: the places share one node, so a later change of one shows in all of one object. */
export function entryNode(value: string, tag: string, maker: Maker | undefined): Node {
  const node = new Node('scalar', tag, value)
  node.maker = maker
  node.at = maker?.at
  return node
}

/** Sets a key of a map, or the scalar itself where the key is ''. */
export function setEntry(node: Node, key: string, value: Node): void {
  if (key === '') setScalar(node, value)
  else setField(node, key, value)
}
