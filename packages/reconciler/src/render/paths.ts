import type { SourceTree } from '@slipway/diag'
import { ReconcilerError } from '../errors.ts'

/** A path in a tree in its shortest form, relative to the root; undefined when it leaves the tree. */
export function resolvePath(from: string, path: string): string | undefined {
  const parts: string[] = path.startsWith('/') ? [] : from.split('/').filter((part) => part !== '' && part !== '.')
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}

/** The folder that `spec.source.path` names. */
export function sourceFolder(tree: SourceTree, path: string): string {
  assertPath(path)
  const folder = resolvePath('', path.replace(/^\/+/, ''))
  if (folder === undefined)
    throw new ReconcilerError('RECONCILER_SOURCE', `${path}: app path outside root`, {
      hint: 'name a folder of the repository',
    })
  const kind = tree.stat(folder)
  if (kind === undefined)
    throw new ReconcilerError('RECONCILER_SOURCE', `${path}: app path does not exist`, {
      hint: 'correct spec.source.path, or commit the folder to this branch',
    })
  if (kind !== 'directory')
    throw new ReconcilerError('RECONCILER_SOURCE', `${path}: app path is not a directory`, { hint: 'name a folder' })
  return folder
}

const LONGEST = 1024

/** Refuses what is no path at all; it is not shown. @throws ReconcilerError `RECONCILER_SOURCE` */
export function assertPath(path: string): void {
  if (path.length <= LONGEST && !path.includes('\0')) return
  throw new ReconcilerError('RECONCILER_SOURCE', 'failed to resolve path', {
    hint: `a path has at most ${LONGEST} characters, and no NUL`,
  })
}

/** Refuses the pointer that Git LFS commits in place of a file. @throws ReconcilerError `RECONCILER_SOURCE` */
export function assertNoPointer(path: string, text: string): void {
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return
  throw new ReconcilerError('RECONCILER_SOURCE', `${path} is a Git LFS pointer, not the file itself`, {
    hint: 'Git LFS objects are not fetched here: commit the file (git lfs untrack), or name another one',
  })
}

/**
 * A file's text; follows up to ten symbolic links that stay in the tree. Undefined where there is none, also at the end of links.
 *
 * @throws ReconcilerError `RECONCILER_SOURCE` for links in a circle.
 */
export function readText(tree: SourceTree, path: string): string | undefined {
  let current: string | undefined = path
  for (let links = 0; links < 10 && current !== undefined; links++) {
    const data = tree.read(current)
    if (data !== undefined) return new TextDecoder().decode(data)
    const target = tree.readlink(current)
    if (target === undefined || target.startsWith('/')) return undefined
    current = resolvePath(current.split('/').slice(0, -1).join('/'), target)
  }
  if (current === undefined || tree.stat(current) !== 'symlink') return undefined
  throw new ReconcilerError(
    'RECONCILER_SOURCE',
    `failed to evaluate symlink at ${JSON.stringify(path)}: too many links`,
    {
      hint: 'replace the link by the file',
    },
  )
}
