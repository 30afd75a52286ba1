import { CodedError } from '@slipway/diag'

/** Why a Service has no URL. */
export type ProxyErrorCode = 'LISTEN'

/** An error of the proxy. */
export class ProxyError extends CodedError<ProxyErrorCode> {}
