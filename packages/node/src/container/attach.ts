import { PassThrough, type Readable, Writable } from 'node:stream'

// A client that does not read is let go, so that the container is never held back by it.
const BEHIND = 4 * 1024 * 1024

/** What a client that attaches to a running container gets: its output from now on, and its input where it has one. */
export interface Attachment {
  readonly stdin: Writable | null
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when the container has exited. */
  readonly exited: Promise<unknown>
  /** Sends a signal to the container's processes, as keys of a terminal do. */
  readonly signal: (signal: NodeJS.Signals) => void
  /** The client goes; the container goes on. */
  readonly detach: () => void
}

/** Lets clients listen to a stream that somebody else reads. */
export class OutputTap {
  readonly #listeners = new Set<PassThrough>()
  #over = false

  /** Passes a stream on, and what it holds to all who listen. */
  async *through(stream: Readable): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of stream) {
        for (const listener of this.#listeners) this.#give(listener, chunk as Buffer)
        yield chunk as Buffer
      }
    } finally {
      this.#over = true
      for (const listener of this.#listeners) listener.end()
    }
  }

  /** What comes from now on. */
  listen(): PassThrough {
    const listener = new PassThrough()
    if (this.#over) listener.end()
    this.#listeners.add(listener)
    listener.once('close', () => this.#listeners.delete(listener))
    return listener
  }

  #give(listener: PassThrough, chunk: Buffer): void {
    listener.write(chunk)
    if (listener.writableLength + listener.readableLength > BEHIND) listener.destroy()
  }
}

/**
 * The input of a container for one client. With `stdinOnce` the container's input ends with the first client that goes; otherwise it stays open for the next one
 * (`core/v1.Container`).
 */
export function inputOf(stdin: Writable, once: boolean): Writable {
  const close = (): void => {
    if (once) stdin.end()
  }
  const input = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (stdin.writable) stdin.write(chunk, () => done())
      else done()
    },
    final: (done) => {
      close()
      done()
    },
  })
  return input.once('close', close)
}
