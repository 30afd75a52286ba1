import { stat } from 'node:fs/promises'
import type { ApplicationSource } from '@slipway/argo'
import type { SourceTree } from '@slipway/diag'
import { fetchRepository, openRepository, sameRepository, type Repository } from '@slipway/git'
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
  /** Calls back when a repository may have moved; returns how to stop. */
  listen(listener: () => void): () => void
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

/** Repositories through git: the local clone for its own remotes, directories by `file:` URL, fetched copies for the rest. */
export async function gitRepositories(options: GitRepositoriesOptions): Promise<Repositories> {
  const listeners = new Set<() => void>()
  const foreign = new Map<string, Promise<Foreign>>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const { clock, local, onError } = options
  const watching = { clock, onChange: tell, ...(onError === undefined ? {} : { onError }) }
  const watches = local === undefined ? [] : [await local.watch(watching)]

  const openForeign = async (url: string): Promise<Foreign> => {
    const path = url.startsWith('file://') ? url.slice('file://'.length) : undefined
    if (path !== undefined && (await isDirectory(path))) {
      const repository = await openRepository(path)
      watches.push(await repository.watch(watching))
      return { repository, fetchedAt: Number.POSITIVE_INFINITY }
    }
    if (path !== undefined || options.cacheDirectory === undefined) throw notFound(url)
    const directory = await fetchRepository(url, { cacheDirectory: options.cacheDirectory })
    return { repository: await openRepository(directory), fetchedAt: clock.monotonic() }
  }
  const known = (url: string): Promise<Foreign> => {
    const found = foreign.get(url) ?? openForeign(url)
    foreign.set(url, found)
    found.catch(() => foreign.delete(url))
    return found
  }
  const find = async (url: string, refresh: boolean): Promise<Repository> => {
    if (local !== undefined && (await isLocal(local, url))) return local
    const found = await known(url)
    const due = clock.monotonic() - found.fetchedAt > (options.fetchEvery ?? 120_000)
    if ((refresh || due) && Number.isFinite(found.fetchedAt) && options.cacheDirectory !== undefined) {
      await fetchRepository(url, { cacheDirectory: options.cacheDirectory })
      found.fetchedAt = clock.monotonic()
    }
    return found.repository
  }
  return {
    resolve: async (request) => {
      const repository = await find(request.repoURL, request.refresh).catch((error: unknown) => {
        throw asSourceError(error)
      })
      const ref = options.refOf?.(request) ?? request.revision
      const resolved = await repository.resolve(ref, request.repoURL).catch((error: unknown) => {
        const message = `unable to resolve '${request.revision}' to a commit SHA: revision not found`
        const { hint } = error as { hint?: string }
        throw new ReconcilerError('RECONCILER_SOURCE', message, {
          cause: error,
          ...(hint === undefined ? {} : { hint }),
        })
      })
      return resolved.commit
    },
    tree: async (repoURL, commit) => (await find(repoURL, false)).loadTree(commit),
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      for (const watch of watches) watch.close()
      for (const opened of foreign.values()) opened.then(({ repository }) => repository.close()).catch(() => undefined)
    },
  }
}

async function isLocal(local: Repository, url: string): Promise<boolean> {
  const remotes = await local.remotes()
  return remotes.some((remote) => sameRepository(remote.url, url)) || sameRepository(local.directory, url)
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
