import { messageOf } from '@slipway/diag'
import { formatTime } from '@slipway/objects'
import { join } from 'node:path'
import { NodeError } from '../errors.ts'
import { ContainerLog } from '../pod/logs.ts'
import type { Container, ContainerState, ContainerStatus, LocalImage } from '../types.ts'
import { Backoff } from './backoff.ts'
import { type ContainerHost, pause } from './host.ts'
import { awaitImage, happening } from './image.ts'
import { prepare, type PreparedContainer } from './process.ts'
import { ContainerRun } from './run.ts'

/** Says whether a container that ended with an exit code is started again. */
export type RestartDecision = (exitCode: number) => boolean

// The kubelet looks at a pod with a configuration fault again after about this long.
const CONFIG_RETRY = 10_000
const START_ERROR = 128
// What a process that its node lost is reported as: it was killed with the node.
const KILLED = 137

/** One container of a pod over all of its runs. */
export class ContainerWorker {
  readonly container: Container
  readonly log: ContainerLog
  readonly #host: ContainerHost
  readonly #stopping = new AbortController()
  readonly #backoff: Backoff
  #state: ContainerState = { waiting: { reason: 'ContainerCreating' } }
  #last: ContainerState = {}
  #restarts = 0
  #image: LocalImage | undefined
  #id: string | undefined
  #run: ContainerRun | undefined
  #grace = 0

  constructor(container: Container, host: ContainerHost, previous: ContainerStatus | undefined) {
    this.container = container
    this.#host = host
    this.#backoff = new Backoff(host.clock)
    this.log = new ContainerLog(join(host.sandbox.directory, 'logs', container.name), host.clock)
    if (previous !== undefined) this.#recover(previous)
  }

  /** The container as the pod's status shows it. */
  status(): ContainerStatus {
    return {
      name: this.container.name,
      state: this.#state,
      lastState: this.#last,
      ready: this.#run?.ready ?? false,
      started: this.#run?.started ?? false,
      restartCount: this.#restarts,
      image: this.container.image,
      imageID: this.#image?.id ?? '',
      ...(this.#id === undefined ? {} : { containerID: this.#id }),
    }
  }

  /** The process of the current run. */
  get run(): ContainerRun | undefined {
    return this.#run
  }

  /** Shows why the container does not start. */
  wait(reason: string, message?: string): void {
    this.#state = { waiting: { reason, ...(message === undefined ? {} : { message }) } }
    this.#host.changed()
  }

  /** Runs the container, again and again for as long as it is to be; resolves with its last state, when it is over for good or was stopped. */
  async keepRunning(again: RestartDecision): Promise<ContainerState> {
    for (;;) {
      const ended = await this.#once()
      if (ended === undefined || this.#stopping.signal.aborted) return this.#state
      if (!again(ended.terminated?.exitCode ?? 0)) return ended
      await this.#backOff()
      if (this.#stopping.signal.aborted) return this.#state
    }
  }

  /** Ends the container; `grace` in milliseconds. A second call can only make it sooner. */
  async stop(grace: number): Promise<void> {
    const first = !this.#stopping.signal.aborted
    this.#stopping.abort()
    if (this.#run === undefined) return
    if (first) {
      this.#grace = grace
      await this.#run.terminate({ grace, message: `Stopping container ${this.container.name}` })
    } else {
      if (grace < this.#grace) this.#run.killWithin(Math.max(grace, 0))
      await this.#run.ended
    }
  }

  // One run, or nothing when the container was stopped before it could start.
  async #once(): Promise<ContainerState | undefined> {
    const signal = this.#stopping.signal
    const image = await awaitImage(this.container, this.#host, {
      signal,
      show: (reason, message) => this.wait(reason, message),
    })
    if (image === undefined) return undefined
    this.#image = image
    const prepared = await this.#prepare(image)
    if (prepared === undefined || signal.aborted) return undefined
    this.#event('Normal', 'Created', 'Container created')
    await this.log.begin()
    const run = await this.#start(prepared)
    if (run === undefined) return this.#state
    this.#event('Normal', 'Started', 'Container started')
    run.begin().catch((error: unknown) => this.#event('Warning', 'Failed', `Error: ${messageOf(error)}`))
    if (signal.aborted)
      run.terminate({ grace: this.#grace, message: `Stopping container ${this.container.name}` }).catch(() => undefined)
    const ended = await run.ended
    this.#run = undefined
    this.#state = ended
    this.#host.changed()
    return ended
  }

  async #prepare(image: LocalImage): Promise<PreparedContainer | undefined> {
    while (!this.#stopping.signal.aborted) {
      try {
        return await prepare(this.container, image, this.#host)
      } catch (error) {
        if (!(error instanceof NodeError)) throw error
        this.wait('CreateContainerConfigError', error.message)
        this.#event('Warning', 'Failed', `Error: ${error.message}`)
        await pause(this.#host.clock, CONFIG_RETRY, this.#stopping.signal)
      }
    }
    return undefined
  }

  async #start(prepared: PreparedContainer): Promise<ContainerRun | undefined> {
    const { container, log } = this
    const host = this.#host
    try {
      const process = await prepared.start()
      const run = new ContainerRun({ container, host, prepared, log, process })
      this.#run = run
      this.#id = run.id
      this.#state = run.running
      host.changed()
      return run
    } catch (error) {
      await log.end()
      const message = `failed to create task: ${messageOf(error)}`
      const now = formatTime(host.clock.now())
      this.#id = `process://${host.newId()}`
      this.#state = {
        terminated: {
          exitCode: START_ERROR,
          reason: 'StartError',
          message,
          startedAt: '1970-01-01T00:00:00Z',
          finishedAt: now,
          containerID: this.#id,
        },
      }
      this.#event('Warning', 'Failed', `Error: ${message}`)
      host.changed()
      return undefined
    }
  }

  async #backOff(): Promise<void> {
    const delay = this.#backoff.failed()
    const { name = '', namespace = '', uid = '' } = this.#host.pod().metadata
    this.#last = this.#state
    if (delay > 0) {
      this.#event(
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${this.container.name} in pod ${name}_${namespace}(${uid})`,
      )
      this.wait(
        'CrashLoopBackOff',
        `back-off ${spell(delay)} restarting failed container=${this.container.name} pod=${name}_${namespace}(${uid})`,
      )
      await pause(this.#host.clock, delay, this.#stopping.signal)
      if (this.#stopping.signal.aborted) return
    }
    this.#restarts++
  }

  #recover(previous: ContainerStatus): void {
    this.#restarts = previous.restartCount
    this.#last = previous.lastState
    const { running, terminated } = previous.state
    if (terminated !== undefined) this.#last = { terminated }
    if (running === undefined) return
    this.#restarts++
    this.#last = {
      terminated: {
        exitCode: KILLED,
        reason: 'Error',
        startedAt: running.startedAt,
        finishedAt: formatTime(this.#host.clock.now()),
        containerID: previous.containerID ?? '',
      },
    }
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#host.record(happening(this.container, type, reason, message))
  }
}

// Go's Duration.String for whole seconds: 10s, 1m20s, 5m0s.
function spell(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
