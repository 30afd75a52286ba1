import { memoryTree, type SourceTree } from '@slipway/diag'

/** A source tree as plain data, which another thread can be sent. */
export interface TreeCopy {
  readonly label: string
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly links: Readonly<Record<string, string>>
}

// What no chart and no kustomization is made of: it is left out, and reads as missing.
const LARGEST = 8 * 1024 * 1024

/** Copies a tree. */
export function copyTree(tree: SourceTree): TreeCopy {
  const files: Record<string, Uint8Array> = {}
  const links: Record<string, string> = {}
  const visit = (folder: string): void => {
    for (const { name, kind } of tree.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (kind === 'directory') visit(path)
      else if (kind === 'symlink') links[path] = tree.readlink(path) ?? ''
      else copyFile(path)
    }
  }
  const copyFile = (path: string): void => {
    const data = tree.read(path)
    if (data !== undefined && data.length <= LARGEST) files[path] = data
  }
  visit('')
  return { label: tree.label, files, links }
}

/** The tree of a copy. */
export function treeOf({ label, files, links }: TreeCopy): SourceTree {
  return memoryTree(files, label, links)
}
