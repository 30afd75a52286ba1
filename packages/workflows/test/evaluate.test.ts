import { describe, expect, test } from 'vitest'
import { evaluateCondition, evaluateText } from '@slipway/workflows'

const contexts = {
  github: { sha: 'abc', event: { number: 3 } },
  secrets: { A: 'x' },
  steps: {},
  inputs: { from: 'hotfix/a' },
}

test('a running job knows everything: what is missing is empty', () => {
  expect(evaluateText('${{ github.sha }}-${{ github.event.number }}', contexts)).toBe('abc-3')
  expect(evaluateText('[${{ secrets.NONE }}${{ steps.x.outputs.y }}]', contexts)).toBe('[]')
  expect(evaluateText("${{ secrets.A || 'none' }} ${{ secrets.B || 'none' }}", contexts)).toBe('x none')
  expect(() => evaluateText('${{ nowhere.x }}', contexts)).toThrow(/nowhere/)
})

// Condition, whether something failed before, the verdict: from GitHub's documentation of status check functions.
const CONDITIONS: readonly (readonly [string | undefined, boolean, boolean])[] = [
  [undefined, false, true],
  [undefined, true, false],
  ["github.sha == 'abc'", false, true],
  ["github.sha == 'abc'", true, false],
  ["${{ github.sha == 'other' }}", false, false],
  ['always()', true, true],
  ['failure()', true, true],
  ['failure()', false, false],
  ['!cancelled()', true, true],
  ["(success() || failure()) && github.sha == 'abc'", true, true],
  ["startsWith(inputs.from, 'hotfix/')", false, true],
  ['secrets.NONE', false, false],
  ['secrets.A', false, true],
  ['0', false, false],
]

describe('conditions', () => {
  test.each(CONDITIONS)('%s, failed before: %s -> %s', (condition, failed, expected) => {
    expect(evaluateCondition(condition, contexts, { failed, cancelled: false })).toBe(expected)
  })
})
