import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { type EntryKind, type SourceTree, type TreeEntry, compareBytes } from '@slipway/diag'

/** The whole file system as a source tree; paths have no leading slash. What cannot be read is not there. */
export function diskTree(): SourceTree {
  return directoryTree('')
}

/** A directory as a source tree. */
export function directoryTree(root: string): SourceTree {
  const kinds = new Map<string, EntryKind | undefined>()
  return {
    label: root === '' ? '/' : root,
    stat: (path) => {
      if (!kinds.has(path)) kinds.set(path, kindOf(`${root}/${path}`))
      return kinds.get(path)
    },
    read: (path) => quietly(() => readFileSync(`${root}/${path}`)),
    list: (directory) => quietly(() => entriesOf(`${root}/${directory}`)) ?? [],
    readlink: (path) => quietly(() => readlinkSync(`${root}/${path}`)),
  }
}

function kindOf(path: string): EntryKind | undefined {
  const stat = quietly(() => lstatSync(path))
  if (stat === undefined) return undefined
  if (stat.isSymbolicLink()) return 'symlink'
  return stat.isDirectory() ? 'directory' : 'file'
}

function entriesOf(directory: string): TreeEntry[] {
  const entries = readdirSync(directory, { withFileTypes: true })
  return entries
    .map(
      (each): TreeEntry => ({
        name: each.name,
        kind: each.isSymbolicLink() ? 'symlink' : each.isDirectory() ? 'directory' : 'file',
      }),
    )
    .sort((a, b) => compareBytes(a.name, b.name))
}

function quietly<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
