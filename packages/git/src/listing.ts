import type { GitObject, ObjectReader } from './batch.ts'
import { GitError } from './errors.ts'

/** One line of a tree object. */
export interface TreeLine {
  /** As git writes it: `100644`, `100755`, `120000`, `40000`, `160000`. */
  readonly mode: string
  readonly name: string
  readonly id: string
}

/** One entry of a recursive tree listing; `size` is that of a blob, -1 for a submodule. */
export interface ListedEntry {
  readonly path: string
  readonly kind: 'file' | 'symlink' | 'submodule'
  readonly executable: boolean
  readonly id: string
  readonly size: number
}

/** What objects with these ids are can never change, so it is asked once. */
export interface KnownObjects {
  readonly trees: Map<string, readonly TreeLine[]>
  readonly sizes: Map<string, number>
}

/** Ids are forgotten all at once above this many: the next listing asks again. */
const MOST_KNOWN = 200_000

/** The lines of a tree object, in git's order; empty for what is no tree. */
export function parseTree(object: GitObject | undefined): readonly TreeLine[] {
  if (object?.type !== 'tree') return []
  const lines: TreeLine[] = []
  const { data } = object
  const width = object.id.length / 2
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at)
    const zero = data.indexOf(0, space)
    if (space < at || zero < space)
      throw new GitError('GIT_BAD_ANSWER', `tree ${object.id} is damaged`, {
        fault: 'system',
        hint: 'check the repository: git fsck',
      })
    const id = data.toString('hex', zero + 1, zero + 1 + width)
    lines.push({ mode: data.toString('latin1', at, space), name: data.toString('utf8', space + 1, zero), id })
    at = zero + 1 + width
  }
  return lines
}

/** All files of a tree or of a commit's tree, in byte order of their paths. @throws GitError `GIT_UNKNOWN_REVISION` where there is none of that name */
export async function listTree(
  reader: ObjectReader,
  known: KnownObjects,
  name: string,
): Promise<readonly ListedEntry[]> {
  forgetMany(known)
  const files = await filesBelow({ reader, known }, await treeId(reader, name), '')
  return Promise.all(
    files.map(async ({ path, line }) => ({
      path,
      kind: kindOf(line.mode),
      executable: line.mode === '100755',
      id: line.id,
      size: line.mode === SUBMODULE ? -1 : await sizeOf({ reader, known }, { path, id: line.id }),
    })),
  )
}

const FOLDER = '40000'
const SUBMODULE = '160000'

interface Source {
  readonly reader: ObjectReader
  readonly known: KnownObjects
}

interface Placed {
  readonly path: string
  readonly line: TreeLine
}

// `name` may be `<commit>:<folder>`, which takes no suffix.
async function treeId(reader: ObjectReader, name: string): Promise<string> {
  const named = await reader.info(name)
  const tree = named === undefined || named.type === 'tree' ? named : await reader.info(`${named.id}^{tree}`)
  if (tree !== undefined) return tree.id
  throw new GitError('GIT_UNKNOWN_REVISION', `there is no tree '${name}'`, {
    hint: 'name a commit, or a folder of one as <commit>:<folder>',
  })
}

async function filesBelow(source: Source, id: string, prefix: string): Promise<readonly Placed[]> {
  const found = await Promise.all(
    (await linesOf(source, id)).map(async (line) =>
      line.mode === FOLDER
        ? filesBelow(source, line.id, `${prefix}${line.name}/`)
        : [{ path: prefix + line.name, line }],
    ),
  )
  return found.flat()
}

async function linesOf({ reader, known }: Source, id: string): Promise<readonly TreeLine[]> {
  const held = known.trees.get(id)
  if (held !== undefined) return held
  const lines = parseTree(await reader.read(id))
  known.trees.set(id, lines)
  return lines
}

async function sizeOf({ reader, known }: Source, { path, id }: { path: string; id: string }): Promise<number> {
  const held = known.sizes.get(id)
  if (held !== undefined) return held
  const info = await reader.info(id)
  if (info === undefined)
    throw new GitError('GIT_NO_OBJECT', `git has no object ${id}, which is ${path}`, {
      hint: 'fetch what is missing: git fetch --refetch, or clone again',
    })
  known.sizes.set(id, info.size)
  return info.size
}

function forgetMany({ trees, sizes }: KnownObjects): void {
  if (trees.size > MOST_KNOWN) trees.clear()
  if (sizes.size > MOST_KNOWN) sizes.clear()
}

function kindOf(mode: string): ListedEntry['kind'] {
  if (mode === '120000') return 'symlink'
  return mode === SUBMODULE ? 'submodule' : 'file'
}
