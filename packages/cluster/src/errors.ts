import { CodedError } from '@slipway/diag'

/**
 * Why a cluster does not start:
 *
 * - `CLUSTER_RUNNING`: another process runs this repository's cluster
 * - `CLUSTER_STATE`: its state folder cannot be read or written
 * - `CLUSTER_NO_APPLICATIONS`: the repository declares no Argo CD Application
 */
export type ClusterErrorCode = 'CLUSTER_RUNNING' | 'CLUSTER_STATE' | 'CLUSTER_NO_APPLICATIONS'

/** A cluster that cannot be started, with what to do. */
export class ClusterError extends CodedError<ClusterErrorCode> {}
