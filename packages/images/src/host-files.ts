import { lstatSync, type Dirent, type Stats } from 'node:fs'
import { isSystemError, type EntryKind } from '@slipway/diag'

/** What a path of this machine is, links not followed; undefined where nothing is, or where a part of the path is a file. */
export function kindAt(path: string): EntryKind | undefined {
  const found = statOf(path)
  return found === undefined ? undefined : kindOf(found)
}

/** `lstat` that gives undefined for what is not there; Node's own option does not cover a path below a file. */
export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR')) return undefined
    throw error
  }
}

/** Whether an entry is a link, a folder or a file; anything else counts as a file. */
export function kindOf(entry: Dirent | Stats): EntryKind {
  if (entry.isSymbolicLink()) return 'symlink'
  return entry.isDirectory() ? 'directory' : 'file'
}
