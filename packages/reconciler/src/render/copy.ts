import { memoryTree, type SourceTree } from '@slipway/diag'
import { ReconcilerError } from '../errors.ts'

/** A source tree as plain data, which another thread can be sent. */
export interface TreeCopy {
  readonly label: string
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly links: Readonly<Record<string, string>>
  /** Files that were left out. */
  readonly large: readonly string[]
}

// What no chart and no kustomization is made of: it is left out, and refused when it is read.
const LARGEST = 8 * 1024 * 1024

/** Copies a tree. */
export function copyTree(tree: SourceTree): TreeCopy {
  const files: Record<string, Uint8Array> = {}
  const links: Record<string, string> = {}
  const large: string[] = []
  const visit = (folder: string): void => {
    for (const { name, kind } of tree.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (kind === 'directory') visit(path)
      else if (kind === 'symlink') links[path] = tree.readlink(path) ?? ''
      else copyFile(path)
    }
  }
  const copyFile = (path: string): void => {
    const data = readUnlessLarge(tree, path)
    if (data === undefined || data.length > LARGEST) large.push(path)
    else files[path] = data
  }
  visit('')
  return { label: tree.label, files, links, large }
}

function readUnlessLarge(tree: SourceTree, path: string): Uint8Array | undefined {
  try {
    return tree.read(path)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'GIT_TOO_LARGE') return undefined
    throw error
  }
}

/** The tree of a copy. Reading what was left out throws ReconcilerError `RECONCILER_SOURCE`. */
export function treeOf({ label, files, links, large }: TreeCopy): SourceTree {
  const empty = new Uint8Array()
  const tree = memoryTree({ ...files, ...Object.fromEntries(large.map((path) => [path, empty])) }, label, links)
  const refused = new Set(large)
  return {
    ...tree,
    read: (path) => {
      if (!refused.has(path)) return tree.read(path)
      throw new ReconcilerError('RECONCILER_SOURCE', `${path} is larger than ${LARGEST / 1024 / 1024} MiB`, {
        hint: 'what is rendered must be smaller: split the file, or keep it out of the Application',
      })
    },
  }
}
