import type { KubeObject } from './object.ts'

/**
 * A request to the Kubernetes API as data, so that the same handler serves HTTPS and callers in the same process.
 * `path` holds path and query. A body is either bytes with a `contentType` or an object, which the receiver must not change.
 */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly contentType?: string
  readonly accept?: string
  /** The address and port by which a client reached the server; absent in the same process. */
  readonly host?: string
  readonly body?: Uint8Array | object
  /** Who asks; the transport authenticates. */
  readonly user?: UserInfo
  readonly userAgent?: string
  readonly signal?: AbortSignal
}

/** `authentication/v1.UserInfo`: who a request is from. */
export interface UserInfo {
  readonly username: string
  readonly uid?: string
  readonly groups: readonly string[]
}

/** One event of a watch. The object of an `ERROR` is a `Status`, that of a `BOOKMARK` holds only kind and resourceVersion. */
export interface WatchEvent<T = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: T
}

/**
 * The API's answer as data. Exactly one of `object` (frozen: receivers copy before they change it), `events` (a watch) and `stream` (logs, raw bytes)
 * is there, or none for an empty body.
 */
export interface ApiResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly object?: object
  /** How `object` is written to a network, where that is not one line of JSON. */
  readonly text?: string
  readonly events?: AsyncIterable<WatchEvent>
  readonly stream?: AsyncIterable<Uint8Array>
}

/** How a client reaches an API: over HTTPS, or by calling a handler in the same process. */
export type Transport = (request: ApiRequest) => Promise<ApiResponse>

/** `meta/v1.Status`: how the API says that something failed. */
export interface Status {
  readonly apiVersion: 'v1'
  readonly kind: 'Status'
  readonly metadata: Record<string, unknown>
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly code?: number
  readonly details?: StatusDetails
}

/** `meta/v1.StatusDetails`: what a failure is about, with one cause for each field that is wrong. */
export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly retryAfterSeconds?: number
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[]
}
