import { hasReason, type Client, type Happening } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { deepEqual, formatTime } from '@slipway/objects'
import { type ContainerHost, type NodeServices } from '../container/host.ts'
import { restartsAfter } from '../container/restart.ts'
import { ContainerWorker } from '../container/worker.ts'
import type { PodSandbox } from '../runner/runner.ts'
import type { Container, ContainerStatus, Pod, PodStatus } from '../types.ts'
import { outcomesOf } from './outcomes.ts'
import { podStatus } from './status.ts'
import { StatusWriter } from './status-writer.ts'
import { VolumeKeeper } from './volume-keeper.ts'
import type { MadeVolume } from './volumes.ts'

/** What a pod worker needs beside what all pods share. */
export interface PodWorkerOptions extends NodeServices {
  readonly client: Client
  readonly record: (pod: Pod, happening: Happening) => void
  /** Told when the pod's processes are gone and its object may be forgotten. */
  readonly onGone: (uid: string) => void
}

// A pod whose object is gone has no grace any more; the runtime still gives this much.
const FORCED_GRACE = 2000

/** The life of one pod on this node: sandbox, volumes, init containers in order, containers side by side, the end. Its status is written in one place. */
export class PodWorker {
  #pod: Pod
  readonly #options: PodWorkerOptions
  readonly #writer: StatusWriter
  readonly #stopping = new AbortController()
  readonly #containers = new Map<string, ContainerWorker>()
  readonly #startTime: string
  #sandbox: PodSandbox | undefined
  #volumes: VolumeKeeper | undefined
  #initialized = false
  #failure: { readonly reason: string; readonly message: string } | undefined
  #removed = false
  #ending: Promise<void> | undefined
  #life: Promise<void> = Promise.resolve()

  constructor(pod: Pod, options: PodWorkerOptions) {
    this.#pod = pod
    this.#options = options
    this.#startTime = pod.status?.startTime ?? formatTime(options.clock.now())
    this.#writer = new StatusWriter(options.client, options.clock, () => ({ pod: this.#pod, status: this.status() }))
  }

  get pod(): Pod {
    return this.#pod
  }

  /** The worker of a container, by name. */
  container(name: string): ContainerWorker | undefined {
    return this.#containers.get(name)
  }

  get containers(): ReadonlyMap<string, ContainerWorker> {
    return this.#containers
  }

  get sandbox(): PodSandbox | undefined {
    return this.#sandbox
  }

