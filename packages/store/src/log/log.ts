import { join } from 'node:path'
import { StoreError } from '../errors.ts'
import type { Stored } from '../types.ts'
import type { AppendFile, LogFiles } from './files.ts'
import { decodeFrames, encodeFrame } from './frame.ts'

/** One write as the log keeps it; short names because every write has them. `o` is absent for a delete, which keeps its last value in `d`. */
export interface LogRecord {
  readonly r: number
  readonly k: string
  readonly c: number
  readonly o?: unknown
  readonly d?: unknown
}

/** What a log directory held: a snapshot of all keys at a revision, and the records after it. */
export interface Recovered {
  readonly revision: number
  readonly snapshot: readonly Stored<unknown>[]
  readonly records: readonly LogRecord[]
}

const SNAPSHOT = /^snapshot-(\d{16})$/
const SEGMENT = /^wal-(\d{16})$/

/**
 * A directory with at most one current snapshot (`snapshot-<revision>`) and the segments of the log after it (`wal-<revision>`, named by the revision
 * that they continue from). A rotation writes a new segment first, then the snapshot, then removes what both make superfluous: a crash between any two steps leaves
 * a directory that recovers to the same state.
 */
export class Log {
  readonly #directory: string
  readonly #files: LogFiles
  #current: AppendFile | undefined

  constructor(directory: string, files: LogFiles) {
    this.#directory = directory
    this.#files = files
  }

  /** Reads everything back, cuts off a torn last write, and opens the last segment for appending. */
  async recover(): Promise<Recovered> {
    await this.#files.ensureDirectory(this.#directory)
    const names = await this.#files.names(this.#directory)
    for (const name of names) if (name.endsWith('.tmp')) await this.#files.remove(join(this.#directory, name))
    const base = lastNumber(names, SNAPSHOT)
    const snapshot = base === undefined ? { revision: 1, items: [] } : await this.#readSnapshot(base)
    const records = await this.#readSegments(numbers(names, SEGMENT), snapshot.revision)
    return { revision: snapshot.revision, snapshot: snapshot.items, records }
  }

  /** Appends records and returns when they are on the disk. */
  async append(records: readonly LogRecord[]): Promise<void> {
    const file = this.#current
    if (file === undefined) throw new StoreError('STORE_CLOSED', 'the log is closed', { fault: 'system' })
    const frames = records.map((record) => encodeFrame(Buffer.from(JSON.stringify(record))))
    await file.append(Buffer.concat(frames))
  }

  /** Starts a new segment after a revision, writes a snapshot of the state at it, and removes older files. */
  async rotate(revision: number, state: Iterable<Stored<unknown>>): Promise<void> {
    const previous = this.#current
    this.#current = await this.#files.openAppend(this.#path('wal', revision))
    await previous?.close()
    const frames = [encodeFrame(Buffer.from(JSON.stringify({ revision })))]
    for (const item of state) frames.push(encodeFrame(Buffer.from(JSON.stringify(item))))
    frames.push(encodeFrame(Buffer.from(JSON.stringify({ end: frames.length - 1 }))))
    await this.#files.replace(this.#path('snapshot', revision), Buffer.concat(frames))
    await this.#removeBefore(revision)
  }

  async close(): Promise<void> {
    await this.#current?.close()
    this.#current = undefined
  }

  async #readSnapshot(revision: number): Promise<{ revision: number; items: readonly Stored<unknown>[] }> {
    const path = this.#path('snapshot', revision)
    const { payloads, fault } = decodeFrames(await this.#files.read(path))
    const end = payloads.length > 1 ? parse<{ end?: number }>(payloads.at(-1)) : undefined
    if (fault !== undefined || end?.end !== payloads.length - 2) throw corrupt(path)
    return { revision, items: payloads.slice(1, -1).map((payload) => parse<Stored<unknown>>(payload)) }
  }

  async #readSegments(segments: readonly number[], after: number): Promise<readonly LogRecord[]> {
    const records: LogRecord[] = []
    const last = segments.at(-1)
    for (const segment of segments) {
      const path = this.#path('wal', segment)
      const { payloads, end, fault } = decodeFrames(await this.#files.read(path))
      if (fault === 'corrupt' || (fault === 'torn' && segment !== last)) throw corrupt(path)
      for (const payload of payloads) records.push(parse<LogRecord>(payload))
      if (segment === last) this.#current = await this.#openSegment(path, fault === 'torn' ? end : undefined)
    }
    this.#current ??= await this.#openSegment(this.#path('wal', after), undefined)
    return contiguous(records, { after, directory: this.#directory })
  }

  async #openSegment(path: string, cutAt: number | undefined): Promise<AppendFile> {
    const file = await this.#files.openAppend(path)
    if (cutAt !== undefined) await file.truncate(cutAt)
    return file
  }

  async #removeBefore(revision: number): Promise<void> {
    for (const name of await this.#files.names(this.#directory)) {
      const number = Number((SNAPSHOT.exec(name) ?? SEGMENT.exec(name))?.[1] ?? Number.NaN)
      if (number < revision) await this.#files.remove(join(this.#directory, name))
    }
  }

  #path(kind: 'wal' | 'snapshot', revision: number): string {
    return join(this.#directory, `${kind}-${String(revision).padStart(16, '0')}`)
  }
}

// Every revision is one record, so a hole means that a segment or its end is missing.
function contiguous(records: readonly LogRecord[], at: { after: number; directory: string }): readonly LogRecord[] {
  const later = records.filter((record) => record.r > at.after)
  for (const [index, record] of later.entries()) {
    if (record.r === at.after + 1 + index) continue
    throw new StoreError('STORE_CORRUPT', `${at.directory}: revision ${at.after + 1 + index} is missing from the log`, {
      fault: 'system',
      hint: HINT,
    })
  }
  return later
}

const HINT = 'restore the folder from a backup, or start afresh with "slipway down --purge"'

function corrupt(path: string): StoreError {
  return new StoreError('STORE_CORRUPT', `${path} is damaged: acknowledged writes lie behind the damage`, {
    fault: 'system',
    hint: HINT,
  })
}

function parse<T>(payload: Buffer | undefined): T {
  return JSON.parse(payload?.toString('utf8') ?? 'null') as T
}

function numbers(names: readonly string[], pattern: RegExp): number[] {
  return names.flatMap((name) => Number(pattern.exec(name)?.[1] ?? []) || []).sort((a, b) => a - b)
}

function lastNumber(names: readonly string[], pattern: RegExp): number | undefined {
  return numbers(names, pattern).at(-1)
}
