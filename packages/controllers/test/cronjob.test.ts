import type { KubeObject } from '@slipway/objects'
import { eventually, FakeClock } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { dueOf } from '../src/cronjob/due.ts'
import { parseSchedule, type Schedule } from '../src/cronjob/schedule.ts'
import type { CronJob } from '../src/cronjob/types.ts'
import { testCluster, type TestCluster } from './cluster.ts'

const CRON = { apiVersion: 'batch/v1', kind: 'CronJob' }
const JOB = { apiVersion: 'batch/v1', kind: 'Job' }
const MINUTE = 60_000

const cronJob = (spec: object = {}): KubeObject => ({
  ...CRON,
  metadata: { name: 'tick', namespace: 'default' },
  spec: {
    schedule: '* * * * *',
    jobTemplate: {
      metadata: { labels: { from: 'cron' } },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } } },
    },
    ...spec,
  },
})

const get = ({ client }: TestCluster): Promise<CronJob> =>
  client.get<CronJob>({ ...CRON, namespace: 'default', name: 'tick' })
const jobs = async ({ client }: TestCluster): Promise<string[]> =>
  (await client.list(JOB, { namespace: 'default' })).items.map(({ metadata }) => metadata.name ?? '').sort()

async function ticking(spec: object, phase = 'Running'): Promise<{ cluster: TestCluster; clock: FakeClock }> {
  const clock = new FakeClock()
  const cluster = await testCluster(clock)
  cluster.phase = () => phase
  await cluster.client.create(cronJob(spec))
  await eventually(() => expect(clock.waiting).toBeGreaterThan(0))
  return { cluster, clock }
}

const BASE = Date.UTC(2026, 0, 1) / MINUTE

describe('a CronJob', () => {
  test('starts a Job at each minute, named by it, and remembers it as active', async () => {
    const { cluster, clock } = await ticking({ timeZone: 'Europe/Berlin' })
    await clock.advance(MINUTE + 1000)
    await eventually(async () => expect(await jobs(cluster)).toEqual([`tick-${BASE + 1}`]))
    await eventually(async () => {
      const { status } = await get(cluster)
      expect(status.active?.map(({ name }) => name)).toEqual([`tick-${BASE + 1}`])
      expect(status.lastScheduleTime).toBe('2026-01-01T00:01:00Z')
    })
    const job = await cluster.client.get({ ...JOB, namespace: 'default', name: `tick-${BASE + 1}` })
    expect(job.metadata).toMatchObject({
      labels: { from: 'cron' },
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T01:01:00+01:00' },
      ownerReferences: [{ kind: 'CronJob', name: 'tick', controller: true }],
    })
  })

  test('that forbids concurrency waits, one that replaces ends the old Job', async () => {
    const forbid = await ticking({ concurrencyPolicy: 'Forbid' })
    await forbid.clock.advance(MINUTE + 1000)
    await eventually(async () => expect((await get(forbid.cluster)).status.active).toHaveLength(1))
    await forbid.clock.advance(2 * MINUTE)
    expect(await jobs(forbid.cluster)).toEqual([`tick-${BASE + 1}`])

    const replace = await ticking({ concurrencyPolicy: 'Replace' })
    await replace.clock.advance(MINUTE + 1000)
    await eventually(async () => expect((await get(replace.cluster)).status.active).toHaveLength(1))
    await replace.clock.advance(MINUTE)
    await eventually(async () => expect(await jobs(replace.cluster)).toEqual([`tick-${BASE + 2}`]))
  })

  test('keeps the newest Jobs that ended, and forgets them as active', async () => {
    const { cluster, clock } = await ticking({ successfulJobsHistoryLimit: 1 }, 'Succeeded')
    for (const minute of [1, 2]) {
      await clock.advance(minute === 1 ? MINUTE + 1000 : MINUTE)
      await eventually(async () => {
        const { status } = await get(cluster)
        expect(status.lastScheduleTime).toBe(`2026-01-01T00:0${minute}:00Z`)
        expect(status.active).toBeUndefined()
      })
    }
    await eventually(async () => expect(await jobs(cluster)).toEqual([`tick-${BASE + 2}`]))
    expect((await get(cluster)).status.lastSuccessfulTime).toBeDefined()
  })

  test('that is suspended starts nothing', async () => {
    const { cluster, clock } = await ticking({ suspend: true })
    await clock.advance(3 * MINUTE)
    expect(await jobs(cluster)).toEqual([])
  })
})

