import { CodedError } from './error.ts'
import { type Diagnostic, formatDiagnostic, type TextOf } from './diagnostic.ts'

/**
 * A fault in a user's file as an error: code, message and hint are the diagnostic's.
 *
 * @example
 * throw new DiagnosticError({ code: 'CHART_TEMPLATE', severity: 'error', message: 'set k', range }, textOf)
 */
export class DiagnosticError extends CodedError {
  /** Place, message, the line with a caret, hint and related places, as {@link formatDiagnostic} prints them. */
  readonly report: string

  constructor(diagnostic: Diagnostic, textOf: TextOf, options: { readonly cause?: unknown } = {}) {
    const { code, message, hint } = diagnostic
    super(code, message, { ...options, ...(hint === undefined ? {} : { hint }) })
    this.report = formatDiagnostic(diagnostic, textOf)
  }
}
