import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { isSystemError } from '@slipway/diag'

const ASIDE = '.old-'

/**
 * Makes an empty folder in place of what an earlier run left there. What was there is moved aside, which is at once, and removed beside other work: a copy that a killed run
 * had begun may still be writing to it. The promise of `removed` resolves when that is done, as far as it can be; the next start tries again.
 */
export async function emptyFolder(path: string): Promise<{ readonly removed: Promise<void> }> {
  await rename(path, `${path}${ASIDE}${randomUUID()}`).catch((error: unknown) => {
    if (!isSystemError(error, 'ENOENT')) throw error
  })
  await mkdir(path, { recursive: true, mode: 0o700 })
  return { removed: removeAside(path) }
}

async function removeAside(path: string): Promise<void> {
  const parent = dirname(path)
  const names = (await readdir(parent).catch(() => [])).filter((name) => name.startsWith(`${basename(path)}${ASIDE}`))
  await Promise.allSettled(names.map((name) => removeTree(join(parent, name))))
}

async function removeTree(path: string): Promise<void> {
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  await remove().catch(async (error: unknown) => {
    if (!isSystemError(error, 'EACCES') && !isSystemError(error, 'EPERM')) throw error
    // Volumes with files of the API are read-only, which stops all but root.
    await promisify(execFile)('chmod', ['-R', 'u+rwX', path])
    await remove()
  })
}
