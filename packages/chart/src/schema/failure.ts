import { quote } from '@slipway/gotemplate'

/** One thing that a value does not meet, with what is below it; a tree, as Helm prints it. */
export interface Failure {
  /** Keys and indexes from the root of the values. */
  readonly at: readonly string[]
  readonly message: string
  readonly causes: readonly Failure[]
  /** A reference shows only what it refers to, if that is one thing. */
  readonly isReference?: boolean
}

/** A failure as text, one a line, what is below it indented; one that only holds others together is left out. */
export function formatFailure(failed: Failure): string {
  const isGroup = failed.message === 'validation failed' && failed.isReference !== true
  const lines: string[] = []
  for (const failure of isGroup ? failed.causes : [failed]) format(failure, 1, lines)
  return lines.join('\n')
}

function format(failure: Failure, indent: number, lines: string[]): void {
  const isHidden = failure.isReference === true && failure.causes.length === 1
  if (!isHidden) {
    lines.push(`${'  '.repeat(indent - 1)}- at ${quoted(pointer(failure.at))}: ${failure.message}`)
  }
  for (const cause of failure.causes) format(cause, isHidden ? indent : indent + 1, lines)
}

function pointer(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Text in single quotes, with Go's escapes inside. */
export function quoted(text: string): string {
  return `'${quote(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** Texts in single quotes with commas between. */
export function quotedList(texts: readonly string[]): string {
  return texts.map(quoted).join(', ')
}
