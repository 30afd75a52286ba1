import { stat } from 'node:fs/promises'
import type { ApplicationSource } from '@slipway/argo'
import type { SourceTree } from '@slipway/diag'
import {
  fetchRepository,
  openRepository,
  sameRepository,
  type RefChange,
  type RefWatch,
  type Repository,
} from '@slipway/git'
import type { Clock } from '@slipway/objects'
import { ReconcilerError } from './errors.ts'

/** Which revision of which repository is wanted, and for whom. */
export interface RevisionRequest {
  readonly repoURL: string
  /** As the Application writes it; '' and `HEAD` mean the default branch. */
  readonly revision: string
  readonly application: { readonly name: string; readonly namespace: string; readonly destinationNamespace: string }
  readonly source: ApplicationSource
  /** Somebody asked for a look at the remote now. */
  readonly refresh: boolean
}

/** Where desired state comes from: commits and their trees. */
export interface Repositories {
  /** The commit of a revision; throws ReconcilerError with Argo CD's message. */
  resolve(request: RevisionRequest): Promise<string>
  tree(repoURL: string, commit: string): Promise<SourceTree>
  /** Calls back when a repository may have moved, with the refs that did; returns how to stop. */
  listen(listener: (changes: readonly RefChange[]) => void): () => void
  close(): void
}

/** How {@link gitRepositories} finds commits. */
export interface GitRepositoriesOptions {
  /** The user's repository: every URL that spells one of its remotes is read from it. */
  readonly local?: Repository
  /** A ref to read instead of the revision, such as a deployment ref; undefined leaves the revision to git. */
  readonly refOf?: (request: RevisionRequest) => string | undefined
  /** Where other repositories are fetched to; without it they are refused. */
  readonly cacheDirectory?: string
  readonly clock: Clock
  /** Milliseconds between two fetches of a repository; default 120,000. */
  readonly fetchEvery?: number
  readonly onError?: (error: unknown) => void
}

interface Foreign {
  readonly repository: Repository
  fetchedAt: number
}

/** Repositories that can be told to look at the local clone now, by whoever has just moved a ref there. */
export interface GitRepositories extends Repositories {
  /** Resolves after all listeners were told. */
  check(): Promise<void>
}

/** Repositories through git: the local clone for its own remotes, directories by `file:` URL, fetched copies for the rest. */
export async function gitRepositories(options: GitRepositoriesOptions): Promise<GitRepositories> {
  const all = new RepositoriesInGit(options)
  await all.start()
  return all
}

class RepositoriesInGit implements GitRepositories {
  readonly #options: GitRepositoriesOptions
  readonly #listeners = new Set<(changes: readonly RefChange[]) => void>()
  readonly #foreign = new Map<string, Promise<Foreign>>()
  readonly #watches = new Map<Repository, RefWatch>()
  // What revisions meant when refs moved last: a look at live objects then starts no git process.
  readonly #resolved = new Map<string, Promise<string>>()

  constructor(options: GitRepositoriesOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#options.local !== undefined) await this.#watch(this.#options.local)
  }

  async resolve(request: RevisionRequest): Promise<string> {
    const ref = this.#options.refOf?.(request) ?? request.revision
    const repository = await this.#find(request.repoURL, request.refresh).catch((error: unknown) => {
      throw asSourceError(error)
    })
    if (request.refresh) this.#resolved.clear()
    const key = JSON.stringify([repository.gitDirectory, request.repoURL, ref])
    const found = this.#resolved.get(key) ?? this.#resolveIn(repository, ref, request)
    this.#resolved.set(key, found)
    found.catch(() => this.#resolved.delete(key))
    return found
  }

  async tree(repoURL: string, commit: string): Promise<SourceTree> {
    return (await this.#find(repoURL, false)).loadTree(commit)
  }

  listen(listener: (changes: readonly RefChange[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close()
    for (const opened of this.#foreign.values())
      opened.then(({ repository }) => repository.close()).catch(() => undefined)
  }

  async check(): Promise<void> {
    const { local } = this.#options
    if (local !== undefined) await this.#watches.get(local)?.check()
  }

  async #watch(repository: Repository): Promise<void> {
    const { clock, onError } = this.#options
    const onChange = (changes: readonly RefChange[]): void => this.#moved(changes)
    const watch = await repository.watch({ clock, onChange, ...(onError === undefined ? {} : { onError }) })
    this.#watches.set(repository, watch)
  }

  #moved(changes: readonly RefChange[]): void {
    this.#resolved.clear()
    for (const listener of this.#listeners) listener(changes)
  }

  // A full ref is what the watch saw last: its listeners ask right after that look.
  async #resolveIn(repository: Repository, ref: string, request: RevisionRequest): Promise<string> {
    const seen =
      ref.startsWith('refs/') && !request.refresh ? this.#watches.get(repository)?.refs().get(ref) : undefined
    return seen ?? resolveIn(repository, ref, request)
  }

  async #find(url: string, refresh: boolean): Promise<Repository> {
    const { local, clock, cacheDirectory } = this.#options
    if (local !== undefined && (await this.#isLocal(local, url))) return local
    const found = await this.#opened(url)
    const due = clock.monotonic() - found.fetchedAt > (this.#options.fetchEvery ?? 120_000)
    if ((refresh || due) && Number.isFinite(found.fetchedAt) && cacheDirectory !== undefined) {
      await fetchRepository(url, { cacheDirectory })
      found.fetchedAt = clock.monotonic()
    }
    return found.repository
  }

  async #isLocal(local: Repository, url: string): Promise<boolean> {
    const remotes = await local.remotes()
    return remotes.some((remote) => sameRepository(remote.url, url)) || sameRepository(local.directory, url)
  }

  #opened(url: string): Promise<Foreign> {
    const found = this.#foreign.get(url) ?? this.#open(url)
    this.#foreign.set(url, found)
    found.catch(() => this.#foreign.delete(url))
    return found
  }

  async #open(url: string): Promise<Foreign> {
    const { cacheDirectory, clock } = this.#options
    const path = url.startsWith('file://') ? url.slice('file://'.length) : undefined
    if (path !== undefined && (await isDirectory(path))) {
      const repository = await openRepository(path)
      await this.#watch(repository)
      return { repository, fetchedAt: Number.POSITIVE_INFINITY }
    }
    if (path !== undefined || cacheDirectory === undefined) throw notFound(url)
    const repository = await openRepository(await fetchRepository(url, { cacheDirectory }))
    // A fetch moves its refs, which this watch sees.
    await this.#watch(repository)
    return { repository, fetchedAt: clock.monotonic() }
  }
}

async function resolveIn(repository: Repository, ref: string, request: RevisionRequest): Promise<string> {
  try {
    return (await repository.resolve(ref, request.repoURL)).commit
  } catch (error) {
    const message = `unable to resolve '${request.revision}' to a commit SHA: revision not found`
    const { hint } = error as { hint?: string }
    throw new ReconcilerError('RECONCILER_SOURCE', message, { cause: error, ...(hint === undefined ? {} : { hint }) })
  }
}

function notFound(url: string): ReconcilerError {
  return new ReconcilerError('RECONCILER_SOURCE', 'failed to list refs: repository not found', {
    hint: `check spec.source.repoURL (${url}); a local clone needs a remote of that URL`,
  })
}

function asSourceError(error: unknown): ReconcilerError {
  if (error instanceof ReconcilerError) return error
  return new ReconcilerError('RECONCILER_SOURCE', 'failed to list refs: repository not found', { cause: error })
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
