import { startError, startGit, type GitPlace } from './command.ts'
import { GitError } from './errors.ts'

/** What git knows of an object without its content; `size` is in bytes. */
export interface ObjectInfo {
  readonly id: string
  readonly type: string
  readonly size: number
}

/** An object as git stores it. */
export interface GitObject {
  readonly id: string
  readonly type: string
  readonly data: Buffer
}

/** Reads objects through long-running `git cat-file` processes, so that a read starts none; undefined for what does not exist. */
export interface ObjectReader {
  read(name: string): Promise<GitObject | undefined>
  /** As `read`, without the content: for what may be large. */
  info(name: string): Promise<ObjectInfo | undefined>
  close(): void
}

/** Makes a reader; its processes start with the first read, and again after they died. */
export function objectReader(place: GitPlace): ObjectReader {
  const contents = lines(() => new Batch(place, ['cat-file', '--batch'], parseObject))
  const infos = lines(() => new Batch(place, ['cat-file', '--batch-check'], parseInfo))
  return {
    read: (name) => contents.ask(name),
    info: (name) => infos.ask(name),
    close: () => {
      contents.close()
      infos.close()
    },
  }
}

function lines<T>(start: () => Batch<T>): { ask(name: string): Promise<T | undefined>; close(): void } {
  let batch: Batch<T> | undefined
  return {
    ask: (name) => {
      if (/[\n\0]/.test(name)) return Promise.resolve(undefined)
      if (batch === undefined || batch.ended) batch = start()
      return batch.ask(name)
    },
    close: () => batch?.close(),
  }
}

interface Waiting<T> {
  readonly resolve: (answer: T | undefined) => void
  readonly reject: (error: unknown) => void
}

/** An answer and how many bytes it took; only a number where so many bytes are needed before it is complete. */
type Parsed<T> = { readonly answer: T | undefined; readonly length: number } | number

class Batch<T> {
  readonly #child
  readonly #parse: (data: Buffer) => Parsed<T>
  readonly #waiting: Waiting<T>[] = []
  #pending: Buffer[] = []
  #size = 0
  #need = 1
  ended = false

  constructor(place: GitPlace, args: readonly string[], parse: (data: Buffer) => Parsed<T>) {
    this.#parse = parse
    this.#child = startGit(place, args)
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#child.stderr.resume()
    this.#child.stdin.on('error', () => undefined)
    this.#child.on('error', (error) => this.#end(startError(error)))
    this.#child.on('close', (code) =>
      this.#end(new GitError('GIT_FAILED', `git cat-file ended with code ${code}`, { fault: 'system' })),
    )
    this.#child.unref()
  }

  ask(name: string): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#child.stdin.write(`${name}\n`)
    })
  }

  close(): void {
    this.ended = true
    this.#child.stdin.end()
  }

  #end(error: GitError): void {
    this.ended = true
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  // Chunks are joined only when a whole answer is there, so that a large blob is copied once.
  #take(chunk: Buffer): void {
    this.#pending.push(chunk)
    this.#size += chunk.length
    if (this.#size < this.#need) return
    let rest = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending)
    for (;;) {
      const parsed = this.#parse(rest)
      if (typeof parsed === 'number') {
        this.#need = parsed
        break
      }
      this.#waiting.shift()?.resolve(parsed.answer)
      rest = rest.subarray(parsed.length)
    }
    this.#pending = rest.length === 0 ? [] : [rest]
    this.#size = rest.length
  }
}

function parseInfo(data: Buffer): Parsed<ObjectInfo> {
  const newline = data.indexOf(10)
  if (newline < 0) return data.length + 1
  const header = data.subarray(0, newline).toString()
  const found = /^([0-9a-f]+) (\w+) (\d+)$/.exec(header)
  if (found === null) return { answer: undefined, length: newline + 1 }
  const [, id = '', type = '', size = '0'] = found
  return { answer: { id, type, size: Number(size) }, length: newline + 1 }
}

function parseObject(data: Buffer): Parsed<GitObject> {
  const header = parseInfo(data)
  if (typeof header === 'number' || header.answer === undefined) return header as Parsed<GitObject>
  const { id, type, size } = header.answer
  const end = header.length + size
  if (data.length < end + 1) return end + 1
  return { answer: { id, type, data: Buffer.from(data.subarray(header.length, end)) }, length: end + 1 }
}
