import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { SourceTree } from '@slipway/diag'
import type { Clock } from '@slipway/objects'
import { ReconcilerError } from '../errors.ts'
import type { Render, RenderRequest, RenderResult } from '../render/types.ts'
import type { Answer, Job, Outcome, Question, ThreadData, TreeName } from './protocol.ts'

/** How renderings run in a thread. */
export interface WorkerRenderOptions {
  readonly clock: Clock
  /** The compiled thread (`src/worker/thread.ts`); default the one beside this module. A bundle names its own. */
  readonly entry?: URL
  /** Milliseconds that one rendering may take; default 60,000. */
  readonly limit?: number
  /** MiB of heap that the thread may fill; default 1,024. */
  readonly memory?: number
}

/** A renderer in a thread of its own, which is killed when a rendering takes too long or too much memory, and started again for the next one. */
export interface WorkerRender {
  /** Renders one source after another. Origins of fields do not cross threads: who wants them renders with `renderSource`. */
  readonly render: Render
  close(): Promise<void>
}

/** Makes a renderer; its thread starts with the first rendering and does not keep the process alive. */
export function workerRender(options: WorkerRenderOptions): WorkerRender {
  let thread: Thread | undefined
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  const renderNow = async (request: RenderRequest): Promise<RenderResult> => {
    if (closed) throw new ReconcilerError('RECONCILER_RENDER', 'rendering has ended')
    if (thread === undefined || thread.dead) thread = new Thread(options)
    return thread.render(request)
  }
  return {
    render: (request) => {
      const turn = last.then(() => renderNow(request))
      last = turn.catch(() => undefined)
      return turn
    },
    close: async () => {
      closed = true
      await thread?.end()
    },
  }
}

const LIMIT = 60_000
const MEMORY = 1_024

class Thread {
  readonly #options: WorkerRenderOptions
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #flag: Int32Array
  readonly #trees = new Map<number, SourceTree>()
  #settle: ((outcome: Outcome | Error) => void) | undefined
  #count = 0
  dead = false

  constructor(options: WorkerRenderOptions) {
    this.#options = options
    const { port1, port2 } = new MessageChannel()
    const answered = new SharedArrayBuffer(4)
    const workerData: ThreadData = { port: port2, answered }
    this.#port = port1
    this.#flag = new Int32Array(answered)
    this.#worker = new Worker(options.entry ?? defaultEntry(), {
      workerData,
      transferList: [port2],
      // A chart sees nothing of the user's environment.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.memory ?? MEMORY },
    })
    port1.on('message', (question: Question) => this.#answer(question))
    this.#worker.on('message', (outcome: Outcome) => this.#settle?.(outcome))
    this.#worker.on('error', (error) => this.#die(error))
    this.#worker.on('exit', () => this.#die(new Error('the rendering thread ended')))
    this.#worker.unref()
    port1.unref()
  }

  async render(request: RenderRequest): Promise<RenderResult> {
    const outcome = await this.#run(request)
    if (outcome instanceof Error) throw refusal(outcome, this.#options)
    if ('result' in outcome) return outcome.result
    const { message, rpc, hint } = outcome.fault
    throw new ReconcilerError('RECONCILER_RENDER', message, { rpc, ...(hint === undefined ? {} : { hint }) })
  }

  async end(): Promise<void> {
    this.dead = true
    this.#port.close()
    await this.#worker.terminate()
  }

  #run(request: RenderRequest): Promise<Outcome | Error> {
    return new Promise((resolve) => {
      const limit = this.#options.limit ?? LIMIT
      const cancel = this.#options.clock.after(limit, () => {
        this.#die(new Error(`rendering took longer than ${limit / 1000} s`))
        this.end().catch(() => undefined)
      })
      this.#settle = (outcome) => {
        this.#settle = undefined
        cancel()
        this.#trees.clear()
        this.#worker.unref()
        resolve(outcome)
      }
      this.#worker.ref()
      this.#worker.postMessage(this.#jobOf(request))
    })
  }

  #jobOf(request: RenderRequest): Job {
    const { tree, refs, ...rest } = request
    const name = (each: SourceTree): TreeName => {
      this.#trees.set(++this.#count, each)
      return { tree: this.#count, label: each.label }
    }
    return { ...rest, id: ++this.#count, tree: name(tree), refs: [...refs].map(([ref, each]) => [ref, name(each)]) }
  }

  #answer({ tree, ask, path }: Question): void {
    const answer: Answer = this.#trees.get(tree)?.[ask](path)
    this.#port.postMessage({ answer })
    Atomics.store(this.#flag, 0, 1)
    Atomics.notify(this.#flag, 0)
  }

  #die(error: Error): void {
    this.dead = true
    this.#settle?.(error)
  }
}

function refusal(error: Error, options: WorkerRenderOptions): ReconcilerError {
  const { code } = error as { code?: string }
  const message =
    code === 'ERR_WORKER_OUT_OF_MEMORY' ? `rendering needed more than ${options.memory ?? MEMORY} MiB` : error.message
  return new ReconcilerError('RECONCILER_RENDER', message, {
    cause: error,
    rpc: 'DeadlineExceeded',
    hint: 'look for a template that repeats without end',
  })
}

function defaultEntry(): URL {
  return new URL('./thread.js', import.meta.url)
}
