import { formatTime } from '@slipway/objects'
import { startProbe, type ProbeWorker } from '../probes/worker.ts'
import { runProbe, type ProbeTarget } from '../probes/probe.ts'
import type { ContainerLog } from '../pod/logs.ts'
import type { Exit, ProcessHandle } from '../runner/runner.ts'
import type { Container, ContainerState, Probe } from '../types.ts'
import { type Attachment, inputOf, OutputTap } from './attach.ts'
import { runToEnd } from './exec.ts'
import { runHook } from './hooks.ts'
import type { ContainerHost } from './host.ts'
import { happening } from './image.ts'
import type { PreparedContainer } from './process.ts'
import { restartsAfterProbe } from './restart.ts'
import { stopSignalOf } from './stop-signal.ts'
import { terminationMessage, wroteOutside } from './termination-message.ts'

type Kind = 'liveness' | 'readiness' | 'startup'

const TITLES: Readonly<Record<Kind, string>> = { liveness: 'Liveness', readiness: 'Readiness', startup: 'Startup' }
const TROUBLES = {
  failure: 'failed',
  warning: 'warning',
  error: 'errored and resulted in unknown state',
}
// The kubelet gives a container this much after its preStop hook, even when the grace is used up.
const LEAST_GRACE = 2000

/** What a run is made of. */
export interface RunParts {
  readonly container: Container
  readonly host: ContainerHost
  readonly prepared: PreparedContainer
  readonly log: ContainerLog
  readonly process: ProcessHandle
}

/** One run of a container: from the start of its process to its end, with its hooks and probes. */
export class ContainerRun {
  readonly id: string
  readonly process: ProcessHandle
  /** The program's end, with all of its output in the log. */
  readonly ended: Promise<ContainerState>
  started = false
  ready = false
  readonly #parts: RunParts
  readonly #startedAt: number
  readonly #probes = new Map<Kind, ProbeWorker>()
  readonly #helpers = new Set<ProcessHandle>()
  readonly #over = new AbortController()
  readonly #stdout = new OutputTap()
  readonly #stderr = new OutputTap()
  #hookDone = false
  #killAt: (() => void) | undefined

