import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib'
import { spdyDictionary } from './dictionary.ts'

/** Headers of a SPDY stream; names are lower case. */
export type SpdyHeaders = Readonly<Record<string, string>>

const LIMIT = 64 * 1024

/** Compresses and decompresses the headers of one SPDY connection. Each direction is one zlib stream, so calls must be made in the order of the frames. */
export class HeaderCodec {
  readonly #inflate: Inflate = createInflate({ dictionary: spdyDictionary(), finishFlush: constants.Z_SYNC_FLUSH })
  readonly #deflate: Deflate = createDeflate({ dictionary: spdyDictionary() })

  /** @throws Error for bytes that are no header block */
  async decode(block: Buffer): Promise<SpdyHeaders> {
    const plain = await through(this.#inflate, block)
    if (plain.length > LIMIT) throw new Error('the headers are too long')
    return parse(plain)
  }

  async encode(headers: SpdyHeaders): Promise<Buffer> {
    return through(this.#deflate, serialize(headers))
  }

  close(): void {
    this.#inflate.close()
    this.#deflate.close()
  }
}

function through(codec: Inflate | Deflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
    }
    const onError = (error: Error): void => reject(error)
    codec.on('data', onData)
    codec.once('error', onError)
    codec.write(bytes)
    codec.flush(constants.Z_SYNC_FLUSH, () => {
      codec.off('data', onData)
      codec.off('error', onError)
      resolve(Buffer.concat(chunks))
    })
  })
}

function parse(plain: Buffer): SpdyHeaders {
  const headers: Record<string, string> = {}
  let at = 4
  const text = (): string => {
    const end = at + 4 + plain.readUInt32BE(at)
    const found = plain.toString('utf8', at + 4, end)
    at = end
    return found
  }
  for (let left = plain.readUInt32BE(0); left > 0; left--) {
    const name = text().toLowerCase()
    headers[name] = text()
  }
  return headers
}

function serialize(headers: SpdyHeaders): Buffer {
  const entries = Object.entries(headers)
  const parts = [number(entries.length)]
  for (const [name, value] of entries) {
    for (const text of [name, value]) {
      const bytes = Buffer.from(text)
      parts.push(number(bytes.length), bytes)
    }
  }
  return Buffer.concat(parts)
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