const scheduled = (text: string, zone = 'UTC'): Schedule => {
  const schedule = parseSchedule(text, zone)
  if (typeof schedule === 'string') throw new Error(schedule)
  return schedule
}
const following = (text: string, from: string, zone?: string): string | undefined => {
  const time = scheduled(text, zone)(Date.parse(from))
  return time === undefined ? undefined : new Date(time).toISOString().slice(0, 16)
}

describe('a schedule', () => {
  test.each([
    ['*/15 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:15'],
    ['0 3 * * *', '2026-01-01T03:00:00Z', '2026-01-02T03:00'],
    ['30 8 1 * *', '2026-01-01T09:00:00Z', '2026-02-01T08:30'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00'],
    ['0 0 13 * fri', '2026-01-01T00:00:00Z', '2026-01-02T00:00'],
    ['0 0 * * mon-wed', '2026-01-01T00:00:00Z', '2026-01-05T00:00'],
    ['0 9-17/4 * dec sun', '2026-01-01T00:00:00Z', '2026-12-06T09:00'],
    ['@weekly', '2026-01-01T00:00:00Z', '2026-01-04T00:00'],
    ['@every 90s', '2026-01-01T00:00:00Z', '2026-01-01T00:01'],
    ['0 0 31 2 *', '2026-01-01T00:00:00Z', undefined],
  ])('%s after %s is %s', (text, from, expected) => expect(following(text, from)).toBe(expected))

  test('follows the wall clock of its zone through clock changes', () => {
    expect(following('0 3 * * *', '2026-07-01T00:00:00Z', 'Europe/Berlin')).toBe('2026-07-01T01:00')
    expect(following('0 3 * * *', '2026-01-01T00:00:00Z', 'Europe/Berlin')).toBe('2026-01-01T02:00')
    expect(following('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30')
    expect(following('30 2 * * *', '2026-10-24T12:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T00:30')
    expect(following('30 2 * * *', '2026-10-25T00:30:00Z', 'Europe/Berlin')).toBe('2026-10-25T01:30')
    expect(following('0 9 * * *', '2026-01-01T00:00:00Z', 'Asia/Kolkata')).toBe('2026-01-01T03:30')
  })

  test.each([
    ['61 * * * *', 'end of range (61) above maximum (59): 61'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x'],
    ['@soon', 'unrecognized descriptor: @soon'],
  ])('%s is refused: %s', (text, message) => expect(parseSchedule(text, 'UTC')).toBe(message))
})

describe('missed starts', () => {
  const at = (text: string): number => Date.parse(text)
  const due = (text: string, since: string, now: string, deadlineSeconds?: number) =>
    dueOf(scheduled(text), { since: at(since), now: at(now), deadlineSeconds })

  test('only the newest counts, and more than a hundred are told', () => {
    expect(due('0 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T05:10:00Z')).toEqual({
      missed: at('2026-01-01T05:00:00Z'),
      next: at('2026-01-01T06:00:00Z'),
      tooMany: false,
    })
    const long = due('* * * * *', '2025-01-01T00:00:00Z', '2026-01-01T00:00:30Z')
    expect(long).toMatchObject({ missed: at('2026-01-01T00:00:00Z'), tooMany: true })
  })

  test('none older than the deadline', () => {
    expect(due('0 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T05:10:00Z', 60).missed).toBeUndefined()
    expect(due('0 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T05:10:00Z', 900).missed).toBe(
      at('2026-01-01T05:00:00Z'),
    )
  })

  test('an irregular schedule is walked to its last start', () => {
    expect(due('0,1 0 1 1 *', '2025-12-31T00:00:00Z', '2026-06-01T00:00:00Z').missed).toBe(at('2026-01-01T00:01:00Z'))
  })
})
