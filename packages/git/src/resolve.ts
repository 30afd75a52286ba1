import type { GitRunner } from './command.ts'
import { GitError } from './errors.ts'
import { readHead, readRefs, readRemotes, type Refs, type Remote } from './refs.ts'
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
export async function resolveRevision(git: GitRunner, revision: string, repoURL?: string): Promise<Resolved> {
  const [refs, remotes] = await Promise.all([readRefs(git), readRemotes(git)])
  const remote = remoteFor(remotes, repoURL)
  const wanted = revision === '' || revision === 'HEAD' ? await defaultBranch({ git, refs, remote }) : revision
  const found = byName(refs, wanted, remote) ?? (await bySha(git, wanted))
  if (found !== undefined) return found
  throw await unknownRevision(git, refs, wanted)
}

/** The remote that a URL spells, else `origin`, else the first one. */
export function remoteFor(remotes: readonly Remote[], repoURL: string | undefined): string {
  const named = repoURL === undefined ? undefined : remotes.find((remote) => sameRepository(remote.url, repoURL))
  const origin = remotes.find((remote) => remote.name === 'origin')
  return (named ?? origin ?? remotes[0])?.name ?? 'origin'
}

function byName(refs: Refs, revision: string, remote: string): Resolved | undefined {
  const names = revision.startsWith('refs/')
    ? [revision]
    : [`refs/heads/${revision}`, `refs/remotes/${remote}/${revision}`, `refs/tags/${revision}`]
  const ref = names.find((name) => refs.has(name))
  return ref === undefined ? undefined : { commit: refs.get(ref) ?? '', ref }
}

async function bySha(git: GitRunner, revision: string): Promise<Resolved | undefined> {
  if (!/^[0-9a-fA-F]{7,64}$/.test(revision)) return undefined
  const args = ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]
  const commit = (await git.run({ args, accept: [1, 128] })).text.trim()
  return commit === '' ? undefined : { commit, ref: undefined }
}

async function defaultBranch(of: { git: GitRunner; refs: Refs; remote: string }): Promise<string> {
  const { git, refs, remote } = of
  const prefix = `refs/remotes/${remote}/`
  const remoteHead = await git.run({ args: ['symbolic-ref', '--quiet', `${prefix}HEAD`], accept: [1, 128] })
  const target = remoteHead.text.trim()
  if (target.startsWith(prefix)) return target.slice(prefix.length)
  const usual = ['main', 'master'].find((name) => refs.has(`refs/heads/${name}`) || refs.has(`${prefix}${name}`))
  if (usual !== undefined) return usual
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
