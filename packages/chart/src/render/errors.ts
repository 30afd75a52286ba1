import { isLimitError, TemplateError } from '@slipway/gotemplate'
import type { Compat } from '../compat.ts'
import { ChartError } from '../errors.ts'
import { WARNING } from '../functions/checks.ts'

const HINT = 'Correct the template, or the values that it reads.'

/** Words a template that does not parse as Helm does (engine.go cleanupParseError). */
export function parseError(file: string, error: unknown): unknown {
  if (!(error instanceof TemplateError)) return error
  const tokens = error.message.split(': ')
  const message =
    tokens.length === 1
      ? `parse error in (${file}): ${error.message}`
      : `parse error at (${tokens[1] ?? ''}): ${tokens.at(-1) ?? ''}`
  return new ChartError('CHART_TEMPLATE', message, { cause: error, hint: 'Correct the template.' })
}

/** Words a template that failed as Helm does (engine.go reformatExecErrorMsg). */
export function execError(file: string, error: unknown, compat: Compat): unknown {
  if (!(error instanceof TemplateError)) return error
  if (isLimitError(error)) {
    // The depth is a limit of Helm's, too; the others are ours.
    const message = error.code === 'TEMPLATE_DEPTH' ? execMessage(file, error, compat) : error.message
    return new ChartError('CHART_LIMIT', message, { cause: error, hint: HINT })
  }
  return new ChartError('CHART_TEMPLATE', execMessage(file, error, compat), { cause: error, hint: HINT })
}

function execMessage(file: string, error: TemplateError, compat: Compat): string {
  // Only errors of a template that did run are reworded.
  if (error.template === undefined) return error.message
  const tokens = splitN(error.message, ': ', 3)
  if (tokens.length !== 3) return `execution error in (${file}): ${error.message}`
  const warning = new RegExp(`${WARNING.start}(.*)${WARNING.end}`, 's').exec(tokens[2] ?? '')
  if (warning !== null) return `execution error at (${tokens[1] ?? ''}): ${warning[1] ?? ''}`
  if (compat === 'helm3') return error.message
  const places: Place[] = []
  for (let at: unknown = error; at instanceof Error; at = unwrap(at)) {
    const place = placeOf(at.message)
    if (place === undefined) return error.message
    const last = places.at(-1)
    if (last === undefined || !samePlace(last, place)) places.push(place)
  }
  return trimSpace(places.map(printPlace).join(''))
}

/** The error below, as Go's Unwrap gives it: the wrapper that names the function is the same error in Go's chain of Unwrap calls. */
function unwrap(error: Error): unknown {
  return error.cause
}

interface Place {
  readonly location: string
  readonly message: string
  readonly executed: string
}

function samePlace(a: Place, b: Place): boolean {
  return a.location === b.location && a.message === b.message && a.executed === b.executed
}

function printPlace({ location, message, executed }: Place): string {
  return (
    (location === '' ? '' : `${location}\n  `) +
    (executed === '' ? '' : `${executed}\n    `) +
    (message === '' ? '' : `${message}\n`)
  )
}

function placeOf(text: string): Place | undefined {
  const prefix = 'template: '
  if (!text.startsWith(prefix)) return undefined
  const rest = text.slice(prefix.length)
  if (rest.startsWith('no template ')) return { location: '', message: text, executed: '' }
  return executing(rest) ?? simple(rest)
}

function executing(text: string): Place | undefined {
  const [location, after] = cut(text, ': executing ')
  if (after === undefined || !after.startsWith('"')) return undefined
  const quoteEnd = after.indexOf('"', 1)
  if (quoteEnd < 0) return undefined
  const name = after.slice(1, quoteEnd)
  const rest = after.slice(quoteEnd + 1)
  if (!rest.startsWith(' at <')) return undefined
  const [node, message] = cut(rest.slice(' at <'.length), '>: ')
  if (message === undefined) return undefined
  return { location, message: withoutNext(message), executed: `executing "${name}" at <${node}>:` }
}

function simple(text: string): Place | undefined {
  const at = text.lastIndexOf(': ')
  if (at < 0) return undefined
  return { location: text.slice(0, at), message: withoutNext(text.slice(at + 2)), executed: '' }
}

function withoutNext(message: string): string {
  return cut(message, ' template:')[0]
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)]
}

function splitN(text: string, separator: string, count: number): string[] {
  const parts = text.split(separator)
  return parts.length <= count ? parts : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)]
}

function trimSpace(text: string): string {
  return text.replace(/^\s+|\s+$/g, '')
}
