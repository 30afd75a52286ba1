import type { SourceTree } from '@slipway/diag'
import { ReconcilerError } from '../errors.ts'
import { resolvePath } from './paths.ts'

/**
 * Refuses a repository with a symbolic link that leaves it, wherever it is, as Argo CD does: nothing of the machine may come into a manifest, or into the text of
 * an error. Links to nowhere inside are harmless.
 *
 * @throws ReconcilerError `RECONCILER_SOURCE`
 */
export function assertLinksInside(tree: SourceTree, folder = ''): void {
  for (const { name, kind } of tree.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`
    if (kind === 'directory') assertLinksInside(tree, path)
    if (kind !== 'symlink' || staysInside(folder, tree.readlink(path) ?? '')) continue
    throw new ReconcilerError('RECONCILER_SOURCE', `repository contains out-of-bounds symlinks. file: ${path}`, {
      hint: 'replace the link by a file, or by a relative link that stays in the repository',
    })
  }
}

function staysInside(folder: string, target: string): boolean {
  return !target.startsWith('/') && !target.includes('\0') && resolvePath(folder, target) !== undefined
}
