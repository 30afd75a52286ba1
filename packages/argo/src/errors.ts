import { CodedError } from '@slipway/diag'

/**
 * What can be wrong with an Argo CD object: a field of the wrong type, missing, unknown or not obeyed here (`ARGO_BAD_FIELD`), a kind, source or destination that Slipway does not run
 * (`ARGO_APPLICATION_SET`, `ARGO_PLUGIN`, `ARGO_HYDRATOR`, `ARGO_FOREIGN_CLUSTER`), two Applications of one name (`ARGO_DUPLICATE`).
 */
export type ArgoErrorCode =
  | 'ARGO_BAD_FIELD'
  | 'ARGO_APPLICATION_SET'
  | 'ARGO_PLUGIN'
  | 'ARGO_HYDRATOR'
  | 'ARGO_FOREIGN_CLUSTER'
  | 'ARGO_DUPLICATE'

/** An Argo CD object that cannot be used; diagnostics carry the same codes. */
export class ArgoError extends CodedError<ArgoErrorCode> {}
