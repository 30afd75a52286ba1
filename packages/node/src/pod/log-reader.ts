import type { FileHandle } from 'node:fs/promises'
import { type LogEntry, parseEntry } from './log-entry.ts'
import type { RunLog } from './log-run.ts'

const BLOCK = 64 * 1024
const NEWLINE = 10

/** A place in the log of a run: a file by its number, and an offset in bytes. */
export interface LogPlace {
  readonly file: number
  readonly offset: number
}

/** How far to read, and until when. */
export interface ReadOptions {
  readonly follow: boolean
  readonly signal: AbortSignal | undefined
}

/** The entries of a run from a place on; with `follow` also those to come, until the run has ended. Each byte is read once, also by a reader that follows. */
export async function* readEntries(run: RunLog, from: LogPlace, options: ReadOptions): AsyncGenerator<LogEntry[]> {
  let place: LogPlace | undefined = from
  while (place !== undefined && options.signal?.aborted !== true) {
    const file = await run.open(place.file)
    try {
      if (file !== undefined) yield* entriesOfFile(file, place, { run, ...options })
    } finally {
      await file?.close()
    }
    const at: number = place.file
    const next = (await run.files()).find((number) => number > at)
    place = next === undefined ? undefined : { file: next, offset: 0 }
  }
}

// Ends at the end of the file, unless more may come to it.
async function* entriesOfFile(
  file: FileHandle,
  place: LogPlace,
  { run, follow, signal }: ReadOptions & { readonly run: RunLog },
): AsyncGenerator<LogEntry[]> {
  const block = Buffer.alloc(BLOCK)
  let { offset } = place
  let rest = Buffer.alloc(0)
  for (;;) {
    const { version } = run
    const isLast = !follow || run.ended || run.newest > place.file
    const { bytesRead } = await file.read(block, 0, BLOCK, offset)
    if (bytesRead > 0) {
      offset += bytesRead
      const { lines, left } = split(Buffer.concat([rest, block.subarray(0, bytesRead)]))
      rest = left
      if (lines.length > 0) yield lines.map((line) => parseEntry(line))
    } else {
      if (isLast) return
      await run.change(version, signal)
      if (signal?.aborted === true) return
    }
  }
}

function split(bytes: Buffer): { readonly lines: Buffer[]; readonly left: Buffer<ArrayBuffer> } {
  const lines: Buffer[] = []
  let start = 0
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return { lines, left: Buffer.from(bytes.subarray(start)) }
}

/** Where to start for the last `count` entries of a run; for all of them without a count. Reads backwards, and no more than it needs. */
export async function startOf(run: RunLog, count: number | undefined): Promise<LogPlace> {
  const files = await run.files()
  let left = count ?? Number.POSITIVE_INFINITY
  for (const number of count === undefined ? [] : files.toReversed()) {
    const found = await startInFile(run, number, left)
    if (found.offset !== undefined) return { file: number, offset: found.offset }
    left -= found.entries
  }
  return { file: files[0] ?? 0, offset: 0 }
}

// The offset of the last `count` entries, or how many there are when they are fewer.
async function startInFile(
  run: RunLog,
  number: number,
  count: number,
): Promise<{ readonly offset?: number; readonly entries: number }> {
  const file = await run.open(number)
  if (file === undefined) return { entries: 0 }
  try {
    const { size } = await file.stat()
    if (count === 0) return { offset: size, entries: 0 }
    const block = Buffer.alloc(BLOCK)
    let entries = 0
    for (let end = size; end > 0; end -= BLOCK) {
      const start = Math.max(0, end - BLOCK)
      await file.read(block, 0, end - start, start)
      for (let at = end - start - 1; at >= 0; at--) {
        if (block[at] !== NEWLINE) continue
        if (entries === count) return { offset: start + at + 1, entries }
        entries++
      }
    }
    return entries === count ? { offset: 0, entries } : { entries }
  } finally {
    await file.close()
  }
}
