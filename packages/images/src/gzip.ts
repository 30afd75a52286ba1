import { crc32 } from 'node:zlib'

const LARGEST_BLOCK = 65_535
// Magic, deflate, no flags, time 0, no extra flags, unknown system.
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

/**
 * Wraps bytes as gzip without compressing them, in blocks of the same size however the input is cut. Clients expect a layer to be gzip (crane reads nothing
 * else), and what zlib compresses differs between its versions and processors, so that the digest would too.
 */
export class StoredGzip {
  readonly #emit: (bytes: Uint8Array) => void
  readonly #block = Buffer.alloc(LARGEST_BLOCK)
  #filled = 0
  #checksum = 0
  #size = 0

  /** `emit` gets the bytes of the gzip file in order; what it is given may be overwritten after it returns. */
  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit
    emit(HEADER)
  }

  write(chunk: Uint8Array): void {
    this.#checksum = crc32(chunk, this.#checksum)
    this.#size += chunk.length
    for (let at = 0; at < chunk.length; ) {
      // A full block waits for the next byte, so that the last block is known as the last.
      if (this.#filled === LARGEST_BLOCK) this.#flush(false)
      const part = chunk.subarray(at, at + LARGEST_BLOCK - this.#filled)
      this.#block.set(part, this.#filled)
      this.#filled += part.length
      at += part.length
    }
  }

  end(): void {
    this.#flush(true)
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(this.#checksum, 0)
    trailer.writeUInt32LE(this.#size % 2 ** 32, 4)
    this.#emit(trailer)
  }

  #flush(last: boolean): void {
    const head = Buffer.alloc(5)
    head.writeUInt8(last ? 1 : 0, 0)
    head.writeUInt16LE(this.#filled, 1)
    head.writeUInt16LE(~this.#filled & 0xffff, 3)
    this.#emit(head)
    this.#emit(this.#block.subarray(0, this.#filled))
    this.#filled = 0
  }
}
