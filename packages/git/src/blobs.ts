/** Contents of blobs by their id, the least recently used forgotten first once `limit` bytes are held. */
export class BlobCache {
  readonly #limit: number
  readonly #blobs = new Map<string, Buffer>()
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get(id: string): Buffer | undefined {
    const data = this.#blobs.get(id)
    if (data === undefined) return undefined
    this.#blobs.delete(id)
    this.#blobs.set(id, data)
    return data
  }

  set(id: string, data: Buffer): void {
    if (data.length > this.#limit || this.#blobs.has(id)) return
    this.#blobs.set(id, data)
    this.#size += data.length
    for (const [oldest, held] of this.#blobs) {
      if (this.#size <= this.#limit) return
      this.#blobs.delete(oldest)
      this.#size -= held.length
    }
  }
}
