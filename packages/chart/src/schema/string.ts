import { type Failure, quoted } from './failure.ts'
import { type Check, failure } from './validate.ts'
import { counted } from './values.ts'

/** The keywords for strings. */
export function checkString({ schema, at }: Check, text: string): Failure[] {
  const { minLength: min, maxLength: max, pattern } = schema
  const length = typeof min === 'number' || typeof max === 'number' ? [...text].length : 0
  const failures: Failure[] = []
  if (typeof min === 'number' && length < min) {
    failures.push(failure(at, `minLength: got ${counted(length)}, want ${counted(min)}`))
  }
  if (typeof max === 'number' && length > max) {
    failures.push(failure(at, `maxLength: got ${counted(length)}, want ${counted(max)}`))
  }
  if (typeof pattern === 'string' && !patternOf(pattern).test(text)) {
    failures.push(failure(at, `${quoted(text)} does not match pattern ${quoted(pattern)}`))
  }
  return failures
}

const patterns = new Map<string, RegExp>()
const MAX_PATTERNS = 1000

/** A pattern as a regular expression: Go's, which JavaScript reads nearly always the same way. */
export function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  if (patterns.size >= MAX_PATTERNS) patterns.clear()
  const made = compile(pattern)
  patterns.set(pattern, made)
  return made
}

function compile(pattern: string): RegExp {
  const flags = /^\(\?([imsU]+)\)/.exec(pattern)
  const body = flags === null ? pattern : pattern.slice(flags[0].length)
  const own = (flags?.[1] ?? '').replace('U', '')
  const source = body.replaceAll('\\A', '^').replaceAll('\\z', '$')
  try {
    return new RegExp(source, `u${own}`)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return new RegExp(source, own)
  }
}
