import { expect, test } from 'vitest'
import { substitute, SubstitutionError } from '@slipway/dockerfile'

const values: Record<string, string> = { A: 'one', EMPTY: '', PATH: '/bin' }
const resolve = (word: string) => substitute(word, (name) => values[name])

// The words and results of BuildKit's shell lexer (its envVarTest table), in our own cases.
test.each([
  ['plain', 'plain'],
  ['$A', 'one'],
  ['${A}b', 'oneb'],
  ['$Ab', ''],
  ['x$', 'x$'],
  ['$1$$-${2}x', '-x'],
  ["'$A'", '$A'],
  ['"$A b"', 'one b'],
  ['\\$A', '$A'],
  ['"\\$A"', '$A'],
  ['"a\\b"', 'a\\b'],
  ['a\\ b', 'a b'],
  ['/app:$PATH', '/app:/bin'],
  ['${NO:-x}', 'x'],
  ['${EMPTY:-x}', 'x'],
  ['${EMPTY-x}', ''],
  ['${NO-x}', 'x'],
  ['${A:+y}', 'y'],
  ['${EMPTY:+y}', ''],
  ['${EMPTY+y}', 'y'],
  ['${NO:-${A}}', 'one'],
  ['${NO:-$A-x}', 'one-x'],
])('%s is %j', (word, value) => {
  expect(resolve(word)).toBe(value)
})

test.each([
  ['${A#o}', "the modifier '#' of A in ${A#o} is not supported"],
  ['${NO:?give it}', 'NO: give it'],
  ['"open', 'a double quote is not closed in "open'],
  ["'open", "a single quote is not closed in 'open"],
  ['${A', "the modifier '' of A in ${A is not supported"],
])('%s is refused', (word, message) => {
  expect(() => resolve(word)).toThrow(new SubstitutionError(message))
})
