import { GitError, type Identity, type Repository } from '@slipway/git'
import { runGit } from './run-git.ts'

/** A commit on a ref of its own: the tree of another commit with some files replaced. */
export interface RefCommit {
  readonly ref: string
  /** The ref's commit before; undefined where the ref does not exist. */
  readonly previous: string | undefined
  /** The commit whose tree it takes, and that becomes its last parent. */
  readonly source: string
  readonly files: Readonly<Record<string, string>>
  readonly message: string
  readonly author: Identity
}

/**
 * Writes blobs, trees, the commit and the ref in one process (`git fast-import`), where separate commands would take eight: every release waits for this.
 * Gives the commit. Index and work tree are not touched.
 * @throws GitError `GIT_REF_MOVED` where the ref is no longer at `previous`
 */
export async function commitOnRef(repository: Repository, commit: RefCommit): Promise<string> {
  const tree = await repository.readObject(`${commit.source}^{tree}`)
  if (tree === undefined) throw new GitError('GIT_NO_OBJECT', `there is no commit ${commit.source}`)
  const stream = streamOf(commit, tree.id)
  const { code, stdout, stderr } = await runGit(
    repository.directory,
    ['fast-import', '--quiet', '--done', '--date-format=raw'],
    stream,
  )
  const id = stdout.trim()
  if (code === 0 && /^[0-9a-f]{40,64}$/.test(id)) return id
  // It moves a ref only to a descendant: what somebody else put there in between is none of ours.
  if (/not updating|cannot lock ref/i.test(stderr)) throw new GitError('GIT_REF_MOVED', `${commit.ref} moved meanwhile`)
  throw new GitError('GIT_FAILED', `git fast-import failed: ${stderr.trim()}`, { fault: 'system' })
}

function streamOf(commit: RefCommit, tree: string): string {
  const { ref, previous, source, files, message, author } = commit
  const parents = previous === undefined ? [`from ${source}`] : [`from ${previous}`, `merge ${source}`]
  const name = author.name.replace(/[<>\n]/g, '')
  const email = author.email.replace(/[<>\s]/g, '')
  return [
    `commit ${ref}`,
    'mark :1',
    `committer ${name} <${email}> ${Math.floor(author.time / 1000)} +0000`,
    data(message),
    ...parents,
    `M 040000 ${tree} ""`,
    ...Object.entries(files).flatMap(([path, text]) => [`M 100644 inline ${path}`, data(text)]),
    '',
    'get-mark :1',
    'done',
    '',
  ].join('\n')
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`
}
