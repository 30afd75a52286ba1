import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isSystemError } from '@slipway/diag'
import type { Clock } from '@slipway/objects'
import type { LocalImage } from '../types.ts'

/** Gives every run of a container its own copy of its image's files, as a container's writable layer: what the last run wrote is gone. */
export interface ImageCopies {
  /** Puts a fresh copy at `directory`, in place of what is there. */
  take(image: LocalImage, directory: string): Promise<void>
  /** Makes spare copies now, for the first containers of an image that are about to come; those of one that is known are made in quiet times. */
  prepare(image: LocalImage): void
  /** Makes no more spare copies; resolves when none is being made. */
  close(): Promise<void>
}

/** Where spare copies are kept, and the clock that says when to make them. */
export interface SpareCopies {
  /** On the file system of the pods, since spares are moved there. Clusters may share it. */
  readonly directory: string
  readonly clock: Clock
}

// As many containers of one image as the starter starts at once: one more would copy while everybody waits.
const SPARES = 6
const IMAGES = 4
// Spares of large images would fill disks.
const LARGEST = { bytes: 64 * 1024 * 1024, files: 5_000 }
// Copies that are made at the same time.
const LANES = 2
const PARTIAL = '.part'
// Made when nothing starts any more: a rollout needs the machine for itself.
const QUIET = 10_000
// Only what nobody else wants of the machine.
const IDLE = 19

/**
 * Copies of images. With a folder for spare ones, a few are made ahead once nothing starts any more, and a container that starts next need not wait for a
 * thousand small files. Images are known by their id, so what lies there from an earlier run can be used.
 */
export function imageCopies(spares?: SpareCopies): ImageCopies {
  return spares === undefined
    ? { take: copyAnew, prepare: () => undefined, close: async () => undefined }
    : new Spares(spares)
}

async function copyAnew(image: LocalImage, directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  await copyTree(image.rootfs, directory)
}

/** A spare copy that is being made; nothing where that failed. */
interface Promised {
  readonly name: string
  readonly done: Promise<boolean>
}

class Spares implements ImageCopies {
  readonly #options: SpareCopies
  readonly #used = new Map<string, LocalImage>()
  readonly #prepared = new Set<string>()
  readonly #promised = new Map<string, Promised[]>()
  // Spares that a container waits for: nobody else may take them.
  readonly #claimed = new Set<string>()
  #cancel: (() => void) | undefined
  #making: Promise<unknown>
  #made = 0
  #closed = false

  constructor(options: SpareCopies) {
    this.#options = options
    this.#making = this.#removePartial().catch(() => undefined)
  }

