import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Refusal, sendEmpty } from './answers.ts'
import { hexOf } from './names.ts'
import type { RegistryStorage } from './storage.ts'

/** One request about uploads to one repository. */
export interface UploadCall {
  readonly repository: string
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Uploads under way; they live as long as the server, their bytes in the storage's folder for unfinished files. */
export class Uploads {
  readonly #storage: RegistryStorage
  readonly #files = new Map<string, { readonly path: string; readonly repository: string; busy: boolean }>()

  constructor(storage: RegistryStorage) {
    this.#storage = storage
  }

  /** POST: a mount of a blob that is here, a whole blob at once (`digest`), or a new upload. */
  async start(call: UploadCall): Promise<void> {
    const { query, repository, response } = call
    const mount = query.get('mount')
    if (mount !== null && (await this.#storage.blobSize(mount)) !== undefined) return created(call, mount)
    const digest = query.get('digest')
    if (digest !== null) return await this.#single(call, digest)
    const path = await this.#storage.partialPath()
    await writeFile(path, '')
    const id = basename(path)
    this.#files.set(id, { path, repository, busy: false })
    sendEmpty(response, 202, {
      location: `/v2/${repository}/blobs/uploads/${id}`,
      'docker-upload-uuid': id,
      range: '0-0',
    })
  }

  /** PATCH: one more chunk; where `Content-Range` is given it must continue the upload. */
  async append(call: UploadCall, id: string): Promise<void> {
    const size = await this.#write(call, id)
    sendEmpty(call.response, 202, progress(call.repository, id, size))
  }

  /** PUT: the last chunk, possibly empty, and the digest that all chunks together must have. */
  async finish(call: UploadCall, id: string): Promise<void> {
    const digest = call.query.get('digest') ?? ''
    if (hexOf(digest) === undefined) throw new Refusal(400, 'DIGEST_INVALID', `'${digest}' is no sha256 digest`)
    await this.#write(call, id)
    const { path } = this.#find(call.repository, id)
    this.#files.delete(id)
    const actual = await digestOf(path)
    if (actual !== digest) {
      await rm(path, { force: true })
      throw new Refusal(400, 'DIGEST_INVALID', `the bytes have the digest ${actual}`)
    }
    await this.#storage.adopt(path, digest)
    created(call, digest)
  }

  /** GET: how far the upload is. */
  async status(call: UploadCall, id: string): Promise<void> {
    const { size } = await stat(this.#find(call.repository, id).path)
    sendEmpty(call.response, 204, progress(call.repository, id, size))
  }

  /** DELETE: drops the upload. */
  async cancel(call: UploadCall, id: string): Promise<void> {
    const { path } = this.#find(call.repository, id)
    this.#files.delete(id)
    await rm(path, { force: true })
    sendEmpty(call.response, 204)
  }

  /** Removes what was not finished. */
  async close(): Promise<void> {
    for (const { path } of this.#files.values()) await rm(path, { force: true })
    this.#files.clear()
  }

  async #single(call: UploadCall, digest: string): Promise<void> {
    const received = await this.#storage.receive(call.request)
    if (received.digest !== digest) {
      await received.discard()
      throw new Refusal(400, 'DIGEST_INVALID', `the bytes have the digest ${received.digest}`)
    }
    await received.commit()
    created(call, digest)
  }

  async #write(call: UploadCall, id: string): Promise<number> {
    const upload = this.#find(call.repository, id)
    const { size } = await stat(upload.path)
    const from = /^(?:bytes[ =])?(\d+)-\d+/.exec(call.request.headers['content-range'] ?? '')?.[1]
    if (upload.busy || (from !== undefined && Number(from) !== size)) {
      throw new Refusal(416, 'BLOB_UPLOAD_INVALID', `the upload has ${size} bytes`, progress(call.repository, id, size))
    }
    upload.busy = true
    try {
      await pipeline(call.request, createWriteStream(upload.path, { flags: 'a' }))
    } finally {
      upload.busy = false
    }
    return (await stat(upload.path)).size
  }

  #find(repository: string, id: string): { readonly path: string; busy: boolean } {
    const upload = this.#files.get(id)
    if (upload?.repository === repository) return upload
    throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', `there is no upload ${id}`)
  }
}

function created({ repository, response }: UploadCall, digest: string): void {
  sendEmpty(response, 201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest })
}

function progress(repository: string, id: string, size: number): Record<string, string> {
  const location = `/v2/${repository}/blobs/uploads/${id}`
  return { location, 'docker-upload-uuid': id, range: `0-${Math.max(0, size - 1)}` }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return `sha256:${hash.digest('hex')}`
}
