import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Clock } from '@slipway/objects'
import type { LocalImage } from '../types.ts'

/** Gives every run of a container its own copy of its image's files, as a container's writable layer: what the last run wrote is gone. */
export interface ImageCopies {
  /** Puts a fresh copy at `directory`, in place of what is there. */
  take(image: LocalImage, directory: string): Promise<void>
  /** Makes spare copies now, for containers that are about to come. */
  prepare(image: LocalImage): void
  /** Makes no more spare copies; resolves when none is being made. */
  close(): Promise<void>
}

/** Where spare copies are kept, and the clock that says when to make them. */
export interface SpareCopies {
  /** On the file system of the pods, since spares are moved there. */
  readonly directory: string
  readonly clock: Clock
}

const SPARES = 4
const IMAGES = 2
// Spares of large images would fill disks.
const LARGEST = { bytes: 64 * 1024 * 1024, files: 20_000 }
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

class Spares implements ImageCopies {
  readonly #options: SpareCopies
  readonly #wanted = new Map<string, LocalImage>()
  // Images that spares are being made of, with the one that comes next.
  readonly #next = new Map<string, Promise<void>>()
  #cancel: (() => void) | undefined
  #making: Promise<void> = Promise.resolve()
  #made = 0
  #closed = false

  constructor(options: SpareCopies) {
    this.#options = options
  }

  async take(image: LocalImage, directory: string): Promise<void> {
    this.#wanted.set(image.id, image)
    this.#later()
    for (;;) {
      const next = this.#next.get(image.id)
      if (await this.#move(image, directory)) return
      if (next === undefined) return copyAnew(image, directory)
      await next
    }
  }

  prepare(image: LocalImage): void {
    if (this.#closed) return
    let begun: () => void = () => undefined
    this.#next.set(image.id, new Promise<void>((resolve) => (begun = resolve)))
    this.#making = this.#making
      .then(() => this.#make(image, { nice: 0, begun }))
      // The next container copies for itself.
      .catch(() => undefined)
      .finally(begun)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    await this.#making
  }

  // A move gives each spare to one container only, however many ask at once.
  async #move(image: LocalImage, directory: string): Promise<boolean> {
    const folder = this.#folderOf(image)
    const spares = await spareNames(folder)
    if (spares.length === 0) return false
    await rm(directory, { recursive: true, force: true })
    await mkdir(join(directory, '..'), { recursive: true })
    for (const name of spares) {
      const moved = await rename(join(folder, name), directory).then(
        () => true,
        () => false,
      )
      if (moved) return true
    }
    return false
  }

  #later(): void {
    this.#cancel?.()
    if (this.#closed) return
    this.#cancel = this.#options.clock.after(QUIET, () => {
      this.#making = this.#making.then(() => this.#makeAll())
    })
  }

  async #makeAll(): Promise<void> {
    try {
      const images = [...this.#wanted.values()]
      this.#wanted.clear()
      for (const image of images) await this.#make(image, { nice: IDLE, begun: () => undefined })
      await this.#forgetOthers()
    } catch {
      // A spare that could not be made is missed by nobody: the next container copies for itself.
    }
  }

  async #make(image: LocalImage, how: { readonly nice: number; readonly begun: () => void }): Promise<void> {
    const folder = this.#folderOf(image)
    try {
      await mkdir(folder, { recursive: true })
      for (const name of await readdir(folder))
        if (isPartial(name)) await rm(join(folder, name), { recursive: true, force: true })
      if (!(await isSmall(image.rootfs))) return
      while (!this.#closed && (await spareNames(folder)).length < SPARES) {
        const made = this.#makeOne(image, folder, how.nice)
        this.#next.set(
          image.id,
          made.catch(() => undefined),
        )
        how.begun()
        await made
      }
    } finally {
      this.#next.delete(image.id)
    }
    const now = new Date()
    await utimes(folder, now, now)
  }

  async #makeOne(image: LocalImage, folder: string, nice: number): Promise<void> {
    const name = `${this.#options.clock.now()}-${this.#made++}`
    await mkdir(join(folder, `${name}.part`))
    await copyTree(image.rootfs, join(folder, `${name}.part`), nice)
    await rename(join(folder, `${name}.part`), join(folder, name))
  }

  async #forgetOthers(): Promise<void> {
    const { directory } = this.#options
    const names = await readdir(directory)
    const aged = await Promise.all(
      names.map(async (name) => ({ name, used: (await stat(join(directory, name))).mtimeMs })),
    )
    const old = aged.sort((a, b) => b.used - a.used).slice(IMAGES)
    for (const { name } of old) await rm(join(directory, name), { recursive: true, force: true })
  }

  #folderOf(image: LocalImage): string {
    return join(this.#options.directory, createHash('sha256').update(image.id).digest('hex').slice(0, 24))
  }
}

const isPartial = (name: string): boolean => name.endsWith('.part')

async function spareNames(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => !isPartial(name))
}

async function isSmall(folder: string): Promise<boolean> {
  let left = { ...LARGEST }
  const visit = async (path: string): Promise<boolean> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const child = join(path, entry.name)
      const bytes = entry.isFile() ? (await stat(child)).size : 0
      left = { bytes: left.bytes - bytes, files: left.files - 1 }
      if (left.bytes < 0 || left.files < 0) return false
      if (entry.isDirectory() && !(await visit(child))) return false
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
