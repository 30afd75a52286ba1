import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectReader } from './batch.ts'
import type { Refs } from './refs.ts'

/** The folder that all work trees of a repository share. */
export interface RefFolder {
  readonly commonDirectory: string
}

// They belong to one work tree, not to the repository.
const OF_A_WORK_TREE = /^refs\/(bisect|worktree|rewritten)\//
const ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/
const DEEPEST_LINK = 5

/**
 * All shared refs as the repository's files have them, as {@link readRefs} of a git process gives them: loose refs first, then packed ones, as git reads them,
 * so that a ref that is being packed is seen in one of both. Undefined for a repository whose refs are in a table: git has to read that.
 */
export async function readRefFiles(folder: RefFolder, peel: TagPeeler): Promise<Refs | undefined> {
  if (await isDirectory(join(folder.commonDirectory, 'reftable'))) return undefined
  const loose = await readLoose(folder.commonDirectory, 'refs')
  const packed = await readPacked(folder.commonDirectory)
  const values = new Map([...packed, ...loose].filter(([name]) => !OF_A_WORK_TREE.test(name)))
  const refs = await Promise.all(
    [...values.keys()].sort().map(async (name) => {
      const id = followed(values, name)
      const commit = id === undefined ? undefined : await peel(name, id)
      return commit === undefined ? [] : [[name, commit] as const]
    }),
  )
  return new Map(refs.flat())
}

/** Gives what a ref's object stands for: the commit of an annotated tag; undefined for an object that is not there. */
export type TagPeeler = (ref: string, id: string) => Promise<string | undefined>

/** A peeler that asks git once for each object. */
export function tagPeeler(reader: ObjectReader): TagPeeler {
  const known = new Map<string, string>()
  return async (ref, id) => {
    // Nothing but commits can be there.
    if (ref.startsWith('refs/heads/')) return id
    const held = known.get(id) ?? (await reader.info(`${id}^{}`))?.id
    if (held !== undefined) known.set(id, held)
    return held
  }
}

function followed(values: ReadonlyMap<string, string>, name: string): string | undefined {
  let value = values.get(name)
  for (let depth = 0; depth < DEEPEST_LINK && value?.startsWith('ref: ') === true; depth++)
    value = values.get(value.slice('ref: '.length).trim())
  return value !== undefined && ID.test(value) ? value : undefined
}

async function readLoose(directory: string, path: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(join(directory, path), { withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = `${path}/${entry.name}`
      if (entry.isDirectory()) return readLoose(directory, name)
      if (entry.name.endsWith('.lock')) return []
      const value = (await readFile(join(directory, name), 'utf8').catch(() => '')).trim()
      return value === '' ? [] : [[name, value] as const]
    }),
  )
  return found.flat()
}

async function readPacked(directory: string): Promise<readonly (readonly [string, string])[]> {
  const text = await readFile(join(directory, 'packed-refs'), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const found = /^([0-9a-f]{40,64}) (refs\/.+)$/.exec(line)
    return found === null ? [] : [[found[2] ?? '', found[1] ?? ''] as const]
  })
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
