import { isAbsolute, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import type { SourceTree } from '@slipway/diag'
import { objectReader, type GitObject } from './batch.ts'
import { BlobCache } from './blobs.ts'
import { gitRunner, type GitRunner } from './command.ts'
import { writeCommit, writeTree, type NewCommit, type NewFile } from './commit.ts'
import { settingsReader, type Remote } from './config.ts'
import type { Environment } from './environment.ts'
import { GitError } from './errors.ts'
import {
  cherryPickTree,
  commitsMissing,
  countApart,
  isAncestor,
  mergeBase,
  readLog,
  type CherryPick,
  type CommitInfo,
  type LogOptions,
} from './history.ts'
import { moveRef, readHead, readRefs, type Head, type Refs } from './refs.ts'
import { resolveRevision, type RefSource, type Resolved } from './resolve.ts'
import { loadTree, type LoadTreeOptions } from './tree.ts'
import { watchRefs, type RefWatch, type RefWatchOptions } from './watch.ts'

/**
 * A git repository, read and written through the git command. Reading never takes a lock; nothing here ever touches the index or the work tree.
 * Every method throws {@link GitError}.
 */
export interface Repository {
  /** Top of the work tree, or the git directory of a bare repository. */
  readonly directory: string
  /** `.git` of this work tree: HEAD is here. */
  readonly gitDirectory: string
  /** `.git` that all work trees share: refs are here. Equal to `gitDirectory` outside linked work trees. */
  readonly commonDirectory: string
  readonly bare: boolean
  refs(): Promise<Refs>
  head(): Promise<Head>
  remotes(): Promise<readonly Remote[]>
  /** The commit that a revision means, seen from the remote that `repoURL` spells: see {@link resolveRevision}. */
  resolve(revision: string, repoURL?: string): Promise<Resolved>
  /** The id of an object by any name that git knows, such as `<sha>:app`; undefined where there is none. */
  objectId(name: string): Promise<string | undefined>
  readObject(name: string): Promise<GitObject | undefined>
  loadTree(commit: string, options?: LoadTreeOptions): Promise<SourceTree>
  log(options: LogOptions): Promise<readonly CommitInfo[]>
  /** Commits of `from` whose change is not in `in`, by commit and by patch id, newest first. */
  commitsMissing(of: { from: string; in: string }): Promise<readonly CommitInfo[]>
  mergeBase(a: string, b: string): Promise<string | undefined>
  isAncestor(ancestor: string, commit: string): Promise<boolean>
  /** Commits that only `a` has, and that only `b` has. */
  countApart(a: string, b: string): Promise<{ ahead: number; behind: number }>
  cherryPickTree(commit: string, onto: string): Promise<CherryPick>
  writeTree(base: string | undefined, files: Readonly<Record<string, NewFile>>): Promise<string>
  writeCommit(commit: NewCommit): Promise<string>
  /** Moves a full ref if it is still at `from` (`''`: must not exist); `GIT_REF_MOVED` otherwise. */
  moveRef(ref: string, move: { to: string; from?: string; reason?: string }): Promise<void>
  identity(): Promise<{ name: string; email: string } | undefined>
  watch(options: RefWatchOptions): Promise<RefWatch>
  /** Ends the processes that this repository keeps. */
  close(): void
}

/** How a repository is opened. */
export interface OpenOptions {
  /** Default the process's environment; only what git needs of it is used. */
  readonly env?: Environment
  /** Bytes of blobs that are remembered; default 64 MiB. */
  readonly cacheLimit?: number
}

/**
 * Opens the repository that a directory lies in: a work tree, a linked work tree, a submodule or a bare one.
 *
 * @throws GitError `GIT_NOT_INSTALLED`, `GIT_NOT_A_REPOSITORY` or `GIT_UNSAFE_DIRECTORY`, each with what to do.
 */
export async function openRepository(directory: string, options: OpenOptions = {}): Promise<Repository> {
  const env = options.env ?? process.env
  const start = resolve(directory)
  if (!(await isDirectory(start)))
    throw new GitError('GIT_NOT_A_REPOSITORY', `${start} is not a directory`, {
      hint: 'name a directory inside a repository',
    })
  const places = await findPlaces(gitRunner(start, env), start)
  const git = gitRunner(places.directory, env)
  const reader = objectReader({ directory: places.directory, env })
  const cache = new BlobCache(options.cacheLimit ?? 64 * 1024 * 1024)
  return {
    ...places,
    ...readingOf({ git, reader, settings: settingsReader(git, places) }),
    ...objectsOf({ git, reader, cache, known: { trees: new Map(), sizes: new Map() } }),
    ...writingOf(git),
    watch: (how) => watchRefs({ git, reader, folders: places }, how),
    close: () => reader.close(),
  }
}

function readingOf(source: RefSource) {
  const { git, settings } = source
  return {
    refs: () => readRefs(git),
    head: () => readHead(git),
    remotes: async () => (await settings()).remotes,
    resolve: (revision: string, repoURL?: string) => resolveRevision(source, revision, repoURL),
    log: (how: LogOptions) => readLog(git, how),
    commitsMissing: (of: { from: string; in: string }) => commitsMissing(git, of),
    mergeBase: (a: string, b: string) => mergeBase(git, a, b),
    isAncestor: (ancestor: string, commit: string) => isAncestor(git, ancestor, commit),
    countApart: (a: string, b: string) => countApart(git, a, b),
    cherryPickTree: (commit: string, onto: string) => cherryPickTree(git, commit, onto),
    identity: async () => (await settings()).identity,
  }
}

function objectsOf(source: Parameters<typeof loadTree>[0]) {
  return {
    readObject: (name: string) => source.reader.read(name),
    objectId: async (name: string) => {
      const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', name]
      const id = (await source.git.run({ args, accept: [1, 128] })).text.trim()
      return id === '' ? undefined : id
    },
    loadTree: (commit: string, how?: LoadTreeOptions) => loadTree(source, commit, how),
  }
}

function writingOf(git: GitRunner) {
  return {
    writeTree: (base: string | undefined, files: Readonly<Record<string, NewFile>>) => writeTree(git, base, files),
    writeCommit: (commit: NewCommit) => writeCommit(git, commit),
    moveRef: (ref: string, move: { to: string; from?: string; reason?: string }) => moveRef(git, ref, move),
  }
}

async function findPlaces(git: GitRunner, start: string) {
  const args = ['rev-parse', '--is-bare-repository', '--absolute-git-dir', '--git-common-dir']
  const [bare, gitDirectory = '', common = ''] = (await git.run({ args })).text.split('\n')
  const top =
    bare === 'true' ? '' : (await git.run({ args: ['rev-parse', '--show-toplevel'], accept: [128] })).text.trimEnd()
  const commonDirectory = isAbsolute(common) ? common : resolve(start, common)
  return { directory: top === '' ? gitDirectory : top, gitDirectory, commonDirectory, bare: bare === 'true' }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
