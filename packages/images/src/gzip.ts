import { crc32 } from 'node:zlib'

const LARGEST_BLOCK = 65_535
// Magic, deflate, no flags, time 0, no extra flags, unknown system.
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

/**
 * Wraps bytes as gzip without compressing them, in blocks of the same size however the input is cut. Clients expect a layer to be gzip (crane reads nothing
 * else), and what zlib compresses differs between its versions and processors, so that the digest would too.
 */
export async function* storedGzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield HEADER
  let checksum = 0
  let size = 0
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    checksum = crc32(chunk, checksum)
    size += chunk.length
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    // One more byte than a block, so that the last block is known as the last.
    while (rest.length > LARGEST_BLOCK) {
      yield* block(rest.subarray(0, LARGEST_BLOCK), false)
      rest = rest.subarray(LARGEST_BLOCK)
    }
  }
  yield* block(rest, true)
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(checksum, 0)
  trailer.writeUInt32LE(size % 2 ** 32, 4)
  yield trailer
}

function* block(data: Uint8Array, last: boolean): Generator<Uint8Array> {
  const head = Buffer.alloc(5)
  head.writeUInt8(last ? 1 : 0, 0)
  head.writeUInt16LE(data.length, 1)
  head.writeUInt16LE(~data.length & 0xffff, 3)
  yield head
  yield data
}
