import { ARGO_API_VERSION, parseApplication, type Application } from '@slipway/argo'
import {
  answerOf,
  hasReason,
  Informer,
  informerSource,
  startController,
  type Change,
  type Client,
  type Controller,
} from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { keyTextOf, resourceKeyOf } from '@slipway/gitops'
import { deepEqual, keyOf, systemClock, type Clock, type KubeObject } from '@slipway/objects'
import type { Comparison } from './compare.ts'
import type { Context } from './context.ts'
import { finalizeApplication, tellDeletionFailed } from './delete.ts'
import { rememberDifferences } from './differences.ts'
import { startLiveCache, type LiveChange } from './live/cache.ts'
import { operate, type Operated } from './operation/operate.ts'
import { startProjects } from './projects.ts'
import { refreshApplication } from './refresh.ts'
import { renderSource } from './render/render.ts'
import type { Render } from './render/types.ts'
import type { Repositories } from './repositories.ts'
import { eventRecorder } from './status/events.ts'
import { latest, targetLoader, type TargetLoader } from './targets.ts'

/** What the reconciler needs. */
export interface ReconcilerOptions {
  readonly client: Client
  readonly repositories: Repositories
  readonly clock?: Clock
  /** Default {@link renderSource}, in this thread. */
  readonly render?: Render
  /** Default `argocd`. */
  readonly controllerNamespace?: string
  /** What charts see as the cluster's version; default what the API says. */
  readonly kubeVersion?: string
  /** Milliseconds that a wave is given before its health is looked at; default 2,000, as in Argo CD. */
  readonly waveDelay?: number
  /** Milliseconds after which every Application is compared again; default 120,000. */
  readonly resync?: number
  readonly onError?: (failure: { controller: string; key: string; error: unknown }) => void
}

/** A running reconciler. */
export interface Reconciler {
  /** Looks at one Application (`namespace/name`), or at all, now. */
  refresh(key?: string): void
  /** The last comparison of an Application: desired and live objects, their differences and origins. */
  comparison(key: string): Comparison | undefined
  /** True while nothing is queued or running. */
  readonly idle: boolean
  stop(): Promise<void>
}

const APPLICATION = { apiVersion: ARGO_API_VERSION, kind: 'Application' }
const PROJECT = { apiVersion: ARGO_API_VERSION, kind: 'AppProject' }
/** Applications that are looked at side by side; Argo CD's own default. */
const STATUS_PROCESSORS = 20

/**
 * Starts Argo CD's application controller on a Kubernetes API that serves Applications and AppProjects. It reacts at once to Applications, projects, moved refs
 * and live objects, and looks at everything again from time to time.
 */
export async function startReconciler(options: ReconcilerOptions): Promise<Reconciler> {
  const { client, clock = systemClock } = options
  const failed = (error: unknown): void => options.onError?.({ controller: 'live', key: '', error })
  const live = await startLiveCache({ client, clock, onError: failed })
  const applications = new Informer<Application>(client, APPLICATION, { clock, onError: failed })
  const projects = new Informer(client, PROJECT, { clock, onError: failed })
  const controllerNamespace = options.controllerNamespace ?? 'argocd'
  const context: Context = {
    client,
    clock,
    live,
    differences: rememberDifferences(),
    repositories: options.repositories,
    render: options.render ?? renderSource,
    record: eventRecorder(client, clock),
    project: (name) => projects.get(`${controllerNamespace}/${name}`),
    controllerNamespace,
    kubeVersion: options.kubeVersion ?? (await versionOf(client)),
    waveDelay: options.waveDelay ?? 2_000,
  }
  const runner = new Runner(context, applications, options.resync ?? 120_000)
  const controller = await startController({
    name: 'applications',
    clock,
    workers: STATUS_PROCESSORS,
    reconcile: (key) => runner.reconcile(key),
    sources: [
      informerSource(applications, (change) => (isOwnStatus(change) ? [] : [keyOf(change.object)])),
      informerSource(projects, () => applications.list().map(keyOf)),
    ],
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  })
  const { onError } = options
  const leaving = await startProjects({
    client,
    clock,
    applications,
    projects,
    ...(onError === undefined ? {} : { onError }),
  })
  const refresh = (key?: string): void => {
    if (key === undefined) for (const application of applications.list()) controller.enqueue(keyOf(application))
    else controller.enqueue(key)
  }
  const moved = (): void => {
    for (const key of applications.list().map(keyOf)) {
      runner
        .hasMoved(key)
        .then((has) => (has ? controller.enqueue(key) : undefined))
        .catch(() => controller.enqueue(key))
    }
  }
  const stops = [
    options.repositories.listen(() => moved()),
    listenToLive({ context, controller, applications, runner }),
  ]
  return {
    refresh,
    comparison: (key) => runner.comparisons.get(key),
    get idle() {
      return controller.idle && leaving.idle
    },
    stop: async () => {
      for (const stop of stops) stop()
      await Promise.all([controller.stop(), leaving.stop()])
      await Promise.all([applications.stop(), projects.stop(), live.stop()])
    },
  }
}

