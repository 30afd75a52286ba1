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

/** A file's text; follows up to ten symbolic links that stay in the tree. */
export function readText(tree: SourceTree, path: string): string | undefined {
  let current: string | undefined = path
  for (let links = 0; links < 10 && current !== undefined; links++) {
    const data = tree.read(current)
    if (data !== undefined) return new TextDecoder().decode(data)
    const target = tree.readlink(current)
    if (target === undefined || target.startsWith('/')) return undefined
    current = resolvePath(current.split('/').slice(0, -1).join('/'), target)
  }
  return undefined
}
