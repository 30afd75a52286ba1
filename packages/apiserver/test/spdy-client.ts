import { HeaderCodec } from '../src/streams/headers.ts'

const SYN_STREAM = 1
const FLAG_FIN = 1

/** The client's side of SPDY/3.1, as far as tests need it: opens streams, sends, and collects what comes by stream. */
export class SpdyClient {
  readonly received = new Map<number, Buffer>()
  readonly ended = new Set<number>()
  readonly #codec = new HeaderCodec()
  readonly #write: (bytes: Buffer) => void
  #buffered = Buffer.alloc(0)
  #next = 1

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write
  }

  /** Opens a stream with headers and returns its number. */
  async open(headers: Record<string, string>): Promise<number> {
    const id = this.#next
    this.#next += 2
    const head = Buffer.alloc(10)
    head.writeUInt32BE(id)
    const body = Buffer.concat([head, await this.#codec.encode(headers)])
    const frame = Buffer.alloc(8)
    frame.writeUInt16BE(0x8003)
    frame.writeUInt16BE(SYN_STREAM, 2)
    frame.writeUIntBE(body.length, 5, 3)
    this.#write(Buffer.concat([frame, body]))
    return id
  }

  send(id: number, bytes: string, last = false): void {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(id)
    head.writeUInt8(last ? FLAG_FIN : 0, 4)
    head.writeUIntBE(bytes.length, 5, 3)
    this.#write(Buffer.concat([head, Buffer.from(bytes)]))
  }

  receive(bytes: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, bytes])
    while (this.#buffered.length >= 8) {
      const length = this.#buffered.readUIntBE(5, 3)
      if (this.#buffered.length < 8 + length) return
      const frame = this.#buffered.subarray(0, 8 + length)
      this.#buffered = this.#buffered.subarray(8 + length)
      if ((frame.readUInt8(0) & 0x80) === 0) this.#take(frame)
    }
  }

  text(id: number): string {
    return this.received.get(id)?.toString() ?? ''
  }

  close(): void {
    this.#codec.close()
  }

  #take(frame: Buffer): void {
    const id = frame.readUInt32BE(0)
    this.received.set(id, Buffer.concat([this.received.get(id) ?? Buffer.alloc(0), frame.subarray(8)]))
    if ((frame.readUInt8(4) & FLAG_FIN) !== 0) this.ended.add(id)
  }
}
