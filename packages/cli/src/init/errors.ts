import { CodedError } from '@slipway/diag'

/**
 * Why nothing is written:
 *
 * - `CLI_OWN_CHART`: the repository's chart cannot be wired to an image that the repository builds
 * - `CLI_DOCKERFILE`: there is a service and no Dockerfile, or several
 * - `CLI_REMOTE_URL`: the remote's URL names no owner and repository
 */
export type InitErrorCode = 'CLI_OWN_CHART' | 'CLI_DOCKERFILE' | 'CLI_REMOTE_URL'

/** A repository that the road cannot be written around. */
export class InitError extends CodedError<InitErrorCode> {}
