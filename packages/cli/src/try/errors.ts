import { CodedError } from '@slipway/diag'

/**
 * Why a scenario is not played:
 *
 * - `CLI_NOT_THE_DEMO`: the repository has not what the scenario changes
 * - `CLI_DIRTY`: the demo's work tree has changes that nobody committed
 */
export type TryErrorCode = 'CLI_NOT_THE_DEMO' | 'CLI_DIRTY'

/** A repository in which a scenario is not played. */
export class TryError extends CodedError<TryErrorCode> {}

/** The reader pressed Ctrl-C: nothing more is told, only cleaned up. */
export class Interrupted extends Error {}
