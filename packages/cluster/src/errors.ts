import { CodedError } from '@slipway/diag'

/**
 * Why a cluster does not start:
 *
 * - `CLUSTER_RUNNING`: another process runs this repository's cluster
 * - `CLUSTER_PLATFORM`: this operating system cannot run one
 * - `CLUSTER_STATE`: its state folder cannot be read or written
 */
export type ClusterErrorCode = 'CLUSTER_PLATFORM' | 'CLUSTER_RUNNING' | 'CLUSTER_STATE'

/** A cluster that cannot be started, with what to do. */
export class ClusterError extends CodedError<ClusterErrorCode> {}