  /** Starts the pod's life. */
  start(): void {
    this.#life = this.#live().catch((error: unknown) => {
      this.#record('Warning', 'FailedSync', `error syncing pod: ${messageOf(error)}`)
    })
    if (this.#pod.metadata.deletionTimestamp !== undefined) this.update(this.#pod)
  }

  /** Takes a newer version of the pod; one that is being deleted ends within its grace. */
  update(pod: Pod): void {
    const { labels, annotations } = this.#pod.metadata
    this.#pod = pod
    if (!deepEqual([labels, annotations], [pod.metadata.labels, pod.metadata.annotations])) this.#volumes?.refresh()
    // Somebody may have set the condition of a gate.
    if ((pod.spec.readinessGates ?? []).length > 0) this.#changed()
    if (pod.metadata.deletionTimestamp === undefined) return
    this.#endAlone((pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000)
  }

  /** The pod's object is gone: what runs is ended at once. */
  forget(): void {
    this.#removed = true
    this.#endAlone(FORCED_GRACE)
  }

  #endAlone(grace: number): void {
    this.end(grace).catch((error: unknown) =>
      this.#record('Warning', 'FailedKillPod', `error killing pod: ${messageOf(error)}`),
    )
  }

  /** Ends the pod's processes; `grace` in milliseconds. The object stays, unless it is being deleted. */
  end(grace: number): Promise<void> {
    this.#stopping.abort()
    const stopped = this.#stopContainers(grace)
    this.#ending ??= this.#finish(stopped)
    return this.#ending
  }

  /** The pod's status as this node sees it now, with its own conditions. */
  status(): PodStatus {
    const { spec } = this.#pod
    const before = this.#writer.written ?? this.#pod.status
    const facts = {
      pod: { ...this.#pod, status: before },
      ip: this.#sandbox?.ip ?? '',
      hostIP: this.#options.hostIP,
      startTime: this.#startTime,
      init: (spec.initContainers ?? []).map((container) => this.#statusOf(container)),
      main: spec.containers.map((container) => this.#statusOf(container)),
      sidecars: new Set((spec.initContainers ?? []).filter(isSidecar).map((container) => container.name)),
      gates: this.#pod.status?.conditions ?? [],
      initialized: this.#initialized,
      now: this.#options.clock.now(),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    }
    return podStatus(facts)
  }

  async #live(): Promise<void> {
    const { namespace = 'default', name = '', uid = '' } = this.#pod.metadata
    const { refused, stored } = outcomesOf(this.#pod)
    if (refused.length > 0) return this.#refuse(refused)
    if (stored.length > 0)
      this.#record(
        'Warning',
        'NotEnforced',
        `stored, not enforced by the ${this.#options.runner.name} runner: ${stored.join(', ')}`,
      )
    const known = this.#pod.status?.podIP
    this.#sandbox = await this.#options.runner.createSandbox({
      uid,
      namespace,
      name,
      ...(known === undefined ? {} : { ip: known }),
    })
    this.#volumes = this.#keeper(this.#sandbox)
    const volumes = await this.#volumes.make()
    if (volumes === undefined) return
    const host = this.#host(this.#sandbox, volumes)
    for (const container of [...(this.#pod.spec.initContainers ?? []), ...this.#pod.spec.containers]) {
      this.#containers.set(container.name, new ContainerWorker(container, host, this.#previous(container.name)))
    }
    this.#changed()
    this.#watchDeadline()
    if (!(await this.#initialize())) {
      // One that failed for good takes the sidecars with it.
      if (!this.#stopping.signal.aborted) await this.#complete()
      return
    }
    this.#initialized = true
    this.#changed()
    await Promise.all(
      this.#pod.spec.containers.map(async (container) =>
        this.#containers.get(container.name)?.keepRunning((code) => restartsAfter(container, this.#pod, code)),
      ),
    )
    if (!this.#stopping.signal.aborted) await this.#complete()
  }

  #host(sandbox: PodSandbox, volumes: ReadonlyMap<string, MadeVolume>): ContainerHost {
    return {
      ...this.#options,
      sandbox,
      volumes,
      pod: () => this.#pod,
      record: (happening) => this.#options.record(this.#pod, happening),
      changed: () => this.#changed(),
    }
  }

  #keeper(sandbox: PodSandbox): VolumeKeeper {
    const { clock, hostIP, allocatable, config } = this.#options
    return new VolumeKeeper({
      clock,
      signal: this.#stopping.signal,
      sources: () => ({
        pod: this.#pod,
        podIP: sandbox.ip,
        hostIP,
        allocatable,
        directory: sandbox.directory,
        config: config(this.#pod.metadata.namespace ?? 'default'),
      }),
      failed: (message) => {
        this.#record('Warning', 'FailedMount', message)
        this.#changed()
      },
    })
  }

  // Init containers one after another; a sidecar is passed when it has started. False when one failed for good.
  async #initialize(): Promise<boolean> {
    for (const container of this.#pod.spec.initContainers ?? []) {
      const worker = this.#containers.get(container.name)
      if (worker === undefined || this.#stopping.signal.aborted) return false
      if (isSidecar(container)) {
        worker
          .keepRunning(() => true)
          .catch((error: unknown) => this.#record('Warning', 'Failed', `Error: ${messageOf(error)}`))
        await this.#until(() => worker.run?.started === true)
        continue
      }
      const ended = await worker.keepRunning((code) => code !== 0 && restartsAfter(container, this.#pod, code))
      if (ended.terminated?.exitCode !== 0) {
        if (!this.#stopping.signal.aborted) this.#changed()
        return false
      }
    }
    return !this.#stopping.signal.aborted
  }

  readonly #waiting = new Set<() => void>()

  async #until(check: () => boolean): Promise<void> {
    while (!check() && !this.#stopping.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
        this.#stopping.signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  #changed(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
    this.#writer.mark()
  }

  #watchDeadline(): void {
    const seconds = this.#pod.spec['activeDeadlineSeconds']
    if (typeof seconds !== 'number') return
    const left = Date.parse(this.#startTime) + seconds * 1000 - this.#options.clock.now()
    const cancel = this.#options.clock.after(Math.max(0, left), () => {
      this.#failure = {
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      }
      this.#record('Normal', 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline')
      this.#stopContainers(this.#grace)
        .then(() => this.#changed())
        .catch(() => undefined)
    })
    this.#stopping.signal.addEventListener('abort', cancel, { once: true })
  }

  get #grace(): number {
    return (this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
  }

  // Containers first, side by side; then sidecars, last started first.
  async #stopContainers(grace: number): Promise<void> {
    const began = this.#options.clock.monotonic()
    const init = this.#pod.spec.initContainers ?? []
    const sidecars = init.filter(isSidecar).map((container) => container.name)
    const others = [...this.#containers].filter(([name]) => !sidecars.includes(name))
    await Promise.all(others.map(([, worker]) => worker.stop(grace)))
    for (const name of sidecars.toReversed()) {
      const left = Math.max(0, grace - (this.#options.clock.monotonic() - began))
      await this.#containers.get(name)?.stop(left)
    }
  }

  async #complete(): Promise<void> {
    await this.#stopContainers(this.#grace)
    this.#changed()
    await this.#writer.settled()
  }

  async #finish(stopped: Promise<void>): Promise<void> {
    await stopped
    await this.#life
    const deleting = this.#pod.metadata.deletionTimestamp !== undefined && !this.#removed
    if (deleting) {
      this.#changed()
      await this.#writer.settled()
      await this.#deleteObject()
    }
    await this.#volumes?.release()
    if (this.#sandbox !== undefined) await this.#options.runner.removeSandbox(this.#sandbox)
    this.#options.onGone(this.#pod.metadata.uid ?? '')
  }

  async #deleteObject(): Promise<void> {
    const { namespace, name = '', uid } = this.#pod.metadata
    const preconditions = uid === undefined ? {} : { preconditions: { uid } }
    await this.#options.client
      .delete({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { gracePeriodSeconds: 0, ...preconditions })
      .catch((error: unknown) => {
        if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error
      })
  }

  #refuse(fields: readonly string[]): void {
    const message = `refused by the ${this.#options.runner.name} runner: ${fields.join(', ')}`
    this.#record('Warning', 'Refused', message)
    this.#refusal = message
    this.#changed()
  }

  #refusal: string | undefined

  #statusOf(container: Container): ContainerStatus {
    const worker = this.#containers.get(container.name)
    if (worker !== undefined) return this.#shown(worker.status())
    const waiting =
      this.#refusal === undefined
        ? { reason: 'ContainerCreating' }
        : { reason: 'CreateContainerConfigError', message: this.#refusal }
    const previous = this.#previous(container.name)
    return {
      name: container.name,
      state: { waiting },
      lastState: previous?.lastState ?? {},
      ready: false,
      started: false,
      restartCount: previous?.restartCount ?? 0,
      image: container.image,
      imageID: '',
    }
  }

  // A container that waits for the init containers says so.
  #shown(status: ContainerStatus): ContainerStatus {
    const creating = status.state.waiting?.reason === 'ContainerCreating'
    return creating && !this.#initialized && (this.#pod.spec.initContainers ?? []).length > 0
      ? { ...status, state: { waiting: { reason: 'PodInitializing' } } }
      : status
  }

  #previous(name: string): ContainerStatus | undefined {
    const { containerStatuses = [], initContainerStatuses = [] } = this.#pod.status ?? {}
    return [...containerStatuses, ...initContainerStatuses].find((status) => status.name === name)
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#options.record(this.#pod, { type, reason, message })
  }
}

function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always'
}
