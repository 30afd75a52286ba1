import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { compareBytes } from '@slipway/diag'
import { createTarPacker } from 'modern-tar'
import { storedGzip } from './gzip.ts'
import type { Ownership } from './state.ts'

/** A file of content-addressed bytes. */
export interface Blob {
  /** `sha256:...` */
  readonly digest: string
  readonly size: number
}

/** A layer: the blob, and the digest of the tar inside it. */
export interface Layer extends Blob {
  readonly diffId: string
}

/**
 * Writes a stage's folder as one tar in gzip's frame: names in byte order, times at 1970, owner root, modes 0755 and 0644, unless COPY said otherwise. So equal
 * files give equal bytes, whoever builds, under whatever umask.
 */
export async function writeLayer(root: string, owners: ReadonlyMap<string, Ownership>, file: string): Promise<Layer> {
  const { readable, controller } = createTarPacker()
  const inner = createHash('sha256')
  const outer = createHash('sha256')
  let size = 0
  const tar = tapped(inner, () => undefined)
  const gzip = tapped(outer, (length) => (size += length))
  const pack = packFolder({ root, owners, controller }, '').then(
    () => controller.finalize(),
    (error: unknown) => controller.error(error),
  )
  const stream = Readable.fromWeb(readable as never)
  await Promise.all([pipeline(stream, tar, storedGzip, gzip, createWriteStream(file)), pack])
  return { digest: `sha256:${outer.digest('hex')}`, diffId: `sha256:${inner.digest('hex')}`, size }
}

/** Passes bytes on, and to a hash. */
function tapped(hash: Hash, count: (length: number) => void) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      count(chunk.length)
      yield chunk
    }
  }
}

interface Packing {
  readonly root: string
  readonly owners: ReadonlyMap<string, Ownership>
  readonly controller: ReturnType<typeof createTarPacker>['controller']
}

async function packFolder(packing: Packing, folder: string): Promise<void> {
  const names = await readdir(join(packing.root, folder))
  for (const name of names.sort(compareBytes)) await packEntry(packing, folder === '' ? name : `${folder}/${name}`)
}

async function packEntry(packing: Packing, path: string): Promise<void> {
  const { root, controller } = packing
  const full = join(root, path)
  const found = await lstat(full)
  if (found.isSymbolicLink()) {
    await controller.add({ ...common(packing, path, 0o777), type: 'symlink', linkname: await readlink(full) }).close()
  } else if (found.isDirectory()) {
    await controller.add({ ...common(packing, path, 0o755), name: `${path}/`, type: 'directory' }).close()
    await packFolder(packing, path)
  } else if (found.isFile()) {
    const mode = (found.mode & 0o111) === 0 ? 0o644 : 0o755
    const body = controller.add({ ...common(packing, path, mode), type: 'file', size: found.size })
    await pipeline(createReadStream(full), Writable.fromWeb(body as never))
  }
}

function common({ owners }: Packing, path: string, mode: number) {
  const owner = owners.get(path)
  const time = new Date(0)
  return { name: path, size: 0, mtime: time, uid: owner?.uid ?? 0, gid: owner?.gid ?? 0, mode: owner?.mode ?? mode }
}