async function versionOf(client: Client): Promise<string> {
  const response = await client.raw({ method: 'GET', path: '/version', accept: 'application/json' })
  const { gitVersion = 'v1.0.0' } = answerOf<{ gitVersion?: string }>(response)
  return gitVersion.replace(/^v/, '').replace(/[-+].*$/, '')
}

// The reconciler's own writes of status are no news to it; a request to terminate an operation is.
function isOwnStatus({ type, object, previous }: Change<Application>): boolean {
  if (type !== 'modified' || previous === undefined) return false
  const phase = (application: Application): unknown =>
    (application.status as { operationState?: { phase?: string } } | undefined)?.operationState?.phase
  if (phase(object) === 'Terminating' && phase(previous) !== 'Terminating') return false
  const asked = ({ metadata, spec, operation }: Application): unknown => [
    metadata.annotations,
    metadata.finalizers,
    metadata.deletionTimestamp,
    spec,
    operation,
  ]
  return deepEqual(asked(object), asked(previous))
}

// How an Application stands is no part of what another one that made it wants, nor of its health, as in Argo CD.
function isOwnReport(object: KubeObject, previous: KubeObject | undefined): boolean {
  if (object.kind !== 'Application' || object.apiVersion !== ARGO_API_VERSION || previous === undefined) return false
  return deepEqual(wishesOf(object), wishesOf(previous))
}

function wishesOf({ metadata, status: _, operation: __, ...rest }: KubeObject): unknown {
  const { resourceVersion: _version, generation: _generation, managedFields: _fields, ...own } = metadata
  return { ...rest, metadata: own }
}

interface Listening {
  readonly context: Context
  readonly controller: Controller
  readonly applications: Informer<Application>
  readonly runner: Runner
}

const DISCOVERY_DELAY = 50
const DELETION_PAUSE = 1_000

function listenToLive({ context, controller, applications, runner }: Listening): () => void {
  let cancel: (() => void) | undefined
  const discover = (): void => {
    cancel?.()
    cancel = context.clock.after(DISCOVERY_DELAY, () => {
      context.live
        .discover()
        .then(() => {
          for (const application of applications.list()) controller.enqueue(keyOf(application))
        })
        .catch(() => discover())
    })
  }
  const stop = context.live.listen((change) => {
    if (change.object.kind === 'CustomResourceDefinition') discover()
    for (const key of runner.concerned(change)) controller.enqueue(key)
  })
  return () => {
    cancel?.()
    stop()
  }
}

class Runner {
  readonly comparisons = new Map<string, Comparison>()
  readonly #context: Context
  readonly #applications: Informer<Application>
  readonly #loader: TargetLoader
  readonly #resync: number
  readonly #wanted = new Map<string, Set<string>>()
  // What was written last: the informer may not have seen it yet.
  readonly #written = new Map<string, Application>()

  constructor(context: Context, applications: Informer<Application>, resync: number) {
    this.#context = context
    this.#applications = applications
    this.#loader = targetLoader(context)
    this.#resync = resync
  }

