import { access, constants, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSystemError, messageOf } from '@slipway/diag'
import { StateError } from './errors.ts'

/** A folder that a cluster writes to. */
export interface Written {
  readonly directory: string
  /** As people call it, before its path: `the repository`. */
  readonly what: string
  readonly hint: string
}

/** Refuses a folder that could not be written: read-only, somebody else's, or on a full disk. @throws StateError `CLUSTER_STATE` */
export async function demandWritable({ directory, what, hint }: Written): Promise<void> {
  try {
    await checkWritable(directory)
  } catch (cause) {
    throw new StateError('CLUSTER_STATE', `${what} ${directory} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint,
    })
  }
}

/**
 * Throws what the system says when a folder, or the one in which it would be made, is read-only, somebody else's or on a full disk. To be asked first: of a
 * read-only disk Node's recursive `mkdir` says ENOENT.
 */
export async function checkWritable(directory: string): Promise<void> {
  try {
    await access(directory, constants.W_OK)
  } catch (error) {
    const isThere = !isSystemError(error, 'ENOENT') && !isSystemError(error, 'ENOTDIR')
    if (isThere || dirname(directory) === directory) throw error
    return checkWritable(dirname(directory))
  }
  const { blocks, bfree, bavail } = await statfs(directory)
  const free = process.getuid?.() === 0 ? bfree : bavail
  // Some file systems do not count.
  if (blocks > 0 && free === 0) throw full(directory)
}

function full(directory: string): NodeJS.ErrnoException {
  const error = new Error(`ENOSPC: no space left on device, '${directory}'`)
  return Object.assign(error, { code: 'ENOSPC', syscall: 'statfs', path: directory })
}
