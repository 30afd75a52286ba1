import { CodedError } from '@slipway/diag'
import type { Status } from '@slipway/objects'

/** Why a request failed: `API_STATUS` is the API's own answer, which `status` holds; the others lie between here and there. */
export type ClientErrorCode = 'API_STATUS' | 'API_UNREACHABLE' | 'API_BAD_ANSWER' | 'API_UNKNOWN_KIND'

/** A failed request. */
export class ClientError extends CodedError<ClientErrorCode> {}

/** A request that the API answered with a failure `Status`. */
export class ApiError extends ClientError {
  readonly status: Status

  constructor(status: Status) {
    super('API_STATUS', status.message ?? status.reason ?? 'the API refused without a message', {
      fault: (status.code ?? 500) >= 500 ? 'system' : 'user',
    })
    this.status = status
  }

  /** The `reason` of the status, such as `NotFound`. */
  get reason(): string {
    return this.status.reason ?? ''
  }
}

/** True for an API answer with the given reason: `NotFound`, `AlreadyExists`, `Conflict`, `Gone`, `Expired`, ... */
export function hasReason(error: unknown, ...reasons: readonly string[]): error is ApiError {
  return error instanceof ApiError && reasons.includes(error.reason)
}
