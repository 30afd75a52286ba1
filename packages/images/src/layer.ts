import { createHash } from 'node:crypto'
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { compareBytes } from '@slipway/diag'
import { createTarPacker } from 'modern-tar'
import { StoredGzip } from './gzip.ts'
import { Pace } from './pace.ts'
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
  const pace = new Pace()
  const pack = packFolder({ root, owners, controller, pace }, '').then(
    () => controller.finalize(),
    (error: unknown) => controller.error(error),
  )
  const descriptor = openSync(file, 'w', 0o644)
  try {
    const layer = await writeChunks(readable, (bytes) => writeAll(descriptor, bytes))
    await pack
    return layer
  } finally {
    closeSync(descriptor)
  }
}

async function writeChunks(tar: AsyncIterable<Uint8Array>, write: (bytes: Uint8Array) => void): Promise<Layer> {
  const inner = createHash('sha256')
  const outer = createHash('sha256')
  let size = 0
  const gzip = new StoredGzip((bytes) => {
    outer.update(bytes)
    size += bytes.length
    write(bytes)
  })
  for await (const chunk of tar) {
    inner.update(chunk)
    gzip.write(chunk)
  }
  gzip.end()
  return { digest: `sha256:${outer.digest('hex')}`, diffId: `sha256:${inner.digest('hex')}`, size }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

interface Packing {
  readonly root: string
  readonly owners: ReadonlyMap<string, Ownership>
  readonly controller: ReturnType<typeof createTarPacker>['controller']
  readonly pace: Pace
}

async function packFolder(packing: Packing, folder: string): Promise<void> {
  for (const name of readdirSync(join(packing.root, folder)).sort(compareBytes)) {
    await packEntry(packing, folder === '' ? name : `${folder}/${name}`)
    await packing.pace.turn()
  }
}

async function packEntry(packing: Packing, path: string): Promise<void> {
  const { root, controller } = packing
  const full = join(root, path)
  const found = lstatSync(full)
  if (found.isSymbolicLink()) {
    await controller.add({ ...common(packing, path, 0o777), type: 'symlink', linkname: readlinkSync(full) }).close()
  } else if (found.isDirectory()) {
    await controller.add({ ...common(packing, path, 0o755), name: `${path}/`, type: 'directory' }).close()
    await packFolder(packing, path)
  } else if (found.isFile()) {
    const mode = (found.mode & 0o111) === 0 ? 0o644 : 0o755
    const writer = controller.add({ ...common(packing, path, mode), type: 'file', size: found.size }).getWriter()
    if (found.size > 0) await writer.write(readFileSync(full))
    await writer.close()
  }
}

function common({ owners }: Packing, path: string, mode: number) {
  const owner = owners.get(path)
  const time = new Date(0)
  return { name: path, size: 0, mtime: time, uid: owner?.uid ?? 0, gid: owner?.gid ?? 0, mode: owner?.mode ?? mode }
}
