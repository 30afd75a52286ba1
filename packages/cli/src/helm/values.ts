import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { ValuesInput } from '@slipway/chart'
import { isSystemError } from '@slipway/diag'
import type { ParsedFlags } from './flags.ts'
import { download } from './download.ts'
import { HelmError, type HelmIo } from './io.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The values of the command line in the order in which Helm applies them: files, then each kind of `--set`, whatever their order was. */
export async function valuesOf(flags: ParsedFlags, io: HelmIo): Promise<ValuesInput[]> {
  const inputs: ValuesInput[] = []
  for (const file of flags.list('values')) {
    inputs.push({ kind: 'file', file, text: decoder.decode(await readInput(file, io)) })
  }
  for (const kind of ['set-json', 'set', 'set-string'] as const) {
    for (const argument of flags.list(kind)) inputs.push({ kind, argument })
  }
  for (const argument of flags.list('set-file')) {
    inputs.push({ kind: 'set-file', argument, read: (path) => decoder.decode(readLocal(path, io)) })
  }
  for (const argument of flags.list('set-literal')) inputs.push({ kind: 'set-literal', argument })
  return inputs
}

async function readInput(file: string, io: HelmIo): Promise<Uint8Array> {
  if (file.trim() === '-') return (await io.stdin?.()) ?? new Uint8Array()
  if (/^https?:\/\//.test(file)) return download(file)
  return readLocal(file, io)
}

/** Reads a file; missing ones are worded as Go does. */
export function readLocal(file: string, io: HelmIo): Uint8Array {
  try {
    return readFileSync(pathOf(file, io))
  } catch (error) {
    throw new HelmError(`${openError(error, file)}`, { cause: error })
  }
}

/** A path as this process sees it. */
export function pathOf(path: string, io: HelmIo): string {
  return isAbsolute(path) ? path : join(io.cwd, path)
}

function openError(error: unknown, file: string): string {
  if (isSystemError(error, 'ENOENT')) return `open ${file}: no such file or directory`
  if (isSystemError(error, 'EISDIR')) return `read ${file}: is a directory`
  if (isSystemError(error, 'EACCES')) return `open ${file}: permission denied`
  return error instanceof Error ? error.message : String(error)
}
