import type { Repository } from '@slipway/git'
import { readTreeLines } from './context.ts'
import { digestComponent, imageFile } from './written.ts'

/** The two environments of a promotion. */
export interface Route {
  /** Where the tree was tested: `staging`. */
  readonly from: string
  /** What gets it: `production`. */
  readonly to: string
}

type Objects = Pick<Repository, 'readObject' | 'objectId'>

/** The tree that a commit promotes to: its own, with each file that the pipeline writes for the target set to the tested environment's. */
export async function treeForTarget(
  repository: Objects & Pick<Repository, 'writeTree'>,
  commit: string,
  route: Route,
): Promise<string> {
  const wanted = await targetFiles(repository, commit, route)
  const files = Object.fromEntries([...wanted].map(([path, id]) => [path, { id }]))
  return await repository.writeTree(commit, files)
}

/**
 * Tells whether a commit promotes to a tree, without making it: they differ in nothing but the target's pipeline files, and these are the tested
 * environment's. Compares tree objects from the top and stops at the first other difference, so that hundreds of commits can be asked.
 */
export async function promotesTo(
  repository: Objects,
  commit: string,
  question: { tree: string; route: Route },
): Promise<boolean> {
  const { tree, route } = question
  const wanted = await targetFiles(repository, commit, route)
  const same = async (a: string | undefined, b: string | undefined, path: string): Promise<boolean> => {
    if (a === b) return [...wanted].every(([file]) => !isInside(file, path)) || (await agrees(path, b))
    const expected = wanted.get(path)
    if (expected !== undefined) return b === expected
    if (![...wanted.keys()].some((file) => isInside(file, path))) return false
    return await sameFolder(a, b, path)
  }
  const agrees = async (path: string, id: string | undefined): Promise<boolean> => {
    const expected = wanted.get(path)
    return expected === undefined ? await sameFolder(id, id, path) : id === expected
  }
  const sameFolder = async (a: string | undefined, b: string | undefined, path: string): Promise<boolean> => {
    const [left, right] = [await linesOf(repository, a), await linesOf(repository, b)]
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      if (!(await same(left.get(name), right.get(name), path === '' ? name : `${path}/${name}`))) return false
    }
    return true
  }
  return await sameFolder(`${commit}^{tree}`, tree, '')
}

function isInside(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`)
}

async function linesOf(repository: Objects, id: string | undefined): Promise<ReadonlyMap<string, string>> {
  const lines = id === undefined ? [] : await readTreeLines(repository, id)
  return new Map(lines.map((line) => [line.name, line.id]))
}

/** The target's pipeline files with the blobs that they get, by path; empty in a repository that has no such files. */
async function targetFiles(repository: Objects, commit: string, route: Route): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  const image = await repository.objectId(`${commit}:${imageFile(route.from)}`)
  if (image !== undefined) files.set(imageFile(route.to), image)
  const component = `${commit}:${digestComponent(route.from)}`
  for (const line of await readTreeLines(repository, component)) {
    if (line.mode.startsWith('100')) files.set(`${digestComponent(route.to)}/${line.name}`, line.id)
  }
  return files
}
