import { formatLocation, type SourceRange } from './source.ts'

/** How grave a finding is; only `error` makes a command fail. */
export type Severity = 'error' | 'warning' | 'info'

/** A fault in a user's file, as a value: collected, sorted and printed together, so that one run reports them all. */
export interface Diagnostic {
  /** A stable code, with a page in the docs. */
  readonly code: string
  readonly severity: Severity
  /** Lower case, one sentence, no full stop. */
  readonly message: string
  readonly range?: SourceRange
  /** What to do about it. */
  readonly hint?: string
  /** Other places that belong to the fault: an earlier definition, the file that refers to this one. */
  readonly related?: readonly RelatedPlace[]
}

/** A second place that a diagnostic points to, with the reason why. */
export interface RelatedPlace {
  readonly message: string
  readonly range: SourceRange
}

/** Gives the text of a file for caret frames, or undefined where it cannot be read any more. */
export type TextOf = (file: string) => string | undefined

const FRAME_WIDTH = 100

/**
 * A diagnostic as text: location, severity, message, the source line with a caret under the range, hint and related places.
 * Lines longer than 100 columns are cut around the caret.
 */
export function formatDiagnostic(diagnostic: Diagnostic, textOf: TextOf): string {
  const { range } = diagnostic
  const place = range === undefined ? '' : `${formatLocation(range)}: `
  const parts = [`${place}${diagnostic.severity}: ${diagnostic.message} [${diagnostic.code}]`]
  if (range !== undefined) parts.push(...frame(range, textOf))
  if (diagnostic.hint !== undefined) parts.push(`  hint: ${diagnostic.hint}`)
  for (const related of diagnostic.related ?? []) {
    parts.push(`  ${formatLocation(related.range)}: ${related.message}`, ...frame(related.range, textOf))
  }
  return parts.join('\n')
}

/** The source line of a range with a caret line under it; empty where the file's text or the line is not to be had. */
export function formatFrame(range: SourceRange, textOf: TextOf): string {
  return frame(range, textOf).join('\n')
}

function frame(range: SourceRange, textOf: TextOf): string[] {
  const line = textOf(range.file)?.split('\n')[range.start.line - 1]?.replace(/\r$/, '')
  if (line === undefined) return []
  const column = Math.min(range.start.column, line.length + 1)
  const last = range.end.line === range.start.line ? range.end.column : line.length + 1
  const from = Math.max(0, Math.min(column - 1 - FRAME_WIDTH / 2, line.length - FRAME_WIDTH))
  const shown = line.slice(from, from + FRAME_WIDTH).replaceAll('\t', ' ')
  const width = Math.max(1, Math.min(last - column, FRAME_WIDTH - (column - 1 - from)))
  const gutter = String(range.start.line)
  const blank = ' '.repeat(gutter.length)
  return [`  ${gutter} | ${shown}`, `  ${blank} | ${' '.repeat(column - 1 - from)}${'^'.repeat(width)}`]
}

const RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 }

/** Orders diagnostics by file, line and column, then by severity; those without a place come first. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  const file = (a.range?.file ?? '').localeCompare(b.range?.file ?? '', 'en')
  const offset = (a.range?.start.offset ?? -1) - (b.range?.start.offset ?? -1)
  return file || offset || RANK[a.severity] - RANK[b.severity] || a.code.localeCompare(b.code, 'en')
}
