import { CodedError } from '@slipway/diag'

/**
 * Why a repository has no environments, or one of them cannot be rendered:
 *
 * - `ENVIRONMENTS_NONE`: it declares no Argo CD Application with a destination to deploy to
 * - `ENVIRONMENTS_OTHER_REPOSITORY`: a source of an Application is in another repository
 */
export type EnvironmentsErrorCode = 'ENVIRONMENTS_NONE' | 'ENVIRONMENTS_OTHER_REPOSITORY'

/** What is wrong with the environments of a repository, with what to do. */
export class EnvironmentsError extends CodedError<EnvironmentsErrorCode> {}