  constructor(parts: RunParts) {
    this.#parts = parts
    this.process = parts.process
    this.id = `process://${parts.host.newId()}`
    this.#startedAt = parts.host.clock.now()
    const { stdout, stderr, stdin } = parts.process
    // Without an input of its own a container reads its end at once, as from /dev/null.
    if (parts.container.stdin !== true) stdin?.end()
    const output = Promise.all([
      parts.log.take(this.#stdout.through(stdout)),
      parts.log.take(this.#stderr.through(stderr)),
    ])
    this.ended = this.#end(output)
  }

  get running(): ContainerState {
    return { running: { startedAt: formatTime(this.#startedAt) } }
  }

  /** Runs the postStart hook, then the probes. A hook that fails ends the run. */
  async begin(): Promise<void> {
    const { container, host } = this.#parts
    const hook = container.lifecycle?.postStart
    if (hook !== undefined) {
      const fault = await runHook(hook, this.#target, { host, timeout: undefined, signal: this.#over.signal })
      if (this.#over.signal.aborted) return
      if (fault !== undefined) {
        this.#record('Warning', 'FailedPostStartHook', 'PostStartHook failed')
        await this.terminate({ grace: this.#podGrace, message: 'FailedPostStartHook' })
        return
      }
    }
    this.#hookDone = true
    if (container.startupProbe === undefined) this.#markStarted()
    for (const kind of ['startup', 'liveness', 'readiness'] as const) this.#watch(kind)
    host.changed()
  }

  /**
   * Ends the run as the kubelet does: preStop inside the grace, SIGTERM, SIGKILL when the grace is over.
   *
   * @param request.grace milliseconds
   */
  async terminate(request: { readonly grace: number; readonly message: string }): Promise<void> {
    const { container, host } = this.#parts
    const began = host.clock.monotonic()
    this.#record('Normal', 'Killing', request.message)
    this.#probes.get('liveness')?.stop()
    this.#probes.get('startup')?.stop()
    const hook = container.lifecycle?.preStop
    if (hook !== undefined && this.#hookDone && request.grace > 0) await this.#preStop(hook, request.grace)
    const left = Math.max(request.grace - (host.clock.monotonic() - began), LEAST_GRACE)
    this.process.kill(stopSignalOf(this.#parts.prepared.image))
    this.killWithin(left)
    await this.ended
  }

  /** Kills what is left after a time in milliseconds; a shorter time replaces a longer one. */
  killWithin(milliseconds: number): void {
    this.#killAt?.()
    this.#killAt = this.#parts.host.clock.after(milliseconds, () => this.process.kill('SIGKILL'))
  }

  async #preStop(hook: NonNullable<NonNullable<Container['lifecycle']>['preStop']>, grace: number): Promise<void> {
    const { host } = this.#parts
    const limit = new AbortController()
    const cancel = host.clock.after(grace, () => limit.abort())
    const signal = AbortSignal.any([limit.signal, this.#over.signal])
    const fault = await runHook(hook, this.#target, { host, timeout: grace, signal })
    cancel()
    // One that takes longer than the grace is left to run, and no failure.
    if (fault !== undefined && !signal.aborted) this.#record('Warning', 'FailedPreStopHook', 'PreStopHook failed')
  }

  #watch(kind: Kind): void {
    const { container, host } = this.#parts
    const probe = container[`${kind}Probe`]
    if (probe === undefined || this.#over.signal.aborted) return
    const worker = startProbe({
      kind,
      probe,
      clock: host.clock,
      startedAt: host.clock.monotonic(),
      run: (handler, timeout) => runProbe(handler, this.#target, timeout),
      isStarted: () => this.started,
      onVerdict: (verdict) => this.#judge(kind, verdict === 'success', probe),
      onTrouble: ({ result, message }) => {
        const reason = result === 'warning' ? 'ProbeWarning' : 'Unhealthy'
        this.#record('Warning', reason, `${TITLES[kind]} probe ${TROUBLES[result]}: ${message}`)
      },
    })
    this.#probes.set(kind, worker)
  }

  #judge(kind: Kind, succeeded: boolean, probe: Probe): void {
    if (kind === 'readiness') {
      const wasReady = this.ready
      this.ready = succeeded
      this.#parts.host.changed()
      if (wasReady && !succeeded) this.#askWhetherReady()
    } else if (succeeded) {
      if (kind === 'startup') this.#markStarted()
    } else {
      const grace = probe.terminationGracePeriodSeconds
      const again = restartsAfterProbe(this.#parts.container, this.#parts.host.pod()) ? ', will be restarted' : ''
      const message = `Container ${this.#parts.container.name} failed ${kind} probe${again}`
      this.terminate({ grace: grace === undefined ? this.#podGrace : grace * 1000, message }).catch(() => undefined)
    }
  }

  #markStarted(): void {
    this.started = true
    if (this.#parts.container.readinessProbe === undefined) this.ready = true
    this.#parts.host.changed()
    this.#askWhetherReady()
  }

  // prober_manager.go, UpdatePodStatus: a container that has started, and is not ready, is asked at once.
  #askWhetherReady(): void {
    this.#probes.get('readiness')?.trigger()
  }

  /** Runs a command beside the program; it ends with the program. */
  async exec(command: readonly string[]): Promise<ProcessHandle> {
    const helper = await this.#parts.prepared.exec(command)
    this.#helpers.add(helper)
    // Whoever started it waits for its end; here it is only forgotten.
    helper.exited.then(() => this.#helpers.delete(helper)).catch(() => undefined)
    return helper
  }

  /** Connects a client to the running program. */
  attach(): Attachment {
    const { container, process } = this.#parts
    const [stdout, stderr] = [this.#stdout.listen(), this.#stderr.listen()]
    const hasInput = container.stdin === true && process.stdin !== null
    const stdin = hasInput ? inputOf(process.stdin, container.stdinOnce === true) : null
    const detach = (): void => {
      stdin?.destroy()
      stdout.destroy()
      stderr.destroy()
    }
    return { stdin, stdout, stderr, exited: process.exited, signal: (signal) => process.kill(signal), detach }
  }

  async #end(output: Promise<unknown>): Promise<ContainerState> {
    const { container, host, log, prepared } = this.#parts
    const exit = await this.process.exited
    this.#over.abort()
    this.#killAt?.()
    for (const probe of this.#probes.values()) probe.stop()
    for (const helper of this.#helpers) helper.kill('SIGKILL')
    this.ready = false
    this.started = false
    await output
    const { file } = prepared.message
    const message = await terminationMessage({ container, file, log, failed: exit.code !== 0 })
    if (await wroteOutside(prepared.message)) this.#tellOutside(prepared.message.path)
    await log.end()
    return terminated(exit, { id: this.id, startedAt: this.#startedAt, finishedAt: host.clock.now(), message })
  }

  #tellOutside(path: string): void {
    const message = `terminationMessagePath: the machine's own file "${path}" changed while the container ran. A program of the process runner that opens this path opens that file; name a path below the image's working directory and open it by a relative path`
    this.#record('Warning', 'NotEnforced', message)
  }

  get #target(): ProbeTarget {
    const { container, host } = this.#parts
    return {
      container,
      podIP: host.sandbox.ip,
      addressOf: (ip, port) => host.runner.addressOf(ip, port),
      exec: async (command, timeout) => runToEnd(await this.exec(command), { clock: host.clock, timeout }),
    }
  }

  get #podGrace(): number {
    return (this.#parts.host.pod().spec.terminationGracePeriodSeconds ?? 30) * 1000
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#parts.host.record(happening(this.#parts.container, type, reason, message))
  }
}

function terminated(
  { code }: Exit,
  at: { readonly id: string; readonly startedAt: number; readonly finishedAt: number; readonly message: string },
): ContainerState {
  return {
    terminated: {
      exitCode: code,
      reason: code === 0 ? 'Completed' : 'Error',
      ...(at.message === '' ? {} : { message: at.message }),
      startedAt: formatTime(at.startedAt),
      finishedAt: formatTime(at.finishedAt),
      containerID: at.id,
    },
  }
}
