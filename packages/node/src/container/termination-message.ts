import { open } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { ContainerLog } from '../pod/logs.ts'
import type { Container } from '../types.ts'

const FILE_LIMIT = 4096
const LOG_LIMIT = 2048
const LOG_LINES = 80

/**
 * What a container says about its end: the file that it names, when that lies in its copy of the image; with `FallbackToLogsOnError` and no file, the last 80 lines of
 * its log, 2 KiB at most.
 */
export async function terminationMessage(at: {
  readonly container: Container
  readonly rootfs: string
  readonly log: ContainerLog
  readonly failed: boolean
}): Promise<string> {
  const path = join(at.rootfs, normalize(at.container.terminationMessagePath ?? '/dev/termination-log'))
  const written = await readStart(path)
  if (written !== '' || !at.failed || at.container.terminationMessagePolicy !== 'FallbackToLogsOnError') return written
  const lines: Uint8Array[] = []
  for await (const line of at.log.read({ tailLines: LOG_LINES }, undefined)) lines.push(line)
  return Buffer.concat(lines).subarray(-LOG_LIMIT).toString('utf8')
}

async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (file === undefined) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_LIMIT), 0, FILE_LIMIT, 0)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}
