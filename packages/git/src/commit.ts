import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GitRunner } from './command.ts'
import { GitError } from './errors.ts'

/** Who makes a commit, and when in milliseconds since 1970. */
export interface Identity {
  readonly name: string
  readonly email: string
  readonly time: number
}

/** A commit to make. */
export interface NewCommit {
  readonly tree: string
  readonly parents: readonly string[]
  /** Subject and body, without trailers. */
  readonly message: string
  readonly trailers?: readonly (readonly [name: string, value: string])[]
  readonly author: Identity
  /** Default the author. */
  readonly committer?: Identity
}

/** A file of a tree to make: its text or bytes, or the id of a blob that is there; undefined removes it. */
export type NewFile = string | Uint8Array | { readonly id: string; readonly executable?: boolean } | undefined

/** Writes a commit object and gives its SHA. No ref, index or work tree changes. */
export async function writeCommit(git: GitRunner, commit: NewCommit): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent])
  const env = { ...identityOf('AUTHOR', commit.author), ...identityOf('COMMITTER', commit.committer ?? commit.author) }
  const args = ['commit-tree', commit.tree, ...parents, '-F', '-']
  return (await git.run({ args, env, input: messageOf(commit) })).text.trim()
}

/** Writes a tree that is `base` with some files set or removed, through an index of its own, and gives its id. */
export async function writeTree(
  git: GitRunner,
  base: string | undefined,
  files: Readonly<Record<string, NewFile>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-index-'))
  const env = { GIT_INDEX_FILE: join(folder, 'index') }
  try {
    await git.run({ args: base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], env })
    const lines = await Promise.all(Object.entries(files).map(([path, file]) => indexLine(git, path, file)))
    await git.run({ args: ['update-index', '-z', '--index-info'], env, input: lines.join('') })
    return (await git.run({ args: ['write-tree'], env })).text.trim()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function indexLine(git: GitRunner, path: string, file: NewFile): Promise<string> {
  if (file === undefined) return `0 ${'0'.repeat(40)}\t${path}\0`
  const known = typeof file === 'object' && 'id' in file
  const id = known ? file.id : (await git.run({ args: ['hash-object', '-w', '--stdin'], input: file })).text.trim()
  return `${known && file.executable === true ? '100755' : '100644'} ${id}\t${path}\0`
}

function identityOf(role: 'AUTHOR' | 'COMMITTER', identity: Identity): Record<string, string> {
  return {
    [`GIT_${role}_NAME`]: identity.name,
    [`GIT_${role}_EMAIL`]: identity.email,
    [`GIT_${role}_DATE`]: `@${Math.floor(identity.time / 1000)} +0000`,
  }
}

function messageOf({ message, trailers = [] }: NewCommit): string {
  for (const [name, value] of trailers)
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name) || value.includes('\n'))
      throw new GitError('GIT_FAILED', `${name} is no trailer`, { fault: 'system' })
  const text = message.trimEnd()
  const lines = trailers.map(([name, value]) => `${name}: ${value}`)
  return lines.length === 0 ? `${text}\n` : `${text}\n\n${lines.join('\n')}\n`
}
