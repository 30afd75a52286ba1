/** Whose fault an error is: the user can mend a `user` error by changing an input; a `system` error needs a developer or the machine's owner. */
export type Fault = 'user' | 'system'

/** What {@link CodedError} takes besides code and message. */
export interface CodedErrorOptions {
  /** The error underneath, kept for `--verbose` and logs. */
  readonly cause?: unknown
  /** Default `user`. */
  readonly fault?: Fault
  /** What the reader can do about it, one imperative sentence. */
  readonly hint?: string
}

/**
 * The base of every error that Slipway throws on purpose.
 *
 * A package narrows `Code` to a union of string literals and documents each in `docs/errors.md`. The message is lower case, names the object and
 * file it is about, and says what was expected; the hint says what to do.
 *
 * @example
 * class StoreError extends CodedError<'STORE_COMPACTED' | 'STORE_FUTURE_REVISION'> {}
 * throw new StoreError('STORE_COMPACTED', 'revision 5 is compacted, the oldest is 9')
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code
  readonly fault: Fault
  readonly hint: string | undefined

  constructor(code: Code, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.fault = options.fault ?? 'user'
    this.hint = options.hint
  }
}

/** True for a Node system error (`ENOENT`, `EADDRINUSE`, ...) with the given code. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}

/** The message of anything that was thrown; errors without a message give their name, other values their text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
