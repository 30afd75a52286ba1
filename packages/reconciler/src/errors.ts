import { CodedError, type CodedErrorOptions, type Diagnostic } from '@slipway/diag'

/**
 * Why the reconciler cannot go on: a source that cannot be rendered (`RECONCILER_RENDER`), a repository or revision that is not to be had
 * (`RECONCILER_SOURCE`), a source that is not run here (`RECONCILER_UNSUPPORTED`).
 */
export type ReconcilerErrorCode = 'RECONCILER_RENDER' | 'RECONCILER_SOURCE' | 'RECONCILER_UNSUPPORTED'

/** What {@link ReconcilerError} takes besides code and message. */
export interface ReconcilerErrorOptions extends CodedErrorOptions {
  /** The gRPC code that Argo CD names; default `Unknown`. */
  readonly rpc?: string
  readonly diagnostic?: Diagnostic | undefined
}

/** A failure to get the desired state; its message is the one that Argo CD puts into the condition. `rpc` is the gRPC code that Argo CD names. */
export class ReconcilerError extends CodedError<ReconcilerErrorCode> {
  readonly rpc: string
  /** The fault with its place in the source, in the words of who found it; its ranges are those of the source's tree. */
  readonly diagnostic: Diagnostic | undefined

  constructor(code: ReconcilerErrorCode, message: string, options: ReconcilerErrorOptions = {}) {
    super(code, message, options)
    this.rpc = options.rpc ?? 'Unknown'
    this.diagnostic = options.diagnostic
  }
}
