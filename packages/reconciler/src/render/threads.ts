import { Worker } from 'node:worker_threads'
import type { SourceTree } from '@slipway/diag'
import type { Clock } from '@slipway/objects'
import { ReconcilerError, type ReconcilerErrorCode } from '../errors.ts'
import { copyTree, type TreeCopy } from './copy.ts'
import type { ThreadAnswer, ThreadData, ThreadFault, ThreadRequest } from './messages.ts'
import type { Render, RenderRequest, RenderResult } from './types.ts'

/** How rendering in a thread of its own is set up. */
export interface RenderThreadOptions {
  /** The built `render/thread.ts`. */
  readonly script: URL
  readonly clock: Clock
  /** Milliseconds that one rendering may take; default 30,000. */
  readonly timeout?: number
  /** MiB of memory that renderings may use; default 1,024. */
  readonly memory?: number
}

/** Rendering in a thread of its own. */
export interface RenderThread {
  /** Renders without origins. A rendering that takes too long or too much memory is ended, and fails as a {@link ReconcilerError}. */
  readonly render: Render
  /** Starts the thread before there is something to render, with all that it may need. */
  start(): void
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (result: RenderResult) => void
  readonly reject: (error: Error) => void
  readonly cancel: () => void
}

const TIMEOUT = 30_000
const MEMORY = 1024
// MiB: templates may include each other a thousand times deep, as with Helm. What is not used takes no memory.
const STACK = 256
// One more than the thread keeps would be sent again; fewer are only sent more often.
const KEPT = 8

/**
 * Renders in a worker thread, one source after another, so that a chart that does not end costs its own Application an error and delays no probe and no watch. The thread
 * starts with the first rendering, or when it is told to.
 */
export function renderInThread(options: RenderThreadOptions): RenderThread {
  const host = new ThreadHost(options)
  return { render: (request) => host.render(request), start: () => host.start(), close: () => host.close() }
}

class ThreadHost {
  readonly #options: RenderThreadOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #sent = new Map<string, true>()
  #next = 1
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: RenderThreadOptions) {
    this.#options = options
  }

  render(request: RenderRequest): Promise<RenderResult> {
    const result = this.#turn.then(() => this.#send(request))
    this.#turn = result.catch(() => undefined)
    return result
  }

  start(): void {
    this.#worker ??= this.#start({ eager: true })
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
    this.#failAll('the cluster is ending')
  }

  #send(request: RenderRequest): Promise<RenderResult> {
    const worker = (this.#worker ??= this.#start())
    const id = this.#next++
    const { tree, refs, ...rest } = request
    const trees: Record<string, TreeCopy> = {}
    const keyOf = (of: SourceTree): string => {
      // A tree's label is its commit, which never changes.
      if (!this.#sent.has(of.label)) trees[of.label] = copyTree(of)
      this.#sent.delete(of.label)
      this.#sent.set(of.label, true)
      return of.label
    }
    const message: ThreadRequest = {
      id,
      request: rest,
      tree: keyOf(tree),
      refs: [...refs].map(([name, of]) => [name, keyOf(of)] as const),
      trees,
    }
    for (const key of [...this.#sent.keys()].slice(0, Math.max(0, this.#sent.size - KEPT))) this.#sent.delete(key)
    const limit = this.#options.timeout ?? TIMEOUT
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(limit, () =>
        this.#end(`rendering took longer than ${limit / 1000} s and was ended`),
      )
      this.#waiting.set(id, { resolve, reject, cancel })
      worker.postMessage(message)
    })
  }

  #start(workerData?: ThreadData): Worker {
    this.#sent = new Map()
    const worker = new Worker(this.#options.script, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.memory ?? MEMORY, stackSizeMb: STACK },
      env: {},
      stdin: false,
      workerData,
    })
    worker.unref()
    worker.on('message', (answer: ThreadAnswer) => this.#answer(answer))
    worker.on('error', (error) => this.#end(`rendering failed: ${error.message}`))
    return worker
  }

  #answer(answer: ThreadAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    waiting?.cancel()
    if ('fault' in answer) waiting?.reject(errorOf(answer.fault))
    else
      waiting?.resolve({
        type: answer.type,
        objects: answer.objects.map((object) => ({ object })),
        warnings: answer.warnings,
      })
  }

  // The thread is gone with what it was doing; the next rendering starts another.
  #end(why: string): void {
    const worker = this.#worker
    this.#worker = undefined
    worker?.terminate().catch(() => undefined)
    this.#failAll(why)
  }

  #failAll(why: string): void {
    for (const { reject, cancel } of this.#waiting.values()) {
      cancel()
      reject(new ReconcilerError('RECONCILER_RENDER', why, { hint: 'look for a loop or a recursion in the templates' }))
    }
    this.#waiting.clear()
  }
}

const CODES = new Set<string>(['RECONCILER_RENDER', 'RECONCILER_SOURCE', 'RECONCILER_UNSUPPORTED'])

function errorOf({ code, message, hint, rpc, diagnostic }: ThreadFault): Error {
  const known = code !== undefined && CODES.has(code) ? (code as ReconcilerErrorCode) : 'RECONCILER_RENDER'
  return new ReconcilerError(known, message, {
    diagnostic,
    ...(hint === undefined ? {} : { hint }),
    ...(rpc === undefined ? {} : { rpc }),
  })
}
