import { CodedError } from '@slipway/diag'

/**
 * Why a repository has no environments:
 *
 * - `ENVIRONMENTS_NONE`: it declares no Argo CD Application with a destination to deploy to
 */
export type EnvironmentsErrorCode = 'ENVIRONMENTS_NONE'

/** A repository without environments, with what to do. */
export class EnvironmentsError extends CodedError<EnvironmentsErrorCode> {}
