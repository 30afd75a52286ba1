import { randomUUID } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Environment } from '@slipway/argo'
import type { Client } from '@slipway/client'
import { messageOf, type Diagnostic } from '@slipway/diag'
import { type BuildSettings, environmentRef, readDeployment, setImages } from '@slipway/delivery'
import {
  discover,
  type Discovery,
  isRemoteOf,
  makeReleases,
  type Publisher,
  type ReleaseEvent,
  type Releases,
  sourceBranch,
  startPublisher,
} from '@slipway/environments'
import { type GitServer, type Repository, serveRepository } from '@slipway/git'
import { hostImages, localImage, outerModules, type Registry, startRegistry } from '@slipway/images'
import { startReaper } from '@slipway/node'
import { type Clock, systemClock } from '@slipway/objects'
import {
  gitRepositories,
  type GitRepositories,
  type Reconciler,
  type Render,
  renderInThread,
  type RenderThread,
  type Repositories,
  startReconciler,
} from '@slipway/reconciler'
import { demandWritable, markersOf, openState, type State, stateFault } from '@slipway/state'
import { outerModulesWarning } from './outer-modules.ts'
import { ensure, type Platform, startPlatform } from './platform.ts'
import { onRememberedPort } from './ports.ts'

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly repository: Repository
  readonly stateDirectory: string
  readonly build: Omit<BuildSettings, 'log'>
  /** The built rendering thread of the reconciler. */
  readonly renderScript: URL
  readonly clock?: Clock
  readonly onEvent: (event: ReleaseEvent) => void
  /** Told of everything that failed and will be tried again. */
  readonly onError: (message: string) => void
}

/** A cluster that runs in this process. */
export interface Cluster {
  readonly client: Client
  readonly kubeconfig: string
  readonly server: string
  readonly diagnostics: readonly Diagnostic[]
  readonly environments: readonly Environment[]
  /** Ends everything; pods get their grace, at most `limit` milliseconds. The state stays. */
  stop(limit?: number): Promise<void>
}

const CONTROLLER_NAMESPACE = 'argocd'
// Argo CD waits two seconds between waves for other controllers; ours see a change at once.
const WAVE_DELAY = 0

