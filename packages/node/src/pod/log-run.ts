import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const FILE_LIMIT = 10 * 1024 * 1024
const FILES = 5
const SUFFIX = '.log'

/**
 * The log of one run of a container: files of 10 MiB with rising numbers, of which the newest five are kept. A file never changes its name, so that a reader that
 * knows its number finds the next one.
 */
export class RunLog {
  readonly directory: string
  #number = -1
  #file: FileHandle | undefined
  #written = 0
  #queue: Promise<void> = Promise.resolve()
  #version = 0
  #ended: boolean
  readonly #waiting = new Set<() => void>()

  private constructor(directory: string, ended: boolean) {
    this.directory = directory
    this.#ended = ended
  }

  /** Starts the log of a new run. */
  static async start(directory: string): Promise<RunLog> {
    await mkdir(directory, { recursive: true })
    const run = new RunLog(directory, false)
    await run.#nextFile()
    return run
  }

  /** The log of a run that ended before this process started. */
  static past(directory: string): RunLog {
    return new RunLog(directory, true)
  }

  /** True when nothing more will be written. */
  get ended(): boolean {
    return this.#ended
  }

  /** The number of the file that is written to. */
  get newest(): number {
    return this.#number
  }

  /** Rises with each write and with the end. */
  get version(): number {
    return this.#version
  }

  /** Appends entries; resolves when they can be read. Whoever writes without waiting is held in memory. */
  write(entries: readonly Buffer[]): Promise<void> {
    const done = this.#queue.then(() => this.#append(entries))
    this.#queue = done.catch(() => undefined)
    return done
  }

  /** Nothing more will be written: readers that follow end. */
  async end(): Promise<void> {
    await this.#queue
    if (this.#ended) return
    this.#ended = true
    await this.#file?.close()
    this.#wake()
  }

  /** Resolves when the version is no longer this one, or when the signal is aborted. */
  change(version: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      if (version !== this.#version || signal?.aborted === true) return resolve()
      this.#waiting.add(done)
      signal?.addEventListener('abort', done)
      return undefined
    })
  }

  /** The numbers of the files that are there, oldest first. */
  async files(): Promise<readonly number[]> {
    const names = await readdir(this.directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return names.map((name) => Number.parseInt(name, 10)).toSorted((a, b) => a - b)
  }

  /** Opens a file for reading; undefined for one that is gone. */
  async open(number: number): Promise<FileHandle | undefined> {
    return open(this.#path(number), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
  }

  async #append(entries: readonly Buffer[]): Promise<void> {
    if (this.#ended) return
    let batch: Buffer[] = []
    for (const entry of entries) {
      batch.push(entry)
      this.#written += entry.length
      if (this.#written < FILE_LIMIT) continue
      await this.#file?.writeFile(Buffer.concat(batch))
      batch = []
      await this.#nextFile()
    }
    if (batch.length > 0) await this.#file?.writeFile(Buffer.concat(batch))
    this.#wake()
  }

  async #nextFile(): Promise<void> {
    await this.#file?.close()
    const next = this.#number + 1
    this.#file = await open(this.#path(next), 'a', 0o600)
    this.#written = 0
    // Only now: a reader that sees a newer file goes on to it.
    this.#number = next
    if (this.#number >= FILES) await rm(this.#path(this.#number - FILES), { force: true })
  }

  #path(number: number): string {
    return join(this.directory, `${number}${SUFFIX}`)
  }

  #wake(): void {
    this.#version++
    for (const wake of this.#waiting) wake()
  }
}
