import { constants } from 'node:fs'
import { mkdir, open, stat, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import type { ContainerLog } from '../pod/logs.ts'
import type { Container } from '../types.ts'

const DEFAULT = '/dev/termination-log'
const FILE_LIMIT = 4096
const LOG_LIMIT = 2048
const LOG_LINES = 80

/** Where a container says why it ended. A process sees the machine's files at the path that its pod names, so there are two. */
export interface MessageFile {
  /** The path as the pod names it. */
  readonly path: string
  /** The file of the pod that stands for it; commands and variables that name the path are given this one. */
  readonly file: string
  /** How the machine's own file of that path was before the program ran. */
  readonly before: string
}

/** Makes the file of a new run, empty as the kubelet mounts it. */
export async function makeMessageFile(
  { terminationMessagePath }: Container,
  place: { readonly rootfs: string; readonly tmp: string },
): Promise<MessageFile> {
  const path = terminationMessagePath === undefined || terminationMessagePath === '' ? DEFAULT : terminationMessagePath
  const absolute = join('/', path)
  const file = absolute.startsWith('/tmp/')
    ? join(place.tmp, absolute.slice('/tmp/'.length))
    : join(place.rootfs, absolute)
  await mkdir(dirname(file), { recursive: true }).catch(() => undefined)
  // In a folder that nobody can write to there will be no message.
  await writeFile(file, '').catch(() => undefined)
  return { path, file, before: await stampOf(absolute) }
}

/** True when the machine's own file has changed since: then a program, of this pod or not, wrote there. */
export async function wroteOutside({ path, before }: MessageFile): Promise<boolean> {
  return (await stampOf(join('/', path))) !== before
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? '' : [found.dev, found.ino, found.size, found.mtimeMs].join(' ')
}

/** A word of a command, with the path of the message, alone or in a script, replaced by the pod's file. */
export function withMessageFile(word: string, { path, file }: Pick<MessageFile, 'path' | 'file'>): string {
  if (!path.startsWith('/')) return word
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return word.replaceAll(new RegExp(String.raw`(?<![\w./-])${escaped}(?![\w./-])`, 'g'), () => file)
}

/**
 * What a container says about its end: the last 4 KiB of its file; with `FallbackToLogsOnError` and nothing in it, the last 80 lines of its log, 2 KiB at most
 * (kuberuntime_container.go, getTerminationMessage).
 */
export async function terminationMessage(at: {
  readonly container: Container
  readonly file: string
  readonly log: ContainerLog
  readonly failed: boolean
}): Promise<string> {
  const written = await readEnd(normalize(at.file))
  if (written !== '' || !at.failed || at.container.terminationMessagePolicy !== 'FallbackToLogsOnError') return written
  const lines: Uint8Array[] = []
  for await (const line of at.log.read({ tailLines: LOG_LINES }, undefined)) lines.push(line)
  return Buffer.concat(lines).subarray(-LOG_LIMIT).toString('utf8')
}

// A pipe that the program put there must not hold the node.
async function readEnd(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const found = await file.stat()
    if (!found.isFile()) return ''
    const length = Math.min(found.size, FILE_LIMIT)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, found.size - length)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}
