import { constants, fdatasync, write } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The file operations of the log, handed in so that tests can fail them. `truncate` cuts a torn tail off. */
export interface LogFiles {
  ensureDirectory(directory: string): Promise<void>
  names(directory: string): Promise<readonly string[]>
  read(path: string): Promise<Buffer>
  openAppend(path: string): Promise<AppendFile>
  /** Writes a whole file durably under a temporary name, then renames it. */
  replace(path: string, content: Buffer): Promise<void>
  remove(path: string): Promise<void>
}

/** A file that grows. What was appended is on the disk when `append` returns. */
export interface AppendFile {
  append(bytes: Buffer): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

/** The machine's file system. New files are 0600: objects hold Secrets. */
export const systemFiles: LogFiles = {
  ensureDirectory: async (directory) => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
  },
  names: (directory) => readdir(directory),
  read: (path) => readFile(path),
  openAppend: async (path) => {
    const file = await open(path, APPENDING, 0o600)
    await syncDirectory(join(path, '..'))
    return appendTo(file)
  },
  replace: async (path, content) => {
    const temporary = `${path}.tmp`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(content)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncDirectory(join(path, '..'))
  },
  remove: (path) => rm(path, { force: true }),
}

// On Linux the write itself does what a call of fdatasync after it would, in one errand of a thread instead of two. Elsewhere the flag may promise less than the call.
const SYNCS_AT_ONCE = process.platform === 'linux'
const APPENDING = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (SYNCS_AT_ONCE ? constants.O_DSYNC : 0)

function appendTo(file: FileHandle): AppendFile {
  return {
    append: (bytes) => appendDurably(file.fd, bytes),
    truncate: async (length) => {
      await file.truncate(length)
      await file.datasync()
    },
    close: () => file.close(),
  }
}

// By callbacks, which cost a fraction of what a FileHandle's promises do.
function appendDurably(fd: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null): void => (error === null ? resolve() : reject(error))
    const writeRest = (rest: Buffer): void =>
      write(fd, rest, (error, written) => {
        if (error !== null) reject(error)
        else if (written < rest.length) writeRest(rest.subarray(written))
        else if (SYNCS_AT_ONCE) resolve()
        else fdatasync(fd, done)
      })
    writeRest(bytes)
  })
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
