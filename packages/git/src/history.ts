import type { GitRunner } from './command.ts'
import { writeCommit } from './commit.ts'

/** A commit as the history shows it. */
export interface CommitInfo {
  readonly commit: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: { readonly name: string; readonly email: string }
  /** Milliseconds since 1970, of the commit, not of its author. */
  readonly time: number
  readonly subject: string
  /** Subject, body and trailers. */
  readonly message: string
  /** Trailers in order; a name may occur again. */
  readonly trailers: readonly (readonly [name: string, value: string])[]
}

/** Which commits a history shows. */
export interface LogOptions {
  /** `a..b`, `a...b`, a commit: what `git log` takes. */
  readonly range: string
  readonly firstParent?: boolean
  readonly limit?: number
  /** Only commits that change one of these paths. */
  readonly paths?: readonly string[]
  readonly extra?: readonly string[]
}

const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%ct', '%s', '%B', '%(trailers:only,unfold)']
const FORMAT = `--format=${FIELDS.join('%x00')}%x01`

/** Commits, newest first. */
export async function readLog(git: GitRunner, options: LogOptions): Promise<readonly CommitInfo[]> {
  const limit = options.limit === undefined ? [] : [`-n${options.limit}`]
  const first = options.firstParent === true ? ['--first-parent'] : []
  const paths = options.paths ?? []
  const args = [
    'log',
    FORMAT,
    ...first,
    ...limit,
    ...(options.extra ?? []),
    '--end-of-options',
    options.range,
    '--',
    ...paths,
  ]
  const { text } = await git.run({ args })
  return text
    .split('\u0001')
    .map((entry) => entry.replace(/^\n/, ''))
    .filter((entry) => entry !== '')
    .map(parseCommit)
}

/** Commits of `from` whose change `in` lacks: neither the commit itself nor one with the same patch id is in it. Merges count as commits. */
export function commitsMissing(git: GitRunner, of: { from: string; in: string }): Promise<readonly CommitInfo[]> {
  return readLog(git, {
    range: `${of.in}...${of.from}`,
    extra: ['--cherry-pick', '--right-only', '--no-show-signature'],
  })
}

/** The best common ancestor of two commits; undefined for unrelated ones. */
export async function mergeBase(git: GitRunner, a: string, b: string): Promise<string | undefined> {
  const base = (await git.run({ args: ['merge-base', a, b], accept: [1] })).text.trim()
  return base === '' ? undefined : base
}

/** True when `ancestor` is `commit` or one of its ancestors. */
export async function isAncestor(git: GitRunner, ancestor: string, commit: string): Promise<boolean> {
  return (await git.run({ args: ['merge-base', '--is-ancestor', ancestor, commit], accept: [1] })).code === 0
}

/** How many commits each side has that the other lacks. */
export async function countApart(git: GitRunner, a: string, b: string): Promise<{ ahead: number; behind: number }> {
  const { text } = await git.run({ args: ['rev-list', '--left-right', '--count', `${a}...${b}`] })
  const [ahead = 0, behind = 0] = text.trim().split(/\s+/).map(Number)
  return { ahead, behind }
}

/** What applying one commit's change onto another gives: a tree, or the paths that conflict. */
export type CherryPick =
  | { readonly tree: string; readonly conflicts?: never }
  | { readonly tree?: never; readonly conflicts: readonly string[] }

/**
 * Applies the change of a commit (against its first parent) onto another without a work tree. Needs git 2.38 or newer: `merge-tree` with a given base came
 * later, so both sides get stand-ins whose common parent is that base.
 */
export async function cherryPickTree(git: GitRunner, commit: string, onto: string): Promise<CherryPick> {
  const base = await standIn(git, `${commit}^^{tree}`, [])
  const [ours, theirs] = await Promise.all([
    standIn(git, `${onto}^{tree}`, [base]),
    standIn(git, `${commit}^{tree}`, [base]),
  ])
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs]
  const { code, text } = await git.run({ args, accept: [1] })
  const [tree = '', ...conflicts] = text.split('\0').filter((part) => part !== '')
  return code === 0 ? { tree } : { conflicts: [...new Set(conflicts)] }
}

async function standIn(git: GitRunner, tree: string, parents: readonly string[]): Promise<string> {
  const author = { name: 'slipway', email: 'slipway@localhost', time: 0 }
  const id = (await git.run({ args: ['rev-parse', '--verify', tree] })).text.trim()
  return writeCommit(git, { tree: id, parents, message: 'stand-in', author })
}

function parseCommit(entry: string): CommitInfo {
  const [
    commit = '',
    tree = '',
    parents = '',
    name = '',
    email = '',
    time = '0',
    subject = '',
    message = '',
    trailers = '',
  ] = entry.split('\0')
  return {
    commit,
    tree,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author: { name, email },
    time: Number(time) * 1000,
    subject,
    message,
    trailers: trailers.split('\n').flatMap(parseTrailer),
  }
}

function parseTrailer(line: string): (readonly [string, string])[] {
  const colon = line.indexOf(':')
  return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]]
}
