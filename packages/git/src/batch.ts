import { startError, startGit, type GitPlace } from './command.ts'
import { GitError } from './errors.ts'

/** An object as git stores it. */
export interface GitObject {
  readonly id: string
  readonly type: string
  readonly data: Buffer
}

/** Reads objects through one long-running `git cat-file --batch`; undefined for what does not exist. */
export interface ObjectReader {
  read(name: string): Promise<GitObject | undefined>
  close(): void
}

interface Waiting {
  readonly resolve: (object: GitObject | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Makes a reader; its process starts with the first read, and again after it died. */
export function objectReader(place: GitPlace): ObjectReader {
  let batch: Batch | undefined
  return {
    read: (name) => {
      if (/[\n\0]/.test(name)) return Promise.resolve(undefined)
      if (batch === undefined || batch.ended) batch = new Batch(place)
      return batch.read(name)
    },
    close: () => batch?.close(),
  }
}

class Batch {
  readonly #child
  readonly #waiting: Waiting[] = []
  #pending: Buffer[] = []
  #size = 0
  #need = 1
  ended = false

  constructor(place: GitPlace) {
    this.#child = startGit(place, ['cat-file', '--batch'])
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#child.stderr.resume()
    this.#child.stdin.on('error', () => undefined)
    this.#child.on('error', (error) => this.#end(startError(error)))
    this.#child.on('close', (code) =>
      this.#end(new GitError('GIT_FAILED', `git cat-file ended with code ${code}`, { fault: 'system' })),
    )
    this.#child.unref()
  }

  read(name: string): Promise<GitObject | undefined> {
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
      const answer = parseAnswer(rest)
      if (typeof answer === 'number') {
        this.#need = answer
        break
      }
      this.#waiting.shift()?.resolve(answer.object)
      rest = rest.subarray(answer.length)
    }
    this.#pending = rest.length === 0 ? [] : [rest]
    this.#size = rest.length
  }
}

// Gives how many bytes are needed when the answer is not complete.
function parseAnswer(data: Buffer): { object: GitObject | undefined; length: number } | number {
  const newline = data.indexOf(10)
  if (newline < 0) return data.length + 1
  const header = data.subarray(0, newline).toString()
  const found = /^([0-9a-f]+) (\w+) (\d+)$/.exec(header)
  if (found === null) return { object: undefined, length: newline + 1 }
  const [, id = '', type = '', size = '0'] = found
  const end = newline + 1 + Number(size)
  if (data.length < end + 1) return end + 1
  return { object: { id, type, data: Buffer.from(data.subarray(newline + 1, end)) }, length: end + 1 }
}
