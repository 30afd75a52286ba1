import { ObjectsError } from '../errors.ts'

/** One field of a protobuf message on the wire: a number, and either a varint or bytes. */
export interface WireValue {
  readonly number: number
  readonly varint?: bigint
  readonly bytes?: Buffer
}

/** Reads the fields of one protobuf message. */
export class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** @throws ObjectsError `BAD_PROTOBUF` for a message that ends early or has a wire type that Kubernetes does not use. */
  fields(): WireValue[] {
    const fields: WireValue[] = []
    while (this.#at < this.#bytes.length) fields.push(this.#field())
    return fields
  }

  #field(): WireValue {
    const tag = Number(this.#varint())
    const number = tag >>> 3
    switch (tag & 7) {
      case 0:
        return { number, varint: this.#varint() }
      case 1:
        return { number, bytes: this.#take(8) }
      case 2:
        return { number, bytes: this.#take(Number(this.#varint())) }
      case 5:
        return { number, bytes: this.#take(4) }
      default:
        throw new ObjectsError('BAD_PROTOBUF', `proto: illegal wireType ${tag & 7}`)
    }
  }

  #varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new ObjectsError('BAD_PROTOBUF', 'unexpected EOF')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new ObjectsError('BAD_PROTOBUF', 'proto: integer overflow')
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new ObjectsError('BAD_PROTOBUF', 'unexpected EOF')
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}
