import { expect, test } from 'vitest'
import { type Reconcile, type Source, startController } from '@slipway/client'
import { eventually, FakeClock } from '@slipway/testkit'

const noSource: Source = { ready: async () => {}, subscribe: () => () => {} }

function start(reconcile: Reconcile, clock: FakeClock, workers = 4) {
  const errors: unknown[] = []
  const options = {
    name: 'test',
    reconcile,
    sources: [noSource],
    clock,
    workers,
    onError: (failure: { error: unknown }) => errors.push(failure.error),
  }
  return { controller: startController(options), errors }
}

test('a key that is added while it runs is run once more, never twice at once', async () => {
  let running = 0
  let most = 0
  let runs = 0
  let release = () => {}
  const { controller } = start(async () => {
    runs++
    most = Math.max(most, ++running)
    await new Promise<void>((resolve) => {
      release = resolve
    })
    running--
    return undefined
  }, new FakeClock())
  const loop = await controller
  for (let n = 0; n < 5; n++) loop.enqueue('a')
  await eventually(() => expect(runs).toBe(1))
  for (let n = 0; n < 5; n++) loop.enqueue('a')
  release()
  await eventually(() => expect(runs).toBe(2))
  release()
  await eventually(() => expect(loop.idle).toBe(true))
  expect({ most, runs }).toEqual({ most: 1, runs: 2 })
})

test('a failing key is tried again with doubling delays, and a success forgets them', async () => {
  const clock = new FakeClock()
  const times: number[] = []
  const { controller, errors } = start(async () => {
    times.push(clock.monotonic())
    if (times.length < 5) throw new Error('not yet')
    return undefined
  }, clock)
  const loop = await controller
  loop.enqueue('a')
  await clock.advance(1_000)
  expect(times).toEqual([0, 5, 15, 35, 75])
  expect(errors).toHaveLength(4)
  await loop.stop()
})

test('a requested run comes when it is due, and the earliest of several requests counts', async () => {
  const clock = new FakeClock()
  const times: number[] = []
  const { controller } = start(async () => {
    times.push(clock.monotonic())
    return times.length < 3 ? { requeueAfter: 100 } : undefined
  }, clock)
  const loop = await controller
  loop.enqueue('a')
  await clock.advance(50)
  loop.enqueue('a')
  await clock.advance(500)
  expect(times).toEqual([0, 50, 100])
  await loop.stop()
})

test('no more keys run at once than there are workers', async () => {
  let running = 0
  let most = 0
  const { controller } = start(
    async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return undefined
    },
    new FakeClock(),
    2,
  )
  const loop = await controller
  for (let n = 0; n < 10; n++) loop.enqueue(`k${n}`)
  await eventually(() => expect(loop.idle).toBe(true))
  expect(most).toBe(2)
})
