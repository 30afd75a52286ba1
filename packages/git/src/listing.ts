import type { GitRunner } from './command.ts'
import { GitError } from './errors.ts'

/** One entry of a recursive tree listing; `size` is that of a blob, -1 for a submodule. */
export interface ListedEntry {
  readonly path: string
  readonly kind: 'file' | 'symlink' | 'submodule'
  readonly executable: boolean
  readonly id: string
  readonly size: number
}

/** All files of a tree, in byte order of their paths. */
export async function listTree(git: GitRunner, tree: string): Promise<readonly ListedEntry[]> {
  const { text } = await git.run({ args: ['ls-tree', '-r', '-z', '-l', '--full-tree', tree] })
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map(parseEntry)
}

function parseEntry(line: string): ListedEntry {
  const found = /^(\d{6}) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line)
  if (found === null) throw new GitError('GIT_BAD_ANSWER', `git ls-tree printed '${line}'`, { fault: 'system' })
  const [, mode = '', , id = '', size = '', path = ''] = found
  return { path, kind: kindOf(mode), executable: mode === '100755', id, size: size === '-' ? -1 : Number(size) }
}

function kindOf(mode: string): ListedEntry['kind'] {
  if (mode === '120000') return 'symlink'
  return mode === '160000' ? 'submodule' : 'file'
}