  async take(image: LocalImage, directory: string): Promise<void> {
    this.#used.set(image.id, image)
    this.#later()
    const folder = this.#folderOf(image)
    for (const name of spareNames(folder)) {
      if (!this.#claimed.has(name) && (await moved(join(folder, name), directory))) return
    }
    const promised = this.#promised.get(image.id)?.shift()
    if (promised === undefined) return copyAnew(image, directory)
    this.#claimed.add(promised.name)
    const found = (await promised.done) && (await moved(join(folder, promised.name), directory))
    this.#claimed.delete(promised.name)
    if (!found) await copyAnew(image, directory)
  }

  prepare(image: LocalImage): void {
    if (this.#closed || this.#prepared.has(image.id)) return
    this.#prepared.add(image.id)
    if ((this.#promised.get(image.id) ?? []).length === 0) this.#promise(image, 0)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    await this.#making
  }

  #later(): void {
    this.#cancel?.()
    if (this.#closed) return
    this.#cancel = this.#options.clock.after(QUIET, () => {
      const images = [...this.#used.values()]
      this.#used.clear()
      for (const image of images) this.#promise(image, IDLE)
      this.#making = this.#making.then(() => this.#forgetOthers()).catch(() => undefined)
    })
  }

  // Spares are promised at once, so that whoever comes meanwhile waits for one instead of copying beside it.
  #promise(image: LocalImage, nice: number): void {
    if (!isSmall(image.rootfs)) return
    const folder = this.#folderOf(image)
    const count = SPARES - spareNames(folder).length
    const lanes: Promise<unknown>[] = Array.from({ length: LANES }, () => this.#making)
    const promised = Array.from({ length: Math.max(0, count) }, (_, index): Promised => {
      const name = `${this.#options.clock.now()}-${process.pid}-${this.#made++}`
      const lane = index % LANES
      // A spare that could not be made is missed by nobody: the container copies for itself.
      const done = (lanes[lane] ?? Promise.resolve())
        .then(() => this.#make(image, { folder, name, nice }))
        .catch(() => false)
      lanes[lane] = done
      return { name, done }
    })
    this.#promised.set(image.id, promised)
    this.#making = Promise.all(lanes).then(async () => {
      this.#promised.delete(image.id)
      const now = new Date()
      if (!this.#closed) await utimes(folder, now, now).catch(() => undefined)
    })
  }

  async #make(
    image: LocalImage,
    to: { readonly folder: string; readonly name: string; readonly nice: number },
  ): Promise<boolean> {
    if (this.#closed) return false
    const partial = join(to.folder, `${to.name}${PARTIAL}`)
    await mkdir(partial, { recursive: true })
    await copyTree(image.rootfs, partial, to.nice)
    await rename(partial, join(to.folder, to.name))
    return true
  }

  // What a run that was killed was about to make or to remove.
  async #removePartial(): Promise<void> {
    const { directory } = this.#options
    for (const image of await readdir(directory)) {
      const left = image.endsWith(PARTIAL)
        ? [image]
        : (await readdir(join(directory, image))).map((name) => join(image, name))
      for (const name of left.filter(isLeft)) await rm(join(directory, name), { recursive: true, force: true })
    }
  }

  async #forgetOthers(): Promise<void> {
    const { directory } = this.#options
    const names = (await readdir(directory)).filter((name) => !name.endsWith(PARTIAL))
    const aged = await Promise.all(
      names.map(async (name) => ({ name, used: (await stat(join(directory, name))).mtimeMs })),
    )
    const old = aged.sort((a, b) => b.used - a.used).slice(IMAGES)
    for (const { name } of old) await this.#forget(join(directory, name))
  }

  // Out of the way first: another cluster could take a copy that is being removed.
  async #forget(folder: string): Promise<void> {
    const going = `${folder}-${process.pid}-${this.#made++}${PARTIAL}`
    await rename(folder, going)
    await rm(going, { recursive: true, force: true })
  }

  #folderOf(image: LocalImage): string {
    return join(this.#options.directory, createHash('sha256').update(image.id).digest('hex').slice(0, 24))
  }
}

// `<time or image>-<process>-<number>.part`, of a process that is gone.
function isLeft(path: string): boolean {
  const maker = /-(\d+)-\d+\.part$/.exec(path)?.[1]
  return maker !== undefined && Number(maker) !== process.pid && !isAlive(Number(maker))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return isSystemError(error, 'EPERM')
  }
}

function spareNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !name.endsWith(PARTIAL))
  } catch {
    return []
  }
}

// A move gives each spare to one container only, however many ask at once.
async function moved(spare: string, directory: string): Promise<boolean> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(join(directory, '..'), { recursive: true })
  return rename(spare, directory).then(
    () => true,
    () => false,
  )
}

function isSmall(folder: string): boolean {
  let left = { ...LARGEST }
  const visit = (path: string): boolean => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name)
      const bytes = entry.isFile() ? (statSync(child, { throwIfNoEntry: false })?.size ?? 0) : 0
      left = { bytes: left.bytes - bytes, files: left.files - 1 }
      if (left.bytes < 0 || left.files < 0) return false
      if (entry.isDirectory() && !visit(child)) return false
    }
    return true
  }
  return visit(folder)
}

// The system's cp shares blocks where the file system can, and is several times as fast as Node's own for the many small files of node_modules.
async function copyTree(from: string, to: string, nice = 0): Promise<void> {
  const flags = process.platform === 'linux' ? ['-a', '--reflink=auto'] : ['-a']
  const command = ['cp', ...flags, `${from}/.`, to]
  const [program = '', ...args] = nice === 0 ? command : ['nice', '-n', String(nice), ...command]
  try {
    await promisify(execFile)(program, args)
  } catch {
    // A cp without these flags (busybox): Node's does the same, slower.
    await cp(from, to, { recursive: true, force: true, verbatimSymlinks: true })
  }
}
