/** What a name in a source tree stands for. */
export type EntryKind = 'file' | 'directory' | 'symlink'

/** One name in a directory of a source tree. */
export interface TreeEntry {
  readonly name: string
  readonly kind: EntryKind
}

/**
 * A read-only tree of files that renderers read from: a git commit's tree, a directory, an archive, or a map in a test.
 *
 * Paths are relative to the root, with `/`, without `.`, `..` or a leading slash; the root is ''. Nothing follows symbolic links: `stat` and `list`
 * tell that a name is a link, `readlink` gives its target as it is stored. All calls are synchronous, so that renderers stay pure functions; an
 * implementation may read lazily.
 */
export interface SourceTree {
  /** How messages name this tree: a commit SHA or a directory. */
  readonly label: string
  stat(path: string): EntryKind | undefined
  /** The bytes of a file; undefined for what is no file. */
  read(path: string): Uint8Array | undefined
  /** The names in a directory in byte order; empty for what is no directory. */
  list(directory: string): readonly TreeEntry[]
  /** The stored target of a symbolic link; undefined for what is none. */
  readlink(path: string): string | undefined
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The text of a file; undefined for what is no file. What is no UTF-8 is replaced. */
export function textInTree(tree: SourceTree, path: string): string | undefined {
  const data = tree.read(path)
  return data === undefined ? undefined : decoder.decode(data)
}

/** A source tree held in memory: paths to contents, and paths of symbolic links to their targets; directories follow from the paths. */
export function memoryTree(
  files: Readonly<Record<string, string | Uint8Array>>,
  label = 'memory',
  links: Readonly<Record<string, string>> = {},
): SourceTree {
  const contents = new Map(Object.entries(files).map(([path, data]) => [path, bytesOf(data)]))
  const targets = new Map(Object.entries(links))
  const directories = directoriesOf([...contents.keys(), ...targets.keys()])
  const stat = (path: string): EntryKind | undefined => {
    if (contents.has(path)) return 'file'
    if (targets.has(path)) return 'symlink'
    return directories.has(path) ? 'directory' : undefined
  }
  return {
    label,
    stat,
    read: (path) => contents.get(path),
    list: (directory) =>
      [...(directories.get(directory) ?? [])].sort(compareBytes).map((name) => entryOf(stat, directory, name)),
    readlink: (path) => targets.get(path),
  }
}

/** A tree with other contents for some of its files; paths that are no file in it are left out. */
export function overlayTree(tree: SourceTree, files: Readonly<Record<string, string | Uint8Array>>): SourceTree {
  const contents = new Map(
    Object.entries(files)
      .filter(([path]) => tree.stat(path) === 'file')
      .map(([path, data]) => [path, bytesOf(data)]),
  )
  return {
    label: tree.label,
    stat: (path) => tree.stat(path),
    read: (path) => contents.get(path) ?? tree.read(path),
    list: (directory) => tree.list(directory),
    readlink: (path) => tree.readlink(path),
  }
}

function entryOf(stat: SourceTree['stat'], directory: string, name: string): TreeEntry {
  return { name, kind: stat(directory === '' ? name : `${directory}/${name}`) ?? 'file' }
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? encoder.encode(data) : data
}

function directoriesOf(paths: Iterable<string>): Map<string, Set<string>> {
  const directories = new Map<string, Set<string>>([['', new Set()]])
  for (const path of paths) {
    let parent = ''
    for (const part of path.split('/')) {
      const names = directories.get(parent) ?? new Set()
      directories.set(parent, names.add(part))
      parent = parent === '' ? part : `${parent}/${part}`
    }
  }
  return directories
}

/** Orders strings as Go and git do, by their bytes in UTF-8, where JavaScript would compare UTF-16 units. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return fixSurrogate(left) - fixSurrogate(right)
  }
  return a.length - b.length
}

// Surrogates (0xD800-0xDFFF) encode code points above 0xFFFF, so they sort after 0xE000-0xFFFF in UTF-8.
function fixSurrogate(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}
