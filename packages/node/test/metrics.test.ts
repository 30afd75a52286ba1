import { metricsApi, startSampler, usageByGroup, type GroupUsage, type UsageSampler } from '@slipway/node'
import { FakeClock } from '@slipway/testkit'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'

const WEB = { namespace: 'default', pod: 'web', container: 'main', pid: 7 }

test('processor time is a rate over the window, memory is what is held now', async () => {
  const clock = new FakeClock()
  const uses: GroupUsage[] = [
    { cpuSeconds: 1, memoryBytes: 2048 },
    { cpuSeconds: 1.5, memoryBytes: 4096 },
  ]
  const sampler = startSampler({
    clock,
    period: 1000,
    processes: () => [WEB],
    usage: async () => new Map([[7, uses.shift() ?? { cpuSeconds: 0, memoryBytes: 0 }]]),
  })
  await clock.advance(1000)
  expect(sampler.latest()).toBeUndefined()
  await clock.advance(1000)
  sampler.stop()
  expect(sampler.latest()?.containers).toEqual([{ ...WEB, cpuMilli: 500, memoryBytes: 4096, windowSeconds: 1 }])
  const api = metricsApi({ node: 'n1', sample: sampler.latest, labels: () => ({ app: 'web' }) })
  const get = async (path: string): Promise<{ status: number; object?: object }> =>
    api({ method: 'GET', path: `/apis/metrics.k8s.io/v1beta1/${path}` })
  expect((await get('namespaces/default/pods?labelSelector=app%3Dweb')).object).toMatchObject({
    items: [{ metadata: { name: 'web' }, containers: [{ name: 'main', usage: { cpu: '500m', memory: '4Ki' } }] }],
  })
  expect((await get('namespaces/default/pods?labelSelector=app%3Dother')).object).toMatchObject({ items: [] })
  expect((await get('nodes/n1')).object).toMatchObject({ usage: { cpu: '500m' } })
  expect((await get('namespaces/default/pods/none')).status).toBe(404)
})

/** A sampler of one process that always uses a tenth of a processor, and when it looked. */
function steady(clock: FakeClock): { readonly sampler: UsageSampler; readonly looks: number[] } {
  const looks: number[] = []
  const usage = async (): Promise<ReadonlyMap<number, GroupUsage>> => {
    looks.push(clock.monotonic())
    return new Map([[7, { cpuSeconds: clock.monotonic() / 10_000, memoryBytes: 1 }]])
  }
  const sampler = startSampler({ clock, period: 1000, youngPeriod: 250, processes: () => [WEB], usage })
  return { sampler, looks }
}

test('a young container is looked at more often, over the newest stretch', async () => {
  const clock = new FakeClock()
  const { sampler, looks } = steady(clock)
  await clock.advance(1000)
  expect(looks).toEqual([250, 500, 750, 1000])
  expect(sampler.latest()?.containers).toEqual([])
  await clock.advance(500)
  expect(sampler.latest()?.containers).toMatchObject([{ cpuMilli: 100, windowSeconds: 1 }])
  await clock.advance(19_000)
  const later = looks.filter((at) => at > 15_000)
  expect(later.slice(1).every((at, index) => at - (later[index] ?? 0) === 1000)).toBe(true)
  await clock.advance(60_000)
  expect(sampler.latest()?.containers[0]?.windowSeconds).toBeGreaterThanOrEqual(14)
  expect(sampler.latest()?.containers[0]?.windowSeconds).toBeLessThanOrEqual(16)
  sampler.stop()
})

test('the use of a real process group is seen', async () => {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); for (;;) ;'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child.stdout, 'data')
  const usage = (await usageByGroup()).get(child.pid ?? 0)
  expect(usage?.memoryBytes).toBeGreaterThan(1_000_000)
})
