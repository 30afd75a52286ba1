import { kitchenTime, parseDuration, retryDelay } from '@slipway/reconciler'
import { expect, test } from 'vitest'

test.each([
  ['5s', 5_000],
  ['1h30m', 5_400_000],
  ['500ms', 500],
  ['1.5s', 1_500],
  ['7', 7_000],
  ['soon', undefined],
  ['', undefined],
])('the duration %s', (text, expected) => {
  expect(parseDuration(text)).toBe(expected)
})

test('pauses between tries grow by the factor up to the longest', () => {
  const policy = { backoff: { duration: '1s', factor: 3, maxDuration: '20s' } }
  expect([0, 1, 2, 3, 9].map((tries) => retryDelay(policy, tries))).toEqual([1_000, 3_000, 9_000, 20_000, 20_000])
  expect([0, 1, 2, 9].map((tries) => retryDelay({}, tries))).toEqual([5_000, 10_000, 20_000, 180_000])
})

test('times of day are those of Go', () => {
  const at = (hour: number, minute: number): string => kitchenTime(Date.UTC(2026, 0, 1, hour, minute))
  expect([at(0, 5), at(9, 30), at(12, 0), at(23, 59)]).toEqual(['12:05AM', '9:30AM', '12:00PM', '11:59PM'])
})
