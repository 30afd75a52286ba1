import type { YamlNode } from './node.ts'

/** Makes what stands below one node stand below another one, in place of what stood there. */
export function moveFoot(from: YamlNode, to: YamlNode): void {
  const foot = from.comments?.foot
  if (from.comments === undefined || foot === undefined) return
  delete from.comments.foot
  to.comments = { ...to.comments, foot }
}
