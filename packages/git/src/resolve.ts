import type { ObjectReader } from './batch.ts'
import type { GitRunner } from './command.ts'
import { GitError } from './errors.ts'
import type { Remote, Settings } from './config.ts'
import { readHead, readRefs, type Refs } from './refs.ts'
import { sameRepository } from './url.ts'

/** What a revision means here: the commit, and the ref that says so (none for a SHA). */
export interface Resolved {
  readonly commit: string
  readonly ref: string | undefined
}

/**
 * Finds the commit of a revision: the local branch if there is one, else the remote-tracking branch of the remote that `repoURL` names, else a tag, else a
 * commit by its SHA (full, or 7 digits and more). A full name (`refs/...`) stands for itself. `HEAD` and '' mean what the remote calls its default branch,
 * else `main` or `master`, else the branch that is checked out.
 *
 * @throws GitError `GIT_NO_COMMITS` in an empty repository, `GIT_UNKNOWN_REVISION` with the branches that there are.
 */
export async function resolveRevision(source: RefSource, revision: string, repoURL?: string): Promise<Resolved> {
  const { git } = source
  const isDefault = revision === '' || revision === 'HEAD'
  const wanted = isDefault ? await defaultBranch(source, await remoteOf(source, repoURL)) : revision
  const found = (await byName(source, wanted, repoURL)) ?? (await bySha(git, wanted))
  if (found !== undefined) return found
  throw await unknownRevision(git, await readRefs(git), wanted)
}

/** Where refs are looked up: by the long-running reader where it can tell, by a git process where it cannot. */
export interface RefSource {
  readonly git: GitRunner
  readonly reader: ObjectReader
  readonly settings: () => Promise<Settings>
}

async function remoteOf(source: RefSource, repoURL: string | undefined): Promise<string> {
  return remoteFor((await source.settings()).remotes, repoURL)
}

/** The remote that a URL spells, else `origin`, else the first one. */
export function remoteFor(remotes: readonly Remote[], repoURL: string | undefined): string {
  const named = repoURL === undefined ? undefined : remotes.find((remote) => sameRepository(remote.url, repoURL))
  const origin = remotes.find((remote) => remote.name === 'origin')
  return (named ?? origin ?? remotes[0])?.name ?? 'origin'
}

// What no ref may be called; the reader would take it for an expression.
const NO_REF = /[\s~^:?*[\\]|\.\.|@\{|^-/

async function byName(source: RefSource, revision: string, repoURL: string | undefined): Promise<Resolved | undefined> {
  if (NO_REF.test(revision)) return undefined
  if (revision.startsWith('refs/')) return lookUp(source, revision)
  const local = await lookUp(source, `refs/heads/${revision}`)
  if (local !== undefined) return local
  const remote = await remoteOf(source, repoURL)
  return (await lookUp(source, `refs/remotes/${remote}/${revision}`)) ?? lookUp(source, `refs/tags/${revision}`)
}

async function lookUp(source: RefSource, ref: string): Promise<Resolved | undefined> {
  const object = await source.reader.read(`${ref}^{commit}`)
  return object === undefined ? undefined : { commit: object.id, ref }
}

async function bySha(git: GitRunner, revision: string): Promise<Resolved | undefined> {
  if (!/^[0-9a-fA-F]{7,64}$/.test(revision)) return undefined
  const args = ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]
  const commit = (await git.run({ args, accept: [1, 128] })).text.trim()
  return commit === '' ? undefined : { commit, ref: undefined }
}

async function defaultBranch(source: RefSource, remote: string): Promise<string> {
  const { git } = source
  const prefix = `refs/remotes/${remote}/`
  const remoteHead = await git.run({ args: ['symbolic-ref', '--quiet', `${prefix}HEAD`], accept: [1, 128] })
  const target = remoteHead.text.trim()
  if (target.startsWith(prefix)) return target.slice(prefix.length)
  for (const name of ['main', 'master']) {
    const found = (await lookUp(source, `refs/heads/${name}`)) ?? (await lookUp(source, `${prefix}${name}`))
    if (found !== undefined) return name
  }
  const head = await readHead(git)
  return head.branch ?? head.commit ?? 'HEAD'
}

async function unknownRevision(git: GitRunner, refs: Refs, revision: string): Promise<GitError> {
  const { commit } = await readHead(git)
  if (commit === undefined && refs.size === 0)
    return new GitError('GIT_NO_COMMITS', `${git.directory} has no commits yet`, {
      hint: 'make the first commit: git add -A && git commit -m "First commit"',
    })
  const branches = [...refs.keys()].filter((name) => name.startsWith('refs/heads/')).map((name) => name.slice(11))
  const shown = branches.slice(0, 10).join(', ') || 'none'
  return new GitError('GIT_UNKNOWN_REVISION', `there is no branch, tag or commit '${revision}'`, {
    hint: `create it (git branch ${revision}), fetch it, or name another revision; local branches: ${shown}`,
  })
}
