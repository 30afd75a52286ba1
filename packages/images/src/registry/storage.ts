import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isSystemError } from '@slipway/diag'
import { MEDIA } from '../layout.ts'
import type { HostImage } from '../types.ts'
import { hexOf, isTag } from './names.ts'

/** A manifest as it is served. */
export interface StoredManifest {
  readonly digest: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/**
 * The registry's folder: `blobs/sha256/<hex>`, and for each repository `repositories/<name>/_tags/<tag>` (a digest) and `_manifests/<hex>` (a media type).
 * Every file appears under its name only when it is whole.
 */
export class RegistryStorage {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  blobPath(digest: string): string {
    return join(this.#directory, 'blobs/sha256', hexOf(digest) ?? '')
  }

  /** Bytes of a blob; undefined where it is not here. */
  async blobSize(digest: string): Promise<number | undefined> {
    if (hexOf(digest) === undefined) return undefined
    const found = await orUndefined(stat(this.blobPath(digest)))
    return found?.size
  }

  /** Writes bytes under their own digest. */
  async writeBlob(bytes: Uint8Array): Promise<string> {
    const { digest, commit } = await this.receive(Readable.from([bytes]))
    await commit()
    return digest
  }

  /** Takes a stream into a temporary file; `commit` gives it its name, `discard` drops it. */
  async receive(
    body: Readable,
  ): Promise<{ digest: string; size: number; commit(): Promise<void>; discard(): Promise<void> }> {
    const partial = await this.partialPath()
    const hash = createHash('sha256')
    let size = 0
    const count = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.length
        yield chunk
      }
    }
    await pipeline(body, count, createWriteStream(partial))
    const digest = `sha256:${hash.digest('hex')}`
    return { digest, size, commit: () => this.adopt(partial, digest), discard: () => rm(partial, { force: true }) }
  }

  /** A path for something unfinished, in a folder on the same file system. */
  async partialPath(): Promise<string> {
    const folder = join(this.#directory, 'uploads')
    await mkdir(folder, { recursive: true })
    return join(folder, randomUUID())
  }

  /** Makes a finished file a blob. */
  async adopt(file: string, digest: string): Promise<void> {
    await mkdir(dirname(this.blobPath(digest)), { recursive: true })
    await rename(file, this.blobPath(digest))
  }

  /** Stores a manifest whose blobs are here. */
  async putManifest(repository: string, manifest: { bytes: Uint8Array; mediaType: string }): Promise<string> {
    const digest = await this.writeBlob(manifest.bytes)
    await this.#writeFile(join(this.#repository(repository), '_manifests', hexOf(digest) ?? ''), manifest.mediaType)
    return digest
  }

  async putTag(repository: string, tag: string, digest: string): Promise<void> {
    await this.#writeFile(join(this.#repository(repository), '_tags', tag), digest)
  }

  /** A manifest by tag or digest, only where this repository has it. */
  async readManifest(repository: string, reference: string): Promise<StoredManifest | undefined> {
    const folder = this.#repository(repository)
    const tagged = hexOf(reference) === undefined
    if (tagged && !isTag(reference)) return undefined
    const digest = tagged ? await orUndefined(readFile(join(folder, '_tags', reference), 'utf8')) : reference
    const hex = hexOf(digest ?? '')
    if (digest === undefined || hex === undefined) return undefined
    const mediaType = await orUndefined(readFile(join(folder, '_manifests', hex), 'utf8'))
    const bytes = await orUndefined(readFile(this.blobPath(digest)))
    return mediaType === undefined || bytes === undefined ? undefined : { digest, mediaType, bytes }
  }

  /** The tags of a repository in order; undefined for a repository that nobody pushed to. */
  async tags(repository: string): Promise<readonly string[] | undefined> {
    const folder = this.#repository(repository)
    if ((await orUndefined(stat(join(folder, '_manifests')))) === undefined) return undefined
    return ((await orUndefined(readdir(join(folder, '_tags')))) ?? []).sort()
  }

  async repositories(): Promise<readonly string[]> {
    const top = join(this.#directory, 'repositories')
    const paths = (await orUndefined(readdir(top, { recursive: true }))) ?? []
    return paths
      .filter((path) => path.endsWith('/_manifests'))
      .map((path) => dirname(path))
      .sort()
  }

  /**
   * Puts a host image under a repository's name, tagged with its id. Its blobs are linked and not copied where the file system allows; what is there already
   * is not written again.
   */
  async publish(repository: string, image: HostImage): Promise<void> {
    const blobs = join(image.layout, 'blobs/sha256')
    for (const hex of await readdir(blobs)) await this.#linkBlob(join(blobs, hex), `sha256:${hex}`)
    const folder = this.#repository(repository)
    await this.#writeFile(join(folder, '_manifests', hexOf(image.digest) ?? ''), MEDIA.manifest)
    await this.putTag(repository, image.id, image.digest)
  }

  async #linkBlob(from: string, digest: string): Promise<void> {
    const target = this.blobPath(digest)
    if ((await this.blobSize(digest)) !== undefined) return
    await mkdir(dirname(target), { recursive: true })
    try {
      await link(from, target)
    } catch (error) {
      if (isSystemError(error, 'EEXIST')) return
      const partial = await this.partialPath()
      await copyFile(from, partial)
      await rename(partial, target)
    }
  }

  #repository(name: string): string {
    return join(this.#directory, 'repositories', name)
  }

  async #writeFile(path: string, text: string): Promise<void> {
    if ((await orUndefined(readFile(path, 'utf8'))) === text) return
    const partial = await this.partialPath()
    await writeFile(partial, text)
    await mkdir(dirname(path), { recursive: true })
    await rename(partial, path)
  }
}

async function orUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return undefined
    throw error
  }
}
