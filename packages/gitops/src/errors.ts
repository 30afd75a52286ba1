import { CodedError } from '@slipway/diag'

/**
 * Why a comparison is refused: an `ignoreDifferences` entry by a jq path (`GITOPS_JQ_PATH`), or a JSON pointer that is none (`GITOPS_BAD_POINTER`).
 */
export type GitOpsErrorCode = 'GITOPS_JQ_PATH' | 'GITOPS_BAD_POINTER'

/** A refusal of the GitOps engine, by a code of {@link GitOpsErrorCode}. */
export class GitOpsError extends CodedError<GitOpsErrorCode> {}
