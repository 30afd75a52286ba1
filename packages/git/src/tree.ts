import { compareBytes, type EntryKind, type SourceTree, type TreeEntry } from '@slipway/diag'
import type { ObjectReader } from './batch.ts'
import type { BlobCache } from './blobs.ts'
import type { GitRunner } from './command.ts'
import { GitError } from './errors.ts'
import { listTree, type KnownObjects, type ListedEntry } from './listing.ts'

/** What of a tree is read ahead. What is not is still there: a read of it starts a git process and blocks. */
export interface LoadTreeOptions {
  /** Folders, relative to the root; default everything. */
  readonly under?: readonly string[]
  /** Files above this many bytes are not read ahead; default 256 KiB. */
  readonly fileLimit?: number
  /** Reading ahead ends after this many bytes; default 32 MiB. */
  readonly byteLimit?: number
}

interface Source {
  readonly git: GitRunner
  readonly reader: ObjectReader
  readonly cache: BlobCache
  readonly known: KnownObjects
}

const FILE_LIMIT = 256 * 1024
const BYTE_LIMIT = 32 * 1024 * 1024
// Whoever reads a whole file holds it in memory.
const LARGEST = 512 * 1024 * 1024

/** The tree of a commit (or of any tree-ish) as an immutable source tree; its label is the name that was asked for. */
export async function loadTree(source: Source, commit: string, options: LoadTreeOptions = {}): Promise<SourceTree> {
  const entries = await listTree(source.reader, source.known, commit)
  const held = new Map<string, Buffer>()
  const wanted = readAhead(entries, options).filter((entry) => {
    const known = source.cache.get(entry.id)
    if (known !== undefined) held.set(entry.id, known)
    return known === undefined
  })
  const objects = await Promise.all(wanted.map((entry) => source.reader.read(entry.id)))
  for (const object of objects) {
    if (object === undefined) continue
    held.set(object.id, object.data)
    source.cache.set(object.id, object.data)
  }
  return treeOfEntries(commit, entries, (id) => held.get(id) ?? readNow(source, id))
}

function readNow(source: Source, id: string): Buffer {
  const known = source.cache.get(id) ?? source.git.runNow(['cat-file', 'blob', id])
  source.cache.set(id, known)
  return known
}

function readAhead(entries: readonly ListedEntry[], options: LoadTreeOptions): readonly ListedEntry[] {
  const { under = [''], fileLimit = FILE_LIMIT, byteLimit = BYTE_LIMIT } = options
  const inside = (path: string): boolean =>
    under.some((folder) => folder === '' || path === folder || path.startsWith(`${folder}/`))
  let left = byteLimit
  return entries.filter((entry) => {
    if (entry.size < 0 || entry.size > fileLimit || entry.size > left || !inside(entry.path)) return false
    left -= entry.size
    return true
  })
}

function treeOfEntries(label: string, entries: readonly ListedEntry[], read: (id: string) => Buffer): SourceTree {
  const files = new Map(entries.map((entry) => [entry.path, entry]))
  const folders = foldersOf(entries)
  const contentOf = (path: string, kind: ListedEntry['kind']): Buffer | undefined => {
    const entry = files.get(path)
    if (entry?.kind !== kind) return undefined
    if (entry.size > LARGEST)
      throw new GitError('GIT_TOO_LARGE', `${path} has ${entry.size} bytes, more than ${LARGEST} are not read`, {
        hint: 'keep files of this size out of what is built and rendered',
      })
    return read(entry.id)
  }
  return {
    label,
    stat: (path) => {
      if (folders.has(path)) return 'directory'
      return kindOf(files.get(path))
    },
    read: (path) => contentOf(path, 'file'),
    readlink: (path) => contentOf(path, 'symlink')?.toString(),
    list: (folder) => [...(folders.get(folder)?.values() ?? [])].sort((a, b) => compareBytes(a.name, b.name)),
  }
}

// A submodule is an empty directory, as in a work tree that has not initialised it.
function kindOf(entry: ListedEntry | undefined): EntryKind | undefined {
  if (entry === undefined) return undefined
  return entry.kind === 'submodule' ? 'directory' : entry.kind
}

function foldersOf(entries: readonly ListedEntry[]): Map<string, Map<string, TreeEntry>> {
  const folders = new Map<string, Map<string, TreeEntry>>([['', new Map()]])
  const add = (path: string, kind: EntryKind): void => {
    const slash = path.lastIndexOf('/')
    const parent = slash < 0 ? '' : path.slice(0, slash)
    if (!folders.has(parent)) {
      folders.set(parent, new Map())
      add(parent, 'directory')
    }
    const name = path.slice(slash + 1)
    folders.get(parent)?.set(name, { name, kind })
  }
  for (const entry of entries) add(entry.path, kindOf(entry) ?? 'file')
  return folders
}
