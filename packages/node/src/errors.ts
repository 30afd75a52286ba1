import { CodedError } from '@slipway/diag'

/** Why a pod cannot be run; each becomes a reason in the pod's status and an event. */
export type NodeErrorCode = 'CONTAINER_START' | 'CONTAINER_CONFIG' | 'VOLUME' | 'REFUSED' | 'NO_SUCH_CONTAINER'

/** An error of the node. */
export class NodeError extends CodedError<NodeErrorCode> {}
