import { lstat, readlink } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { isSystemError } from '@slipway/diag'

const MOST_LINKS = 40

/**
 * The host path of a path in a stage, with symbolic links followed as if the stage's folder were `/`: a link to `/etc` leads to the stage's own `etc`,
 * and `..` stops at the top. So no COPY and no RUN can be led out of its stage by a link in the build context.
 * Parts that do not exist stay as they are. @throws Error for a loop of links
 */
export async function resolveInside(root: string, path: string, options: { last?: boolean } = {}): Promise<string> {
  const pending = path.split('/').filter((part) => part !== '' && part !== '.')
  let resolved: string[] = []
  let links = 0
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '..') {
      resolved.pop()
      continue
    }
    const follow = pending.length > 0 || options.last !== false
    const target = follow ? await linkTarget(join(root, ...resolved, part)) : undefined
    if (target === undefined) {
      resolved.push(part)
      continue
    }
    if (++links > MOST_LINKS) throw new Error(`too many symbolic links in ${path}`)
    if (posix.isAbsolute(target)) resolved = []
    pending.unshift(...target.split('/').filter((each) => each !== '' && each !== '.'))
  }
  return join(root, ...resolved)
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return undefined
    throw error
  }
}
