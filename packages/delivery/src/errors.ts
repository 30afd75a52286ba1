import { CodedError } from '@slipway/diag'

/**
 * Why a delivery step did not happen. All are the user's to mend:
 *
 * - `DELIVERY_AMBIGUOUS_IMAGE`: several images could be what a Dockerfile builds
 * - `DELIVERY_IMAGE_FILE`: a file that the pipeline writes has another shape than it needs
 * - `DELIVERY_NOT_READY`: the environment to promote from is not Synced and Healthy at exactly the commit
 * - `DELIVERY_LOST_HOTFIX`: the target holds commits that the source lacks
 * - `DELIVERY_NOTHING_TO_DO`: the target has this tree already
 * - `DELIVERY_HOTFIX_BASE`: a hotfix that does not start at the target's latest commit, or has no commit of its own
 * - `DELIVERY_CONFLICT`: a commit that cannot be applied as it is
 * - `DELIVERY_UNKNOWN_RELEASE`: no such earlier production commit
 * - `DELIVERY_DIRTY`: the branch is checked out with uncommitted changes
 * - `DELIVERY_MOVED`: the branch moved meanwhile
 */
export type DeliveryErrorCode =
  | 'DELIVERY_AMBIGUOUS_IMAGE'
  | 'DELIVERY_IMAGE_FILE'
  | 'DELIVERY_NOT_READY'
  | 'DELIVERY_LOST_HOTFIX'
  | 'DELIVERY_NOTHING_TO_DO'
  | 'DELIVERY_HOTFIX_BASE'
  | 'DELIVERY_CONFLICT'
  | 'DELIVERY_UNKNOWN_RELEASE'
  | 'DELIVERY_DIRTY'
  | 'DELIVERY_MOVED'

/** A delivery step that was refused, with a code from {@link DeliveryErrorCode} and a hint that names the next command. */
export class DeliveryError extends CodedError<DeliveryErrorCode> {}
