import { CodedError, DiagnosticError, messageOf } from '@slipway/diag'
import { type Io, UsageError } from '../io.ts'

/** Prints an error as every command does: what, the code, what to do; returns the exit code. */
export function printError(error: unknown, io: Pick<Io, 'stderr' | 'env'>): number {
  if (error instanceof DiagnosticError) {
    io.stderr.write(`${error.report}\n`)
  } else if (error instanceof CodedError) {
    io.stderr.write(`error: ${error.message} [${error.code}]\n`)
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
