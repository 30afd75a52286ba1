import {
  CodedError,
  type Diagnostic,
  DiagnosticError,
  formatDiagnostic,
  formatLocation,
  messageOf,
  type SourceRange,
} from '@slipway/diag'
import { type Io, UsageError } from '../io.ts'

/** Prints an error as every command does: what, the code, what to do; returns the exit code. */
export function printError(error: unknown, io: Pick<Io, 'stderr' | 'env'>): number {
  if (error instanceof DiagnosticError) {
    io.stderr.write(`${error.report}\n`)
  } else if (error instanceof CodedError) {
    io.stderr.write(`error: ${error.message} [${error.code}]\n`)
    const place = placeOf(error)
    if (place !== undefined && !error.message.includes(place)) io.stderr.write(`  at ${place}\n`)
    if (error.hint !== undefined) io.stderr.write(`  hint: ${error.hint}\n`)
  } else if (error instanceof UsageError) {
    io.stderr.write(`error: ${error.message}\n`)
    return 2
  } else {
    io.stderr.write(`error: ${messageOf(error)}\n`)
  }
  if (io.env['SLIPWAY_DEBUG'] !== undefined && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`)
  return 1
}

// Words of the real tools do not name the file.
function placeOf(error: CodedError): string | undefined {
  const { range } = error as { range?: SourceRange }
  return range === undefined || range.file === '' ? undefined : formatLocation(range)
}

/** Prints what is wrong with files of the repository; the command goes on without them. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], io: Pick<Io, 'stderr'>): void {
  for (const diagnostic of diagnostics) io.stderr.write(`${formatDiagnostic(diagnostic, () => undefined)}\n`)
}