  /** The keys of the Applications that track an object or want one of its name. */
  concerned({ object, previous, instances }: LiveChange): readonly string[] {
    if (isOwnReport(object, previous)) return []
    const { controllerNamespace } = this.#context
    const owners = instances.map((instance) => {
      const [namespace = '', name] = instance.split('_')
      return name === undefined ? `${controllerNamespace}/${namespace}` : `${namespace}/${name}`
    })
    const keys = new Set([...owners, ...(this.#wanted.get(keyTextOf(object)) ?? [])])
    // An Application that makes itself would look at itself for ever.
    if (object.kind === 'Application') keys.delete(keyOf(object))
    return [...keys]
  }

  /** Whether an Application's sources mean other commits than when it was compared last. Throws where that cannot be told. */
  async hasMoved(key: string): Promise<boolean> {
    const application = this.#newest(key)
    const known = this.comparisons.get(key)?.targets?.revisions
    if (application === undefined || known === undefined) return true
    return !deepEqual(known, await this.#loader.revisions(application, latest(application, false)))
  }

  async reconcile(key: string): Promise<{ requeueAfter?: number } | undefined> {
    const application = this.#newest(key)
    if (application === undefined) {
      this.#forget(key)
      return undefined
    }
    if (isLeftAlone(application)) return undefined
    const isLeaving = application.metadata.deletionTimestamp !== undefined
    // What was begun is brought to its end first.
    if (isLeaving && application.operation === undefined) return this.#finalize(key, application)
    const operated = await this.#operate(key, application)
    if (operated.application === undefined) return undefined
    const again = await this.#look(key, operated.application)
    const waits = [operated.requeueAfter, again, this.#resync].filter((wait) => wait !== undefined)
    return { requeueAfter: Math.max(0, Math.min(...waits)) }
  }

  async #finalize(key: string, application: Application): Promise<{ requeueAfter?: number } | undefined> {
    await this.#look(key, application)
    const comparison = this.comparisons.get(key)
    // What went meanwhile is told first: once the last object is gone, nobody can read how the Application stood.
    if (comparison?.pairs.some(({ live }) => live !== undefined && this.#isGone(live)) === true)
      return { requeueAfter: 0 }
    const hooks = comparison?.hooks ?? []
    const newest = this.#newest(key) ?? application
    try {
      const { requeueAfter } = await finalizeApplication(this.#context, newest, hooks)
      return requeueAfter === undefined ? undefined : { requeueAfter }
    } catch (error) {
      if (hasReason(error, 'Conflict')) throw error
      this.#note(key, await tellDeletionFailed(this.#context, newest, messageOf(error)))
      return { requeueAfter: DELETION_PAUSE }
    }
  }

  #isGone(object: KubeObject): boolean {
    return this.#context.live.get(resourceKeyOf(object))?.metadata.uid !== object.metadata.uid
  }

  async #operate(key: string, application: Application): Promise<Operated> {
    if (application.operation === undefined) return { application, requeueAfter: undefined }
    const operated = await operate(this.#context, this.#loader, application)
    this.#note(key, operated.application)
    return operated
  }

  async #look(key: string, application: Application): Promise<number | undefined> {
    const refreshed = await refreshApplication(this.#context, this.#loader, application)
    this.#note(key, refreshed.application)
    this.#remember(key, refreshed.comparison)
    // An operation that was just asked for begins at once.
    const begins = application.operation === undefined && refreshed.application?.operation !== undefined
    return begins ? 0 : refreshed.requeueAfter
  }

  #note(key: string, application: Application | undefined): void {
    if (application === undefined) this.#written.delete(key)
    else this.#written.set(key, application)
  }

  #newest(key: string): Application | undefined {
    const seen = this.#applications.get(key)
    const own = this.#written.get(key)
    if (seen === undefined || own === undefined || own.metadata.uid !== seen.metadata.uid) {
      this.#written.delete(key)
      return readable(seen)
    }
    const ahead = Number(own.metadata.resourceVersion) > Number(seen.metadata.resourceVersion)
    if (!ahead) this.#written.delete(key)
    return readable(ahead ? own : seen)
  }

  #remember(key: string, comparison: Comparison | undefined): void {
    this.#unwant(key)
    if (comparison === undefined) {
      this.comparisons.delete(key)
      return
    }
    this.comparisons.set(key, comparison)
    for (const { target } of comparison.pairs) {
      if (target === undefined) continue
      const text = keyTextOf(target)
      this.#wanted.set(text, (this.#wanted.get(text) ?? new Set()).add(key))
    }
  }

  #forget(key: string): void {
    this.#unwant(key)
    this.comparisons.delete(key)
    this.#written.delete(key)
  }

  #unwant(key: string): void {
    for (const { target } of this.comparisons.get(key)?.pairs ?? []) {
      if (target === undefined) continue
      const text = keyTextOf(target)
      const keys = this.#wanted.get(text)
      keys?.delete(key)
      if (keys?.size === 0) this.#wanted.delete(text)
    }
  }
}

// As Go reads booleans; what is none of them is no wish. Not even a deletion goes on until the annotation is gone.
function isLeftAlone({ metadata }: Application): boolean {
  return /^(1|t|T|true|True|TRUE)$/.test(metadata.annotations?.['argocd.argoproj.io/skip-reconcile'] ?? '')
}

const read = new WeakMap<object, Application | undefined>()

// Objects of the API are shared and never change, so each is checked once.
function readable(object: Application | undefined): Application | undefined {
  if (object === undefined) return undefined
  if (!read.has(object)) read.set(object, parseApplication(object).object)
  return read.get(object)
}
