import { CodedError, formatLocation, type Diagnostic, type SourceRange } from '@slipway/diag'

/**
 * Why an image was not built or served. All are the user's to mend:
 *
 * - `IMAGE_DOCKERFILE`: the Dockerfile is missing or has errors (`diagnostics` holds them)
 * - `IMAGE_BASE`: a base image, or an image in `COPY --from`, that the host cannot stand for
 * - `IMAGE_RUN_REFUSED`: a RUN line that is not npm, pnpm, yarn or node
 * - `IMAGE_RUN_FAILED`: a RUN line that ended with another exit code than 0, or whose program is not installed
 * - `IMAGE_COPY`: a source that is not there, or a destination that cannot be
 * - `IMAGE_INSTRUCTION`: any other instruction that cannot be carried out here
 * - `IMAGE_TARGET`: no stage of that name
 * - `IMAGE_CANCELLED`: the caller's signal
 * - `IMAGE_CACHE`: the cache directory cannot be written: full, read-only, or somebody else's
 * - `IMAGE_REGISTRY`: the registry's port or folder cannot be used
 */
export type ImageErrorCode =
  | 'IMAGE_DOCKERFILE'
  | 'IMAGE_BASE'
  | 'IMAGE_RUN_REFUSED'
  | 'IMAGE_RUN_FAILED'
  | 'IMAGE_COPY'
  | 'IMAGE_INSTRUCTION'
  | 'IMAGE_TARGET'
  | 'IMAGE_CANCELLED'
  | 'IMAGE_CACHE'
  | 'IMAGE_REGISTRY'

/** A build or a registry that failed; where a line of the Dockerfile is the cause, the message starts with `file:line:column` and `diagnostics` has it. */
export class ImageError extends CodedError<ImageErrorCode> {
  readonly diagnostics: readonly Diagnostic[]

  constructor(code: ImageErrorCode, message: string, options: ImageErrorOptions = {}) {
    super(code, message, options)
    this.diagnostics = options.diagnostics ?? []
  }
}

/** What {@link ImageError} takes besides code and message. */
export interface ImageErrorOptions {
  readonly cause?: unknown
  readonly hint?: string
  readonly diagnostics?: readonly Diagnostic[]
}

/** An error about one line of a Dockerfile. */
export function errorAt(
  range: SourceRange,
  [code, message]: readonly [ImageErrorCode, string],
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): ImageError {
  const hint = options.hint === undefined ? {} : { hint: options.hint }
  const diagnostics: Diagnostic[] = [{ code, severity: 'error', message, range, ...hint }]
  return new ImageError(code, `${formatLocation(range)}: ${message}`, { ...options, diagnostics })
}
