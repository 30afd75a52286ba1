import { CodedError } from '@slipway/diag'

/** What can go wrong in a store; `docs/errors.md` describes each. */
export type StoreErrorCode =
  | 'STORE_KEY_EXISTS'
  | 'STORE_KEY_MISSING'
  | 'STORE_CONFLICT'
  | 'STORE_COMPACTED'
  | 'STORE_FUTURE_REVISION'
  | 'STORE_WATCH_OVERFLOW'
  | 'STORE_CORRUPT'
  | 'STORE_WRITE_FAILED'
  | 'STORE_CLOSED'

/** An error of the store. Conflicts and missing keys are the caller's, the rest the system's. */
export class StoreError extends CodedError<StoreErrorCode> {}
