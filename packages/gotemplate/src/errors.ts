import { CodedError, type CodedErrorOptions } from '@slipway/diag'

/**
 * Why a template did not parse or run.
 *
 * - `TEMPLATE_PARSE`: the text is no template (lexer or parser error).
 * - `TEMPLATE_EXEC`: an action failed, or a function returned an error.
 * - `TEMPLATE_DEPTH`, `TEMPLATE_OUTPUT`, `TEMPLATE_STEPS`, `TEMPLATE_TIME`, `TEMPLATE_SIZE`: a limit of the run was reached; `TEMPLATE_SIZE` is a
 *   single value grown too large (repeat, until).
 */
export type TemplateErrorCode =
  | 'TEMPLATE_PARSE'
  | 'TEMPLATE_EXEC'
  | 'TEMPLATE_DEPTH'
  | 'TEMPLATE_OUTPUT'
  | 'TEMPLATE_STEPS'
  | 'TEMPLATE_TIME'
  | 'TEMPLATE_SIZE'

/** Where in a template's text an error happened; `offset` counts UTF-16 units of the text, `column` counts bytes from 0 as Go does. */
export interface TemplatePlace {
  /** The name given to the parse call: the file. */
  readonly file: string
  readonly line: number
  readonly column?: number
  readonly offset?: number
}

/** What {@link TemplateError} takes besides code and message. */
export interface TemplateErrorOptions extends CodedErrorOptions {
  readonly place?: TemplatePlace
  readonly template?: string
  readonly context?: string
  readonly reason?: string
}

/**
 * A template that does not parse or does not run. The message is Go's, byte for byte:
 * `template: NAME:LINE: ...` for parse errors, `template: NAME:LINE:COL: executing "NAME" at <EXPR>: ...` for the others.
 * An error below (of a function, of an included template) is the `cause`.
 */
export class TemplateError extends CodedError<TemplateErrorCode> {
  /** Where it happened; absent when no node was reached. */
  readonly place: TemplatePlace | undefined
  /** The executing template (execution errors only). */
  readonly template: string | undefined
  /** The text of the failing node, as between `<` and `>` of the message. */
  readonly context: string | undefined
  /** The message without location and context. */
  readonly reason: string

  constructor(code: TemplateErrorCode, message: string, options: TemplateErrorOptions = {}) {
    super(code, message, options)
    this.place = options.place
    this.template = options.template
    this.context = options.context
    this.reason = options.reason ?? message
  }
}

/** True for the errors of a run that hit one of its limits; such an error passes through every function unchanged. */
export function isLimitError(error: unknown): error is TemplateError {
  return error instanceof TemplateError && error.code !== 'TEMPLATE_PARSE' && error.code !== 'TEMPLATE_EXEC'
}

/**
 * What a template function throws where the Go function returns an error or panics; its message becomes
 * `error calling NAME: MESSAGE`. Anything else that a function throws is a defect and leaves the run as it is.
 */
export class FunctionError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options)
    this.name = 'FunctionError'
  }
}
