import { CodedError, type CodedErrorOptions, type SourceRange } from '@slipway/diag'

/** Why a build failed. */
export type KustomizeErrorCode =
  | 'KUSTOMIZE_BUILD'
  | 'KUSTOMIZE_FILE'
  | 'KUSTOMIZE_SECURITY'
  | 'KUSTOMIZE_CYCLE'
  | 'KUSTOMIZE_REMOTE'
  | 'KUSTOMIZE_PLUGIN'
  | 'KUSTOMIZE_LIMIT'

/** What {@link KustomizeError} takes besides code and message. */
export interface KustomizeErrorOptions extends CodedErrorOptions {
  /** The entry or resource that the failure is about. */
  readonly range?: SourceRange | undefined
}

/** A build that kustomize would refuse too; the message has kustomize's words. */
export class KustomizeError extends CodedError<KustomizeErrorCode> {
  readonly range: SourceRange | undefined

  constructor(code: KustomizeErrorCode, message: string, options: KustomizeErrorOptions = {}) {
    super(code, message, options)
    this.range = options.range
  }
}

/** The same error, its message put as text into another, as Go's %q does. */
export function quoted(error: unknown, prefix: string): unknown {
  return reworded(error, (message) => `${prefix} ${JSON.stringify(message)}`)
}

/** A failure of the build itself, the common case. */
export function failure(message: string, options: KustomizeErrorOptions = {}): KustomizeError {
  return new KustomizeError('KUSTOMIZE_BUILD', message, options)
}

/** The same error with words in front, as Go's wrapping prints it; what is no error of a build passes unchanged. */
export function prefixed(error: unknown, prefix: string): unknown {
  return reworded(error, (message) => `${prefix}: ${message}`)
}

/** The same error with another message. */
export function reworded(error: unknown, word: (message: string) => string): unknown {
  if (!(error instanceof CodedError)) return error
  const { code, range } =
    error instanceof KustomizeError ? error : { code: 'KUSTOMIZE_BUILD' as const, range: rangeOfCause(error) }
  const hint = error.hint === undefined ? {} : { hint: error.hint }
  return new KustomizeError(code, word(error.message), { cause: error, range, fault: error.fault, ...hint })
}

function rangeOfCause(error: CodedError): SourceRange | undefined {
  return 'range' in error ? (error.range as SourceRange | undefined) : undefined
}

/** Runs a step and gives its failure a place, where it has none of its own. */
export function placed<T>(range: SourceRange | undefined, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (range === undefined || !(error instanceof KustomizeError) || error.range !== undefined) throw error
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    throw new KustomizeError(error.code, error.message, { cause: error, range, ...hint })
  }
}

/** Runs a step and puts words in front of its failure. */
export function within<T>(prefix: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw prefixed(error, prefix)
  }
}
