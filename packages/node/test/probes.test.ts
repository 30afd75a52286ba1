import { FakeClock } from '@slipway/testkit'
import { expect, test } from 'vitest'
import type { ProbeOutcome } from '../src/probes/probe.ts'
import { type ProbeWorker, startProbe } from '../src/probes/worker.ts'

interface Watched {
  readonly clock: FakeClock
  readonly worker: ProbeWorker
  /** When it was tried, in milliseconds since the start. */
  readonly tries: number[]
  answer: (outcome: ProbeOutcome) => void
}

function watched(): Watched {
  const clock = new FakeClock()
  const began = clock.monotonic()
  const tries: number[] = []
  const watch: Watched = {
    clock,
    tries,
    answer: () => undefined,
    worker: startProbe({
      kind: 'readiness',
      probe: { periodSeconds: 10, httpGet: { port: 80 } },
      clock,
      startedAt: began,
      run: () => {
        tries.push(clock.monotonic() - began)
        return new Promise((resolve) => {
          watch.answer = resolve
        })
      },
      isStarted: () => true,
      onVerdict: () => undefined,
      onTrouble: () => undefined,
    }),
  }
  return watch
}

async function answered({ clock, answer }: Watched): Promise<void> {
  answer({ result: 'success' })
  await clock.advance(0)
}

test('a trigger tries at once, and the period begins anew', async () => {
  const probe = watched()
  await probe.clock.advance(0)
  await answered(probe)
  await probe.clock.advance(4000)
  probe.worker.trigger()
  await probe.clock.advance(0)
  await answered(probe)
  await probe.clock.advance(9999)
  expect(probe.tries).toEqual([0, 4000])
  await probe.clock.advance(1)
  expect(probe.tries).toEqual([0, 4000, 14_000])
})

test('a trigger during a try makes another one after it', async () => {
  const probe = watched()
  await probe.clock.advance(0)
  probe.worker.trigger()
  await probe.clock.advance(500)
  expect(probe.tries).toEqual([0])
  await answered(probe)
  expect(probe.tries).toEqual([0, 500])
})

test('nothing is tried after the stop', async () => {
  const probe = watched()
  await probe.clock.advance(0)
  await answered(probe)
  probe.worker.stop()
  probe.worker.trigger()
  await probe.clock.advance(20_000)
  expect(probe.tries).toEqual([0])
})
