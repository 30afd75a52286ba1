import { createReadStream, type WriteStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '@slipway/objects'

const FILE_LIMIT = 10 * 1024 * 1024
const FILES = 5
const LINE_LIMIT = 16 * 1024

/** What a reader of logs asks for, as `kubectl logs` does. */
export interface LogOptions {
  readonly follow?: boolean
  readonly previous?: boolean
  readonly tailLines?: number
  readonly sinceTime?: number
  readonly timestamps?: boolean
  readonly limitBytes?: number
}

/**
 * The log of one container: lines with their time, in files of 10 MiB of which the newest five are kept. The log of the run before the last restart is kept beside it. A
 * program that writes faster than the disk takes it is held back through its pipe.
 */
export class ContainerLog {
  readonly #directory: string
  readonly #clock: Clock
  #stream: WriteStream | undefined
  #written = 0
  #rotating: Promise<void> = Promise.resolve()
  readonly #waiting = new Set<() => void>()
  #open = true

  constructor(directory: string, clock: Clock) {
    this.#directory = directory
    this.#clock = clock
  }

  /** Starts the log of a new run; what was there becomes the previous one. */
  async begin(): Promise<void> {
    await this.#rotating
    this.#stream?.end()
    await mkdir(this.#directory, { recursive: true })
    await rm(join(this.#directory, 'previous'), { recursive: true, force: true })
    await rename(join(this.#directory, 'current'), join(this.#directory, 'previous')).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      },
    )
    await mkdir(join(this.#directory, 'current'))
    this.#written = 0
    this.#stream = createWriteStream(this.#path(0), { flags: 'a', mode: 0o600 })
  }

  /** Reads a stream of the program into the log until it ends. */
  async take(stream: Readable): Promise<void> {
    let rest = ''
    stream.setEncoding('utf8')
    for await (const chunk of stream) {
      const lines = (rest + (chunk as string)).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LINE_LIMIT) {
        lines.push(rest)
        rest = ''
      }
      for (const line of lines) await this.#write(line)
    }
    if (rest !== '') await this.#write(rest)
  }

  /** No more lines will come: readers that follow end. */
  close(): void {
    this.#open = false
    this.#stream?.end()
    this.#wake()
  }

  /** The lines of the current or previous run, oldest first; with `follow` also those to come. */
  async *read(options: LogOptions, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY
    let position = 0
    const lines = await this.#lines(options.previous === true ? 'previous' : 'current')
    const chosen = lines.filter(
      (line) => options.sinceTime === undefined || Date.parse(timeOf(line)) >= options.sinceTime,
    )
    const tail = options.tailLines === undefined ? chosen : chosen.slice(Math.max(0, chosen.length - options.tailLines))
    position = lines.length
    for (const line of tail) {
      const bytes = format(line, options).subarray(0, left)
      left -= bytes.length
      yield bytes
      if (left <= 0) return
    }
    while (options.follow === true && signal?.aborted !== true) {
      const all = await this.#lines('current')
      for (const line of all.slice(Math.min(position, all.length))) yield format(line, options)
      position = all.length
      if (!this.#open) return
      await this.#change(signal)
    }
  }

  async #lines(run: 'current' | 'previous'): Promise<string[]> {
    const lines: string[] = []
    for (let index = FILES - 1; index >= 0; index--) {
      const path = join(this.#directory, run, `${index}.log`)
      if ((await stat(path).catch(() => undefined)) === undefined) continue
      let text = ''
      for await (const chunk of createReadStream(path, { encoding: 'utf8' })) text += chunk as string
      lines.push(...text.split('\n').slice(0, -1))
    }
    return lines
  }

  async #write(line: string): Promise<void> {
    await this.#rotating
    const stream = this.#stream
    if (stream === undefined || stream.destroyed) return
    const entry = `${new Date(this.#clock.now()).toISOString()} ${line}\n`
    this.#written += Buffer.byteLength(entry)
    const accepted = stream.write(entry)
    if (!accepted) await new Promise<void>((resolve) => stream.once('drain', resolve))
    this.#wake()
    if (this.#written >= FILE_LIMIT) this.#rotating = this.#rotate()
  }

  async #rotate(): Promise<void> {
    this.#written = 0
    await new Promise<void>((resolve) => {
      if (this.#stream === undefined) resolve()
      else this.#stream.end(resolve)
    })
    await rm(this.#path(FILES - 1), { force: true })
    for (let index = FILES - 2; index >= 0; index--) {
      await rename(this.#path(index), this.#path(index + 1)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    }
    this.#stream = createWriteStream(this.#path(0), { flags: 'a', mode: 0o600 })
  }

  #path(index: number): string {
    return join(this.#directory, 'current', `${index}.log`)
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve)
      signal?.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}

function timeOf(line: string): string {
  return line.slice(0, line.indexOf(' '))
}

function format(line: string, options: LogOptions): Buffer {
  return Buffer.from(`${options.timestamps === true ? line : line.slice(line.indexOf(' ') + 1)}\n`)
}
