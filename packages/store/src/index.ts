export { StoreError } from './errors.ts'
export type { StoreErrorCode } from './errors.ts'
export { openFileStore, openMemoryStore } from './open.ts'
export type { FileStoreOptions } from './open.ts'
export type { AppendFile, LogFiles } from './log/files.ts'
export type { StoreLimits } from './store.ts'
export type {
  Build,
  Expectation,
  ListOptions,
  Page,
  Put,
  Store,
  Stored,
  StoreEvent,
  Watch,
  WatchOptions,
} from './types.ts'
