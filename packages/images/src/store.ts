import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError } from '@slipway/diag'
import type { HostImage } from './types.ts'

type Stored = Pick<HostImage, 'id' | 'digest' | 'config' | 'notes'>

/** Where finished images lie in a cache directory: `<images>/<id>/{rootfs,layout,image.json}`. */
export function imagesDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'images')
}

/** The image of an id, or undefined where it was not built yet. One that a crash of the machine left without its description is removed. */
export async function readImage(cacheDirectory: string, id: string): Promise<HostImage | undefined> {
  const directory = join(imagesDirectory(cacheDirectory), id)
  try {
    const stored = JSON.parse(await readFile(join(directory, 'image.json'), 'utf8')) as Stored
    // JSON has no undefined: these are not in the text where they were not set.
    const { stopSignal, healthcheck } = stored.config
    const config = { ...stored.config, stopSignal, healthcheck }
    return { ...stored, config, rootfs: join(directory, 'rootfs'), layout: join(directory, 'layout') }
  } catch (error) {
    if (error instanceof SyntaxError) await rm(directory, { recursive: true, force: true })
    else if (!isSystemError(error, 'ENOENT')) throw error
    return undefined
  }
}

/** All images of a cache directory, in order of their ids. */
export async function listImages(cacheDirectory: string): Promise<HostImage[]> {
  const images = await Promise.all(
    (await names(imagesDirectory(cacheDirectory))).map((id) => readImage(cacheDirectory, id)),
  )
  return images.filter((image) => image !== undefined)
}

/**
 * Makes a finished build visible in one step: its folder is renamed to its place. Where another process was faster, that one's image stays, and is equal.
 */
export async function storeImage(cacheDirectory: string, directory: string, stored: Stored): Promise<void> {
  await writeFile(join(directory, 'image.json'), JSON.stringify(stored))
  await mkdir(imagesDirectory(cacheDirectory), { recursive: true })
  try {
    await rename(directory, join(imagesDirectory(cacheDirectory), stored.id))
  } catch (error) {
    if (!isSystemError(error, 'ENOTEMPTY') && !isSystemError(error, 'EEXIST')) throw error
  }
}

/** A new folder for an unfinished build, named by the process that builds. */
export async function openBuild(cacheDirectory: string, unique: string): Promise<string> {
  const directory = join(cacheDirectory, 'builds', `${process.pid}-${unique}`)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  return directory
}

/** Removes what builds of dead processes left behind. */
export async function sweepBuilds(cacheDirectory: string): Promise<void> {
  const builds = join(cacheDirectory, 'builds')
  for (const name of await names(builds)) {
    const pid = Number(name.split('-')[0])
    if (!isAlive(pid)) await rm(join(builds, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isSystemError(error, 'EPERM')
  }
}

async function names(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  }
}
