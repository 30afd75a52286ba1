import { FakeClock } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { Backoff } from '../src/container/backoff.ts'

test('waits 0, 10, 20, 40, 80, 160, 300, 300 s after failures in a row', async () => {
  const clock = new FakeClock()
  const backoff = new Backoff(clock)
  const waits: number[] = []
  for (let failure = 0; failure < 8; failure++) {
    const wait = backoff.failed()
    waits.push(wait / 1000)
    await clock.advance(wait)
  }
  expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300])
})

test('starts again after ten quiet minutes', async () => {
  const clock = new FakeClock()
  const backoff = new Backoff(clock)
  backoff.failed()
  await clock.advance(backoff.failed())
  await clock.advance(600_000)
  expect(backoff.failed()).toBe(20_000)
  await clock.advance(20_000 + 600_001)
  expect(backoff.failed()).toBe(0)
})
