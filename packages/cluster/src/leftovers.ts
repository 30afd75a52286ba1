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
  const remove = async (name: string): Promise<void> => {
    // Volumes with files of the API are read-only.
    await promisify(execFile)('chmod', ['-R', 'u+rwX', join(parent, name)]).catch(() => undefined)
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  await Promise.allSettled(names.map(remove))
}
