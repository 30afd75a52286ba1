import { readlinkSync } from 'node:fs'
import { join, posix } from 'node:path'
import { statOf } from './host-files.ts'

const MOST_LINKS = 40

/**
 * The host path of a path in a stage, with symbolic links followed as if the stage's folder were `/`: a link to `/etc` leads to the stage's own `etc`,
 * and `..` stops at the top. So no COPY and no RUN can be led out of its stage by a link in the build context.
 * Parts that do not exist stay as they are. @throws Error for a loop of links
 */
export function resolveInside(root: string, path: string): string {
  const pending = partsOf(path)
  let resolved: string[] = []
  let links = 0
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '..') {
      resolved.pop()
      continue
    }
    const target = linkTarget(join(root, ...resolved, part))
    if (target === undefined) {
      resolved.push(part)
      continue
    }
    if (++links > MOST_LINKS) throw new Error(`too many symbolic links in ${path}`)
    if (posix.isAbsolute(target)) resolved = []
    pending.unshift(...partsOf(target))
  }
  return join(root, ...resolved)
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}

function linkTarget(path: string): string | undefined {
  return statOf(path)?.isSymbolicLink() === true ? readlinkSync(path) : undefined
}
