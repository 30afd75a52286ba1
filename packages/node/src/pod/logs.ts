import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@slipway/objects'
import { entriesOf, EntryPrinter, lastEntry } from './log-entry.ts'
import { readEntries, startOf } from './log-reader.ts'
import { RunLog } from './log-run.ts'

// The run that is now, or was last, and the one before it.
const RUNS = 2

/** What a reader of logs asks for, as `kubectl logs` does. */
export interface LogOptions {
  readonly follow?: boolean
  readonly previous?: boolean
  readonly tailLines?: number
  /** Milliseconds since 1970: older lines are left out. */
  readonly sinceTime?: number
  readonly timestamps?: boolean
  readonly limitBytes?: number
}

/**
 * The logs of one container, a folder for each run; that of the run before the last restart is kept. A program that writes faster than the disk takes it is held back
 * through its pipe.
 */
export class ContainerLog {
  readonly #directory: string
  readonly #clock: Clock
  #runs: RunLog[] | undefined

  constructor(directory: string, clock: Clock) {
    this.#directory = directory
    this.#clock = clock
  }

  /** Starts the log of a new run; what was there becomes the previous one. */
  async begin(): Promise<void> {
    const runs = await this.#known()
    await runs.at(-1)?.end()
    const number = 1 + Math.max(-1, ...(await this.#numbers()))
    const started = await RunLog.start(join(this.#directory, String(number)))
    const dropped = runs.splice(0, runs.length - RUNS + 1)
    runs.push(started)
    for (const run of dropped) await rm(run.directory, { recursive: true, force: true })
  }

  /** Reads a stream of the program into the log of the run, until it ends. */
  async take(stream: AsyncIterable<unknown>): Promise<void> {
    const run = (await this.#known()).at(-1)
    let rest = Buffer.alloc(0)
    for await (const chunk of stream) {
      const { entries, left } = entriesOf(Buffer.concat([rest, chunk as Buffer]), this.#clock.now())
      rest = Buffer.from(left)
      if (entries.length > 0) await run?.write(entries)
    }
    if (rest.length > 0) await run?.write([lastEntry(rest, this.#clock.now())])
  }

  /** The run is over: readers that follow it end, as `kubectl logs -f` does when its container exits. */
  async end(): Promise<void> {
    await (await this.#known()).at(-1)?.end()
  }

  /** The lines of the current or previous run, oldest first; with `follow` also those to come until the run has ended. */
  async *read(options: LogOptions, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const run = (await this.#known()).at(options.previous === true ? -2 : -1)
    if (run === undefined) return
    const { sinceTime, follow = false } = options
    const printer = new EntryPrinter(options.timestamps === true)
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY
    for await (const entries of readEntries(run, await startOf(run, options.tailLines), { follow, signal })) {
      const wanted = sinceTime === undefined ? entries : entries.filter(({ time }) => Date.parse(time) >= sinceTime)
      const bytes = Buffer.concat(wanted.map((entry) => printer.print(entry))).subarray(0, left)
      left -= bytes.length
      if (bytes.length > 0) yield bytes
      if (left <= 0) return
    }
  }

  // What an earlier process of this node logged can still be read.
  async #known(): Promise<RunLog[]> {
    const past = this.#runs === undefined ? await this.#numbers() : []
    this.#runs ??= past.slice(-RUNS).map((number) => RunLog.past(join(this.#directory, String(number))))
    return this.#runs
  }

  async #numbers(): Promise<number[]> {
    const names = await readdir(this.#directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return names
      .map(Number)
      .filter((number) => Number.isInteger(number))
      .toSorted((a, b) => a - b)
  }
}
