import { parseTree, type Repository, type TreeLine } from '@slipway/git'
import type { BuildContext } from '@slipway/images'

/** The lines of a tree object, in git's order; empty for what is no tree. */
export async function readTreeLines(
  repository: Pick<Repository, 'readObject'>,
  id: string,
): Promise<readonly TreeLine[]> {
  return parseTree(await repository.readObject(id))
}

// Lock files are often larger than what a tree reads ahead by itself.
const LARGE_FILE = 4 * 1024 * 1024

/** A folder of a commit as a build context: git's own tree, with the x bits that it stores. `folder` is '' for the top. */
export async function commitContext(repository: Repository, commit: string, folder: string): Promise<BuildContext> {
  const name = folder === '' ? commit : `${commit}:${folder}`
  const [tree, executables] = await Promise.all([
    repository.loadTree(name, { fileLimit: LARGE_FILE }),
    findExecutables(repository, folder === '' ? `${commit}^{tree}` : name),
  ])
  const label = folder === '' ? `commit ${commit.slice(0, 7)}` : `${folder} of commit ${commit.slice(0, 7)}`
  return { ...tree, label, executable: (path) => executables.has(path) }
}

async function findExecutables(repository: Repository, tree: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const visit = async (id: string, prefix: string): Promise<void> => {
    for (const line of await readTreeLines(repository, id)) {
      if (line.mode === '100755') found.add(prefix + line.name)
      if (line.mode === '40000') await visit(line.id, `${prefix}${line.name}/`)
    }
  }
  await visit(tree, '')
  return found
}
