import { CodedError } from '@slipway/diag'

/**
 * Why the reconciler cannot go on: a source that cannot be rendered (`RECONCILER_RENDER`), a repository or revision that is not to be had
 * (`RECONCILER_SOURCE`), a source that is not run here (`RECONCILER_UNSUPPORTED`).
 */
export type ReconcilerErrorCode = 'RECONCILER_RENDER' | 'RECONCILER_SOURCE' | 'RECONCILER_UNSUPPORTED'

/** A failure to get the desired state; its message is the one that Argo CD puts into the condition. `rpc` is the gRPC code that Argo CD names. */
export class ReconcilerError extends CodedError<ReconcilerErrorCode> {
  readonly rpc: string

  constructor(
    code: ReconcilerErrorCode,
    message: string,
    options: { cause?: unknown; hint?: string; rpc?: string } = {},
  ) {
    super(code, message, options)
    this.rpc = options.rpc ?? 'Unknown'
  }
}
