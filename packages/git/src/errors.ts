import { CodedError } from '@slipway/diag'

/**
 * Why a git operation failed. All are the user's to mend but `GIT_FAILED`, which carries what git itself said, and `GIT_BAD_ANSWER`, which means that git
 * printed something that no known version prints.
 */
export type GitErrorCode =
  | 'GIT_NOT_INSTALLED'
  | 'GIT_NOT_A_REPOSITORY'
  | 'GIT_NO_COMMITS'
  | 'GIT_UNKNOWN_REVISION'
  | 'GIT_UNSAFE_DIRECTORY'
  | 'GIT_REF_MOVED'
  | 'GIT_FETCH_FAILED'
  | 'GIT_NO_OBJECT'
  | 'GIT_TOO_LARGE'
  | 'GIT_LISTEN'
  | 'GIT_FAILED'
  | 'GIT_BAD_ANSWER'

/** A git operation that failed, with a code from {@link GitErrorCode} and a hint that names the remedy. */
export class GitError extends CodedError<GitErrorCode> {}
