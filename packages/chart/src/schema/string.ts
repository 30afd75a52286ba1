import { FunctionError } from '@slipway/gotemplate'
import { compileExpression } from '@slipway/sprig'
import { type Failure, quoted } from './failure.ts'
import { type Check, failure } from './validate.ts'
import { counted } from './values.ts'

/** The keywords for strings. */
export function checkString({ schema, at, resolver }: Check, text: string): Failure[] {
  const { minLength: min, maxLength: max, pattern } = schema
  const length = typeof min === 'number' || typeof max === 'number' ? [...text].length : 0
  const failures: Failure[] = []
  if (typeof min === 'number' && length < min) {
    failures.push(failure(at, `minLength: got ${counted(length)}, want ${counted(min)}`))
  }
  if (typeof max === 'number' && length > max) {
    failures.push(failure(at, `maxLength: got ${counted(length)}, want ${counted(max)}`))
  }
  if (typeof pattern === 'string' && !compileExpression(pattern).matches(text)) {
    failures.push(failure(at, `${quoted(text)} does not match pattern ${quoted(pattern)}`))
  }
  if (resolver.asserts && schema['format'] === 'regex') failures.push(...checkExpression(text, at))
  return failures
}

function checkExpression(text: string, at: readonly string[]): Failure[] {
  try {
    compileExpression(text)
    return []
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    return [failure(at, `${quoted(text)} is not valid regex: ${error.message}`)]
  }
}
