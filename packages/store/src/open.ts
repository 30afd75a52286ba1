import type { LogFiles } from './log/files.ts'
import { systemFiles } from './log/files.ts'
import { Log, type LogRecord } from './log/log.ts'
import { State } from './state.ts'
import { JournaledStore, type Journal, type StoreLimits } from './store.ts'
import type { Store, StoreEvent } from './types.ts'

/** A store that lives as long as the process. */
export function openMemoryStore<V>(limits: StoreLimits = {}): Store<V> {
  const journal: Journal<V> = { append: async () => {}, committed: async () => {}, close: async () => {} }
  return new JournaledStore<V>({ journal, state: new State<V>(), revision: 1, limits })
}

/** How a durable store is opened. */
export interface FileStoreOptions extends StoreLimits {
  /** Records after which a snapshot is written and the log starts anew; default 20,000. */
  readonly snapshotEvery?: number
  /** Default: the machine's file system. */
  readonly files?: LogFiles
}

/**
 * Opens or creates a store in a directory of its own: a write-ahead log with CRC-32C frames, group commit with synchronous writes (O_DSYNC, or fdatasync), and snapshots. A write that
 * was acknowledged survives the end of the process at any moment.
 *
 * @throws StoreError `STORE_CORRUPT` when the directory is damaged in the middle; a torn last write is cut off, it was never acknowledged.
 */
export async function openFileStore<V>(directory: string, options: FileStoreOptions = {}): Promise<Store<V>> {
  const log = new Log(directory, options.files ?? systemFiles)
  const recovered = await log.recover()
  const state = new State<V>()
  for (const item of recovered.snapshot)
    state.apply({ ...item, value: item.value as V, type: 'put', previous: undefined })
  const recent = recovered.records.map((record) => replay(state, record))
  const revision = recent.at(-1)?.revision ?? recovered.revision
  const journal = logJournal<V>(log, { every: options.snapshotEvery ?? 20_000, sinceSnapshot: recent.length })
  return new JournaledStore<V>({ journal, state, revision, limits: options, recent, compacted: recovered.revision })
}

function replay<V>(state: State<V>, record: LogRecord): StoreEvent<V> {
  const deleted = record.o === undefined
  const event: StoreEvent<V> = {
    type: deleted ? 'delete' : 'put',
    key: record.k,
    value: (deleted ? record.d : record.o) as V,
    revision: record.r,
    createRevision: record.c,
    previous: state.get(record.k)?.value,
  }
  state.apply(event)
  return event
}

function logJournal<V>(log: Log, start: { every: number; sinceSnapshot: number }): Journal<V> {
  let since = start.sinceSnapshot
  return {
    append: async (events) => {
      await log.append(events.map(recordOf))
      since += events.length
    },
    committed: async ({ revision, state }) => {
      if (since < start.every) return
      since = 0
      await log.rotate(revision, state.range(''))
    },
    close: () => log.close(),
  }
}

function recordOf(event: StoreEvent<unknown>): LogRecord {
  const base = { r: event.revision, k: event.key, c: event.createRevision }
  return event.type === 'delete' ? { ...base, d: event.value } : { ...base, o: event.value }
}
