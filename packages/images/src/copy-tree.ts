import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { CopySource } from './copy-source.ts'
import { kindAt } from './host-files.ts'
import type { Pace } from './pace.ts'
import type { Ownership } from './state.ts'

/** A copy into a stage. */
export interface Copying {
  readonly source: CopySource
  /** The stage's folder, for the paths in `owners`. */
  readonly root: string
  /** Who the copied files belong to; undefined for root. */
  readonly owner: Ownership | undefined
  readonly owners: Map<string, Ownership>
  /** Files of another stage are linked instead of copied: only where nothing will write to them in place. */
  readonly link: boolean
  readonly pace: Pace
}

const LARGE = 1024 * 1024

/** Copies the content of a folder into another one, which is made if it is missing. */
export async function copyFolder(copying: Copying, path: string, target: string): Promise<void> {
  const made = mkdirSync(target, { recursive: true, mode: 0o755 })
  if (made !== undefined) own(copying, target)
  for (const { name, kind } of copying.source.list(path)) {
    const from = path === '' ? name : `${path}/${name}`
    const to = join(target, name)
    if (kind === 'directory') await copyFolder(copying, from, folderFor(to))
    else if (kind === 'symlink') copyLink(copying, from, to)
    else await copyOne(copying, from, to)
    await copying.pace.turn()
  }
}

/** A folder replaces a link of the same name, as in BuildKit: what is copied stays inside the stage. */
function folderFor(path: string): string {
  if (kindAt(path) === 'symlink') rmSync(path)
  return path
}

function copyLink(copying: Copying, path: string, target: string): void {
  rmSync(target, { force: true })
  symlinkSync(copying.source.readlink(path), target)
}

/** Copies one file; the folder that it goes to is made if it is missing. */
export async function copySingle(copying: Copying, path: string, target: string): Promise<void> {
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 })
  await copyOne(copying, path, target)
}

async function copyOne(copying: Copying, path: string, target: string): Promise<void> {
  if (kindAt(target) !== undefined) rmSync(target)
  const from = copying.source.hostPath(path)
  if (from === undefined) {
    writeFileSync(target, copying.source.read(path), { flag: 'wx' })
    chmodSync(target, copying.source.executable(path) ? 0o755 : 0o644)
  } else if (!(copying.link && copying.owner?.mode === undefined && tryLink(from, target)))
    await copyHostFile(from, target)
  if (copying.owner?.mode !== undefined) chmodSync(target, copying.owner.mode)
  own(copying, target)
}

function tryLink(from: string, target: string): boolean {
  try {
    linkSync(from, target)
    return true
  } catch {
    // A file system without links, or with too many to this file: a copy is as good.
    return false
  }
}

/** A large file goes through the thread pool, so that nothing waits for it. */
async function copyHostFile(from: string, target: string): Promise<void> {
  const mode = constants.COPYFILE_FICLONE
  if (lstatSync(from).size > LARGE) await copyFile(from, target, mode)
  else copyFileSync(from, target, mode)
}

function own({ root, owner, owners }: Copying, target: string): void {
  const path = relative(root, target)
  if (owner === undefined) owners.delete(path)
  else owners.set(path, owner)
}
