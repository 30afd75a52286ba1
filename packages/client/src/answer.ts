import type { ApiResponse, Status } from '@slipway/objects'
import { ApiError, ClientError } from './errors.ts'

/** The object of a successful answer. @throws ApiError with the `Status` of a failed one. */
export function answerOf<T extends object>(response: ApiResponse): T {
  assertSuccess(response)
  if (response.object === undefined) {
    throw new ClientError('API_BAD_ANSWER', `the API answered ${response.status} without an object`, {
      fault: 'system',
    })
  }
  return response.object as T
}

/** @throws ApiError unless the answer is a success. */
export function assertSuccess(response: ApiResponse): void {
  if (response.status < 400) return
  throw new ApiError(isStatus(response.object) ? response.object : plainStatus(response.status))
}

function isStatus(object: object | undefined): object is Status {
  return object !== undefined && (object as { kind?: unknown }).kind === 'Status'
}

function plainStatus(code: number): Status {
  return {
    apiVersion: 'v1',
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    code,
    message: `the API answered ${code}`,
  }
}
