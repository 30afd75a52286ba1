import { createHash } from 'node:crypto'
import { hashTree, type BuildContext } from './context.ts'
import type { BuildRequest } from './types.ts'

/** Raised when the same inputs would give another image than before. */
const FORMAT = '2'

/**
 * The id of the image that a request gives: `host-` and 24 hex digits of a hash over the visible context, the Dockerfile, target, arguments, platform and
 * Node version. A lookup by it needs no build.
 */
export function imageId(request: BuildRequest, visible: BuildContext, dockerfile: string): string {
  const hash = createHash('sha256')
  const args = Object.entries(request.args ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const platform = `${process.platform}/${process.arch}`
  const facts = [FORMAT, platform, request.hostNode.version, dockerfile, request.target ?? '', args]
  hash.update(JSON.stringify(facts))
  hashTree(hash, visible)
  return `host-${hash.digest('hex').slice(0, 24)}`
}
