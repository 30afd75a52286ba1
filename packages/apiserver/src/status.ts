import { CodedError } from '@slipway/diag'
import type { ApiResponse, Status, StatusDetails } from '@slipway/objects'

/** A refusal on its way to the client: the `Status` that it will read. The only error that handlers throw on purpose. */
export class StatusError extends CodedError<'API_STATUS'> {
  readonly status: Status

  constructor(status: Status) {
    super('API_STATUS', status.message ?? '', { fault: (status.code ?? 500) >= 500 ? 'system' : 'user' })
    this.status = status
  }
}

interface Failure {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly details?: StatusDetails
}

/** A resource, as messages and details name it. */
export interface Named {
  readonly group: string
  readonly resource: string
  readonly kind?: string
}

type Cause = NonNullable<StatusDetails['causes']>[number]

/** Builds a failure; messages follow `k8s.io/apimachinery/pkg/api/errors`. */
export function failure({ code, reason, message, details }: Failure): StatusError {
  return new StatusError({
    apiVersion: 'v1',
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  })
}

const qualified = (of: Named): string => (of.group === '' ? of.resource : `${of.resource}.${of.group}`)
const detailsOf = (of: Named, name: string): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(of.group === '' ? {} : { group: of.group }),
  kind: of.resource,
})

export function notFound(of: Named, name: string): StatusError {
  return failure({
    code: 404,
    reason: 'NotFound',
    message: `${qualified(of)} "${name}" not found`,
    details: detailsOf(of, name),
  })
}

export function noSuchPath(): StatusError {
  return failure({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  })
}

export function alreadyExists(of: Named, name: string): StatusError {
  const message = `${qualified(of)} "${name}" already exists`
  return failure({ code: 409, reason: 'AlreadyExists', message, details: detailsOf(of, name) })
}

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

export function conflict(of: Named, name: string, why = MODIFIED): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`
  return failure({ code: 409, reason: 'Conflict', message, details: detailsOf(of, name) })
}

export function forbidden(of: Named, name: string, why: string): StatusError {
  const subject = name === '' ? `${qualified(of)} is forbidden` : `${qualified(of)} "${name}" is forbidden`
  return failure({ code: 403, reason: 'Forbidden', message: `${subject}: ${why}`, details: detailsOf(of, name) })
}

export function invalid(of: Named & { readonly kind: string }, name: string, causes: readonly Cause[]): StatusError {
  const kind = of.group === '' ? of.kind : `${of.kind}.${of.group}`
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))]
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const details: StatusDetails = {
    ...(name === '' ? {} : { name }),
    ...(of.group === '' ? {} : { group: of.group }),
    kind: of.kind,
    causes,
  }
  return failure({ code: 422, reason: 'Invalid', message: `${kind} "${name}" is invalid: ${list}`, details })
}

/** With `at`, the details name the field, for words that must not show its value. */
export function badRequest(message: string, at?: { readonly field: string; readonly message: string }): StatusError {
  const details = at === undefined ? {} : { details: { causes: [{ reason: 'FieldValueInvalid', ...at }] } }
  return failure({ code: 400, reason: 'BadRequest', message, ...details })
}

export function methodNotAllowed(of: Named, verb: string): StatusError {
  const message = `${verb} is not supported on resources of kind "${qualified(of)}"`
  return failure({ code: 405, reason: 'MethodNotAllowed', message, details: detailsOf(of, '') })
}

export function unsupportedMediaType(message: string): StatusError {
  return failure({ code: 415, reason: 'UnsupportedMediaType', message })
}

export function notAcceptable(message: string): StatusError {
  return failure({ code: 406, reason: 'NotAcceptable', message })
}

/** `Expired`: a resource version or continue token whose history is compacted. A token for an inconsistent continuation may come with it. */
export function expired(message: string, freshContinue?: string): StatusError {
  const error = failure({ code: 410, reason: 'Expired', message })
  return freshContinue === undefined
    ? error
    : new StatusError({ ...error.status, metadata: { continue: freshContinue } })
}

/** A resource version that the store has not reached: the client waits and tries again. */
export function tooLargeResourceVersion(requested: number, current: number): StatusError {
  const details: StatusDetails = {
    retryAfterSeconds: 1,
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
  }
  const message = `Too large resource version: ${requested}, current: ${current}`
  return failure({ code: 504, reason: 'Timeout', message: `Timeout: ${message}`, details })
}

export function tooManyRequests(message: string, details: StatusDetails): StatusError {
  return failure({ code: 429, reason: 'TooManyRequests', message, details })
}

export function internalError(message: string): StatusError {
  const details: StatusDetails = { causes: [{ message }] }
  return failure({ code: 500, reason: 'InternalError', message: `Internal error occurred: ${message}`, details })
}

/** A success without an object to show, as a delete answers. */
export function success(details: StatusDetails): Status {
  return { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Success', details }
}

/** The response that carries a status. */
export function statusResponse(status: Status): ApiResponse {
  const retryAfter = status.details?.retryAfterSeconds
  const headers = retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }
  return { status: status.code ?? 200, object: status, ...headers }
}
