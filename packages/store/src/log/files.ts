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

/** A file that grows. */
export interface AppendFile {
  append(chunks: readonly Buffer[]): Promise<void>
  sync(): Promise<void>
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
    const file = await open(path, 'a', 0o600)
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

function appendTo(file: FileHandle): AppendFile {
  return {
    append: async (chunks) => {
      await file.appendFile(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks))
    },
    sync: () => file.datasync(),
    truncate: async (length) => {
      await file.truncate(length)
      await file.datasync()
    },
    close: () => file.close(),
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
