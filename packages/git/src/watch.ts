import { watch, type FSWatcher } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectReader } from './batch.ts'
import type { GitRunner } from './command.ts'
import { readRefFiles, tagPeeler, type TagPeeler } from './ref-files.ts'
import { readHead, readRefs, type Refs } from './refs.ts'

/** A ref that moved; `before` is absent for a new one, `after` for one that is gone. `HEAD` is among them: its values are branch names or SHAs. */
export interface RefChange {
  readonly ref: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The part of a clock that a watch needs. */
export interface WatchClock {
  after(milliseconds: number, call: () => void): () => void
}

/** How refs are watched. */
export interface RefWatchOptions {
  readonly clock: WatchClock
  readonly onChange: (changes: readonly RefChange[]) => void
  readonly onError?: (error: unknown) => void
  /** Milliseconds of quiet before refs are read; default 5. */
  readonly settle?: number
  /** Milliseconds between two looks without any event, for file systems that give none; default 5,000. */
  readonly every?: number
}

/** A running watch. */
export interface RefWatch {
  /** Looks now; resolves after `onChange` was told. */
  check(): Promise<void>
  /** All refs as they were at the last look, and `HEAD`: what the last change led to, without another look. */
  refs(): Refs
  close(): void
}

/** The folders of a repository: that of this work tree, and the one that all work trees share. */
export interface GitFolders {
  readonly gitDirectory: string
  readonly commonDirectory: string
}

/** Where refs are read. */
export interface WatchSource {
  readonly git: GitRunner
  readonly reader: ObjectReader
  readonly folders: GitFolders
}

/**
 * Tells of every moved ref. The file system's events are hints only, since a recursive watch goes deaf when git replaces folders (`git pack-refs`) and events
 * get lost: after each one the folders are armed anew and all refs are read.
 */
export async function watchRefs(source: WatchSource, options: RefWatchOptions): Promise<RefWatch> {
  const watcher = new RefWatcher(source, options)
  await watcher.check()
  return watcher
}

class RefWatcher implements RefWatch {
  readonly #git: GitRunner
  readonly #folders: GitFolders
  readonly #peel: TagPeeler
  readonly #options: RefWatchOptions
  readonly #armed = new Map<string, FSWatcher>()
  #known: Refs | undefined
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined
  #again = false
  #closed = false

  constructor({ git, reader, folders }: WatchSource, options: RefWatchOptions) {
    this.#git = git
    this.#folders = folders
    this.#peel = tagPeeler(reader)
    this.#options = options
  }

  refs(): Refs {
    return this.#known ?? new Map()
  }

  async check(): Promise<void> {
    this.#again = true
    this.#running ??= this.#run()
    await this.#running
  }

  close(): void {
    this.#closed = true
    this.#cancel?.()
    for (const armed of this.#armed.values()) armed.close()
    this.#armed.clear()
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false
        await this.#arm()
        await this.#compare()
      }
    } catch (error) {
      if (!this.#closed) this.#options.onError?.(error)
    } finally {
      this.#running = undefined
      this.#wait(this.#options.every ?? 5_000)
    }
  }

  // Folders are armed before refs are read: what moves in between is seen by one of the two.
  async #arm(): Promise<void> {
    const wanted = new Set(await foldersToWatch(this.#folders))
    for (const [folder, armed] of this.#armed) {
      if (wanted.has(folder)) continue
      armed.close()
      this.#armed.delete(folder)
    }
    for (const folder of wanted) if (!this.#armed.has(folder) && !this.#closed) this.#armOne(folder)
  }

  #armOne(folder: string): void {
    const drop = (): void => {
      this.#armed.get(folder)?.close()
      this.#armed.delete(folder)
      this.#hint()
    }
    try {
      const armed = watch(folder, { persistent: false }, (event) =>
        event === 'rename' ? this.#renamed(folder) : this.#hint(),
      )
      armed.on('error', drop)
      this.#armed.set(folder, armed)
    } catch {
      // The folder went away again, or the system has no watches left; the regular look finds what moves.
    }
  }

  // A folder that was deleted and made again has the same path and another inode, so its children are armed anew.
  #renamed(folder: string): void {
    for (const [path, armed] of this.#armed) {
      if (!path.startsWith(`${folder}/`)) continue
      armed.close()
      this.#armed.delete(path)
    }
    this.#hint()
  }

  #hint(): void {
    if (this.#closed) return
    if (this.#running !== undefined) this.#again = true
    else this.#wait(this.#options.settle ?? 5)
  }

  #wait(milliseconds: number): void {
    this.#cancel?.()
    if (this.#closed) return
    this.#cancel = this.#options.clock.after(milliseconds, () => {
      this.check().catch((error: unknown) => this.#options.onError?.(error))
    })
  }

  // Files need no process, which every look would wait for.
  async #read(): Promise<Refs> {
    return (await readRefFiles(this.#folders, this.#peel)) ?? readRefs(this.#git)
  }

  async #compare(): Promise<void> {
    const [refs, head] = await Promise.all([this.#read(), headOf(this.#git, this.#folders)])
    const now = new Map(refs)
    now.set('HEAD', head)
    const before = this.#known
    this.#known = now
    if (before === undefined || this.#closed) return
    const changes = changesBetween(before, now)
    if (changes.length > 0) this.#options.onChange(changes)
  }
}

// The file says it without a process, but for repositories whose refs are in a table.
async function headOf(git: GitRunner, { gitDirectory }: GitFolders): Promise<string> {
  const text = (await readFile(join(gitDirectory, 'HEAD'), 'utf8').catch(() => '')).trim()
  if (/^[0-9a-f]{40,64}$/.test(text)) return text
  const branch = /^ref: refs\/heads\/(.+)$/.exec(text)?.[1]
  if (branch !== undefined && branch !== '.invalid') return branch
  const head = await readHead(git)
  return head.branch ?? head.commit ?? ''
}

/** What differs between two readings of refs, in order of names. */
export function changesBetween(before: Refs, after: Refs): readonly RefChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names
    .map((ref) => ({ ref, before: before.get(ref), after: after.get(ref) }))
    .filter((change) => change.before !== change.after)
}

async function foldersToWatch({ gitDirectory, commonDirectory }: GitFolders): Promise<readonly string[]> {
  const reftable = join(commonDirectory, 'reftable')
  const refs = await foldersBelow(join(commonDirectory, 'refs'))
  return [...new Set([gitDirectory, commonDirectory, reftable, ...refs])]
}

async function foldersBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => foldersBelow(join(folder, entry.name)))
  return [folder, ...(await Promise.all(below)).flat()]
}