/**
 * Starts a repository's cluster: the platform, its Applications, and a release for each environment's branch; follows the branches until it is stopped.
 *
 * @throws StateError, GitError
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const found = await discover(options.repository)
  await demandFolders(options)
  const state = await openState(options.stateDirectory)
  const folders = [options.stateDirectory, options.build.cacheDirectory]
  for (const path of new Set(folders.flatMap(outerModules))) options.onError(outerModulesWarning(path))
  const stops: ((limit?: number) => Promise<void>)[] = [() => state.release()]
  const stop = async (limit?: number): Promise<void> => {
    for (const each of stops.toReversed()) await each(limit)
  }
  try {
    const parts = await assemble(options, { found, state, stops })
    const follower = await deploy(parts, found)
      .then(() => follow(parts))
      .catch((error: unknown) => {
        // Whoever wrote first was told so in the words of the API.
        throw parts.platform.failure() ?? error
      })
    stops.push(() => follower.stop())
    const { client, server } = parts.platform
    return {
      client,
      server,
      kubeconfig: state.kubeconfig,
      diagnostics: found.diagnostics,
      environments: found.environments,
      stop,
    }
  } catch (error) {
    await stop()
    throw stateFault(options.stateDirectory, error)
  }
}

// Each commit that could not be kept would be told again; that none can is told at once.
async function demandFolders({ repository, build }: ClusterOptions): Promise<void> {
  await demandWritable({
    directory: repository.commonDirectory,
    what: 'deployments are commits of the repository, and',
    hint: 'work in a clone that you may write, on a disk with space',
  })
  await demandWritable({
    directory: build.cacheDirectory,
    what: "the images' folder",
    hint: 'make it writable and free some space, or set XDG_CACHE_HOME to another folder',
  })
}

interface Opened {
  readonly found: Discovery
  readonly state: State
  readonly stops: ((limit?: number) => Promise<void>)[]
}

async function assemble(options: ClusterOptions, { found, state, stops }: Opened): Promise<Parts> {
  const clock = options.clock ?? systemClock
  const marker = markerOf(state)
  const reaper = startReaper({ marker })
  stops.push(async () => reaper.close())
  const thread = renderInThread({ script: options.renderScript, clock })
  stops.push(() => thread.close())
  // On another processor, while this one starts the API.
  thread.start()
  const registry = await openRegistry(state, options.onError)
  stops.push(() => registry.close())
  const git = await openGitServer(state, options)
  stops.push(() => git.close())
  const { cacheDirectory } = options.build
  const images = hostImages(cacheDirectory)
  const platform = await startPlatform({
    state,
    clock,
    images,
    cacheDirectory,
    reaper,
    marker,
    onError: options.onError,
  })
  stops.push((limit) => platform.stop(limit))
  const releases = makeReleases({
    repository: options.repository,
    environments: found.environments,
    build: {
      ...options.build,
      marker: { SLIPWAY_MARKER: marker },
      processes: { started: (group) => reaper.add(group), ended: (group) => reaper.remove(group) },
    },
    clock,
    onEvent: options.onEvent,
    onImage: async (name, image) => {
      platform.node.prepare(localImage(`${name}@${image.digest}`, image))
      await registry.publish(name, image)
    },
  })
  return { options, clock, state, platform, releases, registry, git, thread, environments: found.environments }
}

// Every run has a marker of its own, so that the reaper of the last one, if it still works, leaves the processes of this one alone.
function markerOf({ directory }: State): string {
  return `${markersOf(directory)}${randomUUID()}`
}

// Images are built while the Applications are applied; the reconciler starts when there is something to deploy.
async function deploy({ options, clock, state, platform, releases, git }: Parts, found: Discovery): Promise<void> {
  const { client, server } = platform
  const { directory } = options.repository
  await state.announce({ pid: process.pid, server, git: git.url, repository: directory, startedAt: clock.now() })
  const releasing = releases.run()
  await ensure(client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CONTROLLER_NAMESPACE } })
  for (const object of found.apply) await client.apply(object, { fieldManager: 'slipway', force: true })
  await releasing
}

interface Parts {
  readonly options: ClusterOptions
  readonly clock: Clock
  readonly state: State
  readonly platform: Platform
  readonly releases: Releases
  readonly registry: Registry
  readonly git: GitServer
  readonly thread: RenderThread
  readonly environments: readonly Environment[]
}

function openRegistry({ directory, secrets, ports }: State, onError: ClusterOptions['onError']): Promise<Registry> {
  const options = { directory: join(directory, 'registry'), token: secrets.registryToken }
  return onRememberedPort(
    { what: 'the registry', port: ports.get('registry'), onError },
    (port) => startRegistry({ ...options, port }),
    ({ host }) => host,
  )
}

function openGitServer({ secrets, ports }: State, { repository, onError }: ClusterOptions): Promise<GitServer> {
  const { directory } = repository
  const options = { directory, name: basename(directory, '.git'), token: secrets.gitToken }
  return onRememberedPort(
    { what: 'the git server', port: ports.get('git'), onError },
    (port) => serveRepository({ ...options, port }),
    ({ url }) => url,
  )
}

// Follows branches with releases, deployments with the reconciler, and keeps what other processes read up to date.
async function follow(parts: Parts): Promise<{ stop(): Promise<void> }> {
  const { options, clock, platform, releases, thread } = parts
  const { onError } = options
  const repositories = await repositoriesOf(parts)
  const reconciler = await startReconciler({
    client: platform.client,
    clock,
    repositories,
    render: renderWith(parts, thread.render),
    controllerNamespace: CONTROLLER_NAMESPACE,
    waveDelay: WAVE_DELAY,
    onError: ({ controller, key, error }) => onError(`${controller} ${key}: ${messageOf(error)}`),
  })
  const publisher = publish(parts)
  const close = repositories.listen((changes) => {
    if (changes.every(({ ref }) => ref.startsWith('refs/slipway/'))) return
    releases
      .run()
      // The deployment commits that this made are there to be read: nobody need wait for the file system to say so.
      .then(() => Promise.all([repositories.check(), publisher.now()]))
      .catch((error: unknown) => onError(messageOf(error)))
  })
  await publisher.now()
  return { stop: () => stopFollowing({ reconciler, repositories, publisher, close }) }
}

async function stopFollowing(parts: {
  readonly reconciler: Reconciler
  readonly repositories: Repositories
  readonly publisher: Publisher
  readonly close: () => void
}): Promise<void> {
  parts.close()
  parts.publisher.stop()
  await parts.reconciler.stop()
  parts.repositories.close()
}

// An environment's Applications read its deployment commits wherever they name its branch of this repository.
async function repositoriesOf({ options, clock, environments }: Parts): Promise<GitRepositories> {
  const { repository, onError } = options
  const remotes = await repository.remotes()
  const byApplication = new Map(
    environments.flatMap((environment) =>
      environment.applications.map(({ metadata }) => [metadata.name ?? '', environment] as const),
    ),
  )
  return gitRepositories({
    local: repository,
    clock,
    cacheDirectory: join(options.build.cacheDirectory, '..', 'repositories'),
    onError: (error) => onError(messageOf(error)),
    refOf: ({ application, revision, repoURL }) => {
      const environment = byApplication.get(application.name)
      if (environment === undefined || revision !== sourceBranch(environment) || !isRemoteOf(repoURL, remotes))
        return undefined
      return environmentRef(environment.name)
    },
  })
}

// What is rendered names the released digests also where the repository's manifests do not: a deployment commit says them in its trailers.
function renderWith({ options }: Parts, render: Render): Render {
  return async (request) => {
    const [result, deployment] = await Promise.all([
      render(request),
      readDeployment(options.repository, request.revision),
    ])
    const references = deployment?.images ?? []
    return {
      ...result,
      objects: result.objects.map((rendered) => ({ ...rendered, object: setImages(rendered.object, references) })),
    }
  }
}

// What other processes read of this one; the ports are kept for the next start.
function publish({ clock, platform, releases, registry, git, state, options }: Parts): Publisher {
  const { client, proxy, node, server } = platform
  return startPublisher({
    client,
    clock,
    records: () => ({
      environments: releases.records(),
      urls: proxy.urls(),
      processes: node.processes().map(({ namespace, pod, pid }) => ({ namespace, pod, pid })),
    }),
    onPublished: () => {
      const own = { api: Number(new URL(server).port), registry: registry.port, git: git.port }
      const services = proxy
        .urls()
        .map(({ namespace, name, port, hostPort }) => [`${namespace}/${name}:${port}`, hostPort] as const)
      return state.rememberPorts(new Map([...services, ...Object.entries(own)]))
    },
    onError: options.onError,
  })
}
