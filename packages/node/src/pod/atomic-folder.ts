import { chmod, lstat, mkdir, readFile, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { VolumeFiles } from './volume-files.ts'

// The kubelet's layout (volume/util/atomic_writer.go): programs watch for a new `..data`.
const DATA = '..data'
const NEXT = '..data_tmp'
const READ_ONLY = 0o555
const WRITE_BITS = 0o222

/**
 * Makes a folder show these files, all at once: a reader sees the old ones or the new ones. Nothing is written when they are there already. Files and folders lose their
 * write bits, which stands for a read-only mount as far as the system can do it without one.
 */
export async function writeFolder(folder: string, files: VolumeFiles): Promise<void> {
  await mkdir(folder, { recursive: true })
  const before = await readlink(join(folder, DATA)).catch(() => undefined)
  const isCurrent = before !== undefined && (await isSame(join(folder, before), files))
  // A write that was cut short may have left the files and not their links.
  if (isCurrent && (await areLinked(folder, files))) return
  await chmod(folder, 0o755)
  if (!isCurrent) await publish(folder, files)
  await link(folder, files)
  if (!isCurrent && before !== undefined) await removeLocked(join(folder, before))
  await chmod(folder, READ_ONLY)
}

async function publish(folder: string, files: VolumeFiles): Promise<void> {
  const revision = await freeName(folder)
  await fill(join(folder, revision), files)
  await rm(join(folder, NEXT), { force: true })
  await symlink(revision, join(folder, NEXT))
  await rename(join(folder, NEXT), join(folder, DATA))
}

/** Lets a folder be removed by whoever is not root. */
export async function unlock(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined)
  if (found?.isDirectory() !== true) return
  await chmod(folder, 0o755)
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await unlock(join(folder, entry.name))
}

async function removeLocked(folder: string): Promise<void> {
  await unlock(folder)
  await rm(folder, { recursive: true, force: true })
}

async function freeName(folder: string): Promise<string> {
  const taken = (await readdir(folder)).map((name) => Number(/^\.\.(\d+)$/.exec(name)?.[1] ?? 0))
  return `..${1 + Math.max(0, ...taken)}`
}

async function fill(folder: string, files: VolumeFiles): Promise<void> {
  await mkdir(folder)
  for (const [path, { data, mode }] of files) {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, data)
    // Not with the file: the umask would take from it.
    await chmod(target, mode & ~WRITE_BITS)
  }
  await lock(folder)
}

async function lock(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await lock(join(folder, entry.name))
  await chmod(folder, READ_ONLY)
}

// What a program sees are links through `..data`, so that they change with it.
async function link(folder: string, files: VolumeFiles): Promise<void> {
  const [wanted, there] = [namesOf(files), await linksIn(folder)]
  for (const name of wanted) if (!there.includes(name)) await symlink(join(DATA, name), join(folder, name))
  for (const name of there) if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true })
}

async function areLinked(folder: string, files: VolumeFiles): Promise<boolean> {
  const [wanted, there] = [namesOf(files), await linksIn(folder)]
  return there.length === wanted.size && there.every((name) => wanted.has(name))
}

function namesOf(files: VolumeFiles): ReadonlySet<string> {
  return new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''))
}

async function linksIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('..'))
}

async function isSame(folder: string, files: VolumeFiles): Promise<boolean> {
  const there = await pathsIn(folder)
  if (there.length !== files.size) return false
  for (const path of there) {
    const wanted = files.get(path)
    if (wanted === undefined) return false
    const { mode } = await lstat(join(folder, path))
    if ((mode & 0o777) !== (wanted.mode & 0o777 & ~WRITE_BITS)) return false
    const data = await readFile(join(folder, path)).catch(() => undefined)
    if (data?.equals(wanted.data) !== true) return false
  }
  return true
}

async function pathsIn(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => [])
  const paths: string[] = []
  for (const entry of entries) {
    const path = join(prefix, entry.name)
    if (entry.isDirectory()) paths.push(...(await pathsIn(folder, path)))
    else paths.push(path)
  }
  return paths
}
