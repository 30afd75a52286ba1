import { CodedError } from '@slipway/diag'

/**
 * Why a cluster's folders cannot be had:
 *
 * - `CLUSTER_RUNNING`: another process runs this repository's cluster
 * - `CLUSTER_STATE`: the folder, that of the images or the repository cannot be read or written
 */
export type StateErrorCode = 'CLUSTER_RUNNING' | 'CLUSTER_STATE'

/** A cluster's folder that cannot be had, with what to do. */
export class StateError extends CodedError<StateErrorCode> {}
