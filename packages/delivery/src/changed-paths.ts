import type { Repository } from '@slipway/git'
import { readTreeLines } from './context.ts'

/** A file that two trees have differently; ids are those of blobs, undefined where a tree has no such file. */
export interface ChangedPath {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

type Objects = Pick<Repository, 'readObject'>

interface Side {
  readonly id: string
  readonly folder: boolean
}

/** The files that differ between two commits, in order; folders that are equal are not looked into. */
export async function changedPaths(
  repository: Objects,
  before: string,
  after: string,
): Promise<readonly ChangedPath[]> {
  const roots = [before, after].map((commit): Side => ({ id: `${commit}^{tree}`, folder: true }))
  return await compare(repository, '', roots)
}

async function compare(
  repository: Objects,
  path: string,
  sides: readonly (Side | undefined)[],
): Promise<ChangedPath[]> {
  const [before, after] = sides
  if (before?.id === after?.id) return []
  const [left = new Map<string, Side>(), right = new Map<string, Side>()] = await Promise.all(
    sides.map((side) => listOf(repository, side)),
  )
  const files = [before, after].map((side) => (side?.folder === false ? side.id : undefined))
  const own = files.some((id) => id !== undefined) ? [{ path, before: files[0], after: files[1] }] : []
  const names = [...new Set([...left.keys(), ...right.keys()])].sort()
  const below = await Promise.all(
    names.map((name) => compare(repository, path === '' ? name : `${path}/${name}`, [left.get(name), right.get(name)])),
  )
  return [...own, ...below.flat()]
}

async function listOf(repository: Objects, side: Side | undefined): Promise<Map<string, Side>> {
  const lines = side?.folder === true ? await readTreeLines(repository, side.id) : []
  return new Map(lines.map(({ name, id, mode }) => [name, { id, folder: mode === '40000' }]))
}
