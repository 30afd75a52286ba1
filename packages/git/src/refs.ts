import type { GitRunner } from './command.ts'
import { GitError } from './errors.ts'

/** Where HEAD points: a branch (which may have no commit yet), a commit, or both. */
export interface Head {
  readonly branch: string | undefined
  readonly commit: string | undefined
}

/** Full names of refs to what they point to; annotated tags are peeled to their commit. */
export type Refs = ReadonlyMap<string, string>

const FORMAT = '--format=%(refname) %(objectname) %(*objectname)'

/** All refs under `refs/`, in one process. */
export async function readRefs(git: GitRunner): Promise<Refs> {
  const { text } = await git.run({ args: ['for-each-ref', FORMAT] })
  const refs = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [name = '', id = '', peeled = ''] = line.split(' ')
    if (name !== '') refs.set(name, peeled === '' ? id : peeled)
  }
  return refs
}

/** HEAD of this work tree. */
export async function readHead(git: GitRunner): Promise<Head> {
  const [branch, commit] = await Promise.all([
    git.run({ args: ['symbolic-ref', '--quiet', 'HEAD'], accept: [1] }),
    git.run({ args: ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], accept: [1] }),
  ])
  const name = branch.text.trim()
  return {
    branch: name === '' ? undefined : name.replace(/^refs\/heads\//, ''),
    commit: commit.text.trim() === '' ? undefined : commit.text.trim(),
  }
}

/** Moves one ref, if it still is where `from` says; `from: ''` means that it must not exist, no `from` that it does not matter. */
export async function moveRef(
  git: GitRunner,
  ref: string,
  move: { readonly to: string; readonly from?: string; readonly reason?: string },
): Promise<void> {
  if (!ref.startsWith('refs/')) throw new GitError('GIT_FAILED', `${ref} is not a full ref name`, { fault: 'system' })
  const reason = move.reason === undefined ? [] : ['-m', move.reason]
  const from = move.from === '' ? '0'.repeat(move.to.length) : move.from
  await git.run({ args: ['update-ref', ...reason, ref, move.to, ...(from === undefined ? [] : [from])] })
}
