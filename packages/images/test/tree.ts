import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { compareBytes, type EntryKind } from '@slipway/diag'
import type { BuildContext } from '@slipway/images'

/** A folder of this machine as a build context. */
export function folderContext(folder: string): BuildContext {
  const kind = (path: string): EntryKind | undefined => {
    const found = lstatSync(join(folder, path), { throwIfNoEntry: false })
    if (found === undefined) return undefined
    if (found.isSymbolicLink()) return 'symlink'
    return found.isDirectory() ? 'directory' : 'file'
  }
  return {
    label: folder,
    stat: kind,
    read: (path) => (kind(path) === 'file' ? readFileSync(join(folder, path)) : undefined),
    list: (path) =>
      readdirSync(join(folder, path))
        .sort(compareBytes)
        .map((name) => ({ name, kind: kind(path === '' ? name : `${path}/${name}`) ?? 'file' })),
    readlink: (path) => (kind(path) === 'symlink' ? readlinkSync(join(folder, path)) : undefined),
    executable: (path) => (lstatSync(join(folder, path)).mode & 0o111) !== 0,
  }
}
