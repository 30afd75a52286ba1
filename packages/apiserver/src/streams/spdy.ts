import { Duplex } from 'node:stream'
import { HeaderCodec, type SpdyHeaders } from './headers.ts'

/** Where a SPDY session's bytes go. */
export interface SpdyTransport {
  write(bytes: Buffer): void
  close(): void
}

/** A stream that the other side opened. */
export class SpdyStream extends Duplex {
  readonly id: number
  readonly headers: SpdyHeaders
  readonly #send: (stream: SpdyStream, chunk: Buffer, last: boolean) => void

  constructor(of: {
    readonly id: number
    readonly headers: SpdyHeaders
    readonly send: (stream: SpdyStream, chunk: Buffer, last: boolean) => void
  }) {
    super({ allowHalfOpen: true })
    this.id = of.id
    this.headers = of.headers
    this.#send = of.send
  }

  override _read(): void {
    // What comes is pushed as it comes: SPDY/3.1 peers of Kubernetes know no flow control.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send(this, chunk, false)
    done()
  }

  override _final(done: () => void): void {
    this.#send(this, Buffer.alloc(0), true)
    done()
  }
}

const VERSION = 0x8003
const SYN_STREAM = 1
const SYN_REPLY = 2
const RST_STREAM = 3
const PING = 6
const GOAWAY = 7
const FLAG_FIN = 1
const FRAME_LIMIT = 1024 * 1024

/**
 * The server's side of a SPDY/3.1 connection, as Kubernetes clients use it for exec, attach and port-forward: the client opens streams, each with headers that say what it
 * is for.
 */
export class SpdySession {
  readonly #transport: SpdyTransport
  readonly #onStream: (stream: SpdyStream) => void
  readonly #codec = new HeaderCodec()
  readonly #streams = new Map<number, SpdyStream>()
  #buffered = Buffer.alloc(0)
  #work: Promise<void> = Promise.resolve()
  #closed = false

  constructor(transport: SpdyTransport, onStream: (stream: SpdyStream) => void) {
    this.#transport = transport
    this.#onStream = onStream
  }

  /** Takes bytes from the other side, in any pieces. */
  receive(bytes: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, bytes])
    this.#work = this.#work.then(() => this.#drain()).catch(() => this.close())
  }

  /** Ends every stream; tells nobody. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const stream of this.#streams.values()) stream.destroy()
    this.#codec.close()
    this.#transport.close()
  }

  async #drain(): Promise<void> {
    while (!this.#closed && this.#buffered.length >= 8) {
      const length = this.#buffered.readUIntBE(5, 3)
      if (length > FRAME_LIMIT) throw new Error('the frame is too long')
      if (this.#buffered.length < 8 + length) return
      const frame = this.#buffered.subarray(0, 8 + length)
      this.#buffered = this.#buffered.subarray(8 + length)
      await this.#take(frame)
    }
  }

  async #take(frame: Buffer): Promise<void> {
    const isLast = (frame.readUInt8(4) & FLAG_FIN) !== 0
    const body = frame.subarray(8)
    if ((frame.readUInt8(0) & 0x80) === 0) {
      this.#data(frame.readUInt32BE(0), body, isLast)
      return
    }
    const type = frame.readUInt16BE(2)
    if (type === SYN_STREAM) await this.#open(body, isLast)
    else if (type === RST_STREAM) this.#forget(body.readUInt32BE(0) & 0x7fffffff)
    else if (type === PING) this.#transport.write(frame)
    else if (type === GOAWAY) this.close()
  }

  #data(id: number, bytes: Buffer, isLast: boolean): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) return
    if (bytes.length > 0) stream.push(bytes)
    if (isLast) stream.push(null)
  }

  async #open(body: Buffer, isLast: boolean): Promise<void> {
    const id = body.readUInt32BE(0) & 0x7fffffff
    const headers = await this.#codec.decode(body.subarray(10))
    const stream = new SpdyStream({ id, headers, send: (from, chunk, last) => this.#send(from, chunk, last) })
    this.#streams.set(id, stream)
    stream.once('close', () => this.#streams.delete(id))
    // A stream that nobody listens to any more must not end the process.
    stream.on('error', () => undefined)
    const reply = Buffer.alloc(4)
    reply.writeUInt32BE(id)
    this.#control(SYN_REPLY, Buffer.concat([reply, await this.#codec.encode({})]))
    if (isLast) stream.push(null)
    this.#onStream(stream)
  }

  #forget(id: number): void {
    this.#streams.get(id)?.destroy()
    this.#streams.delete(id)
  }

  #send(stream: SpdyStream, chunk: Buffer, last: boolean): void {
    if (this.#closed) return
    const head = Buffer.alloc(8)
    head.writeUInt32BE(stream.id)
    head.writeUInt8(last ? FLAG_FIN : 0, 4)
    head.writeUIntBE(chunk.length, 5, 3)
    this.#transport.write(Buffer.concat([head, chunk]))
  }

  #control(type: number, body: Buffer): void {
    const head = Buffer.alloc(8)
    head.writeUInt16BE(VERSION)
    head.writeUInt16BE(type, 2)
    head.writeUIntBE(body.length, 5, 3)
    this.#transport.write(Buffer.concat([head, body]))
  }
}
