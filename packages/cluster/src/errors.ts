import { CodedError } from '@slipway/diag'

/** Why a cluster does not start: `CLUSTER_PLATFORM`, this operating system cannot run one. */
export type ClusterErrorCode = 'CLUSTER_PLATFORM'

/** A cluster that cannot be started, with what to do. */
export class ClusterError extends CodedError<ClusterErrorCode> {}
