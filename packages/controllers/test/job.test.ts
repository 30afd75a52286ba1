import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { backoffLeft, NO_BACKOFF, nextBackoff } from '../src/job/backoff.ts'
import { formatIndexes, readIndexes } from '../src/job/indexes.ts'
import { wantedActive } from '../src/job/manage.ts'
import { tallyOf } from '../src/job/tally.ts'
import type { Job } from '../src/job/types.ts'
import { verdictOf } from '../src/job/verdict.ts'
import type { Pod } from '../src/shared/types.ts'
import { testCluster, type TestCluster } from './cluster.ts'

const JOB = { apiVersion: 'batch/v1', kind: 'Job' }

const job = (spec: object = {}): KubeObject => ({
  ...JOB,
  metadata: { name: 'smoke', namespace: 'default' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } }, ...spec },
})

const statusOf = async (cluster: TestCluster): Promise<Job['status']> =>
  (await cluster.client.get<Job>({ ...JOB, namespace: 'default', name: 'smoke' })).status

describe('a Job', () => {
  test('is complete when its pod has succeeded, and lets the pod go', async () => {
    const cluster = await testCluster()
    cluster.phase = () => 'Succeeded'
    await cluster.client.create(job())
    await eventually(async () => {
      const status = await statusOf(cluster)
      expect(status.conditions?.map(({ type, status: value }) => `${type}=${value}`)).toEqual([
        'SuccessCriteriaMet=True',
        'Complete=True',
      ])
      expect(status).toMatchObject({ succeeded: 1, uncountedTerminatedPods: {} })
      expect(status.active).toBeUndefined()
    })
    await eventually(() =>
      expect(cluster.pods.list('default').map((pod) => pod.metadata.finalizers ?? [])).toEqual([[]]),
    )
    expect(cluster.errors).toEqual([])
  })

  test('runs as many pods at once as its parallelism, and as many in all as its completions', async () => {
    const cluster = await testCluster()
    await cluster.client.create(job({ completions: 3, parallelism: 2 }))
    await eventually(async () => expect(await statusOf(cluster)).toMatchObject({ active: 2 }))
    cluster.phase = () => 'Succeeded'
    for (const pod of cluster.pods.list('default'))
      await cluster.client.patch(
        { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: pod.metadata.name ?? '' },
        { type: 'merge', body: { metadata: { labels: { touched: 'yes' } } } },
      )
    await eventually(async () => expect(await statusOf(cluster)).toMatchObject({ succeeded: 3 }))
    expect(cluster.pods.list('default')).toHaveLength(3)
  })

  test('fails when more pods failed than its limit allows', async () => {
    const cluster = await testCluster()
    cluster.phase = () => 'Failed'
    await cluster.client.create(job({ backoffLimit: 0 }))
    await eventually(async () => {
      const failed = (await statusOf(cluster)).conditions?.find(({ type }) => type === 'Failed')
      expect(failed).toMatchObject({
        status: 'True',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      })
    })
  })

  test('that is suspended runs nothing until it is resumed', async () => {
    const cluster = await testCluster()
    await cluster.client.create(job({ suspend: true }))
    await eventually(async () =>
      expect((await statusOf(cluster)).conditions?.[0]).toMatchObject({ type: 'Suspended', status: 'True' }),
    )
    expect(cluster.pods.list('default')).toEqual([])
    await cluster.client.patch(
      { ...JOB, namespace: 'default', name: 'smoke' },
      { type: 'merge', body: { spec: { suspend: false } } },
    )
    await eventually(async () => expect(await statusOf(cluster)).toMatchObject({ active: 1 }))
  })
})

test('the pods of a Job that is deleted go with it, counted or not', async () => {
  const cluster = await testCluster()
  await cluster.client.create(job())
  await eventually(async () => expect(await statusOf(cluster)).toMatchObject({ active: 1 }))
  await cluster.client.delete({ ...JOB, namespace: 'default', name: 'smoke' }, { propagationPolicy: 'Foreground' })
  await eventually(() => expect(statusOf(cluster)).rejects.toThrow('not found'))
  await eventually(() => expect(cluster.pods.list('default')).toEqual([]))
})

describe('the rules of a Job', () => {
  const NOW = Date.UTC(2026, 0, 1)
  const of = (spec: object, status: object = {}): Job => ({ ...job(spec), status }) as unknown as Job
  const ended = (phase: string, at: number): Pod =>
    ({
      metadata: { name: `${phase}-${at}` },
      spec: { containers: [] },
      status: {
        phase,
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: new Date(at).toISOString() }],
      },
    }) as unknown as Pod

  test('a deadline counts from the start time', () => {
    const started = of({ activeDeadlineSeconds: 60, completions: 1 }, { startTime: new Date(NOW).toISOString() })
    const tally = tallyOf(started, [], { released: new Set(), backoff: NO_BACKOFF })
    expect(verdictOf(tally, NOW + 59_000)).toBeUndefined()
    expect(verdictOf(tally, NOW + 60_000)?.reason).toBe('DeadlineExceeded')
  })

  test('the back-off doubles from 10 s to 10 min after the newest failure', () => {
    const left = (failures: number, now = NOW): number => backoffLeft({ failures, last: NOW }, now) / 1000
    expect([1, 2, 3, 7, 20].map((failures) => left(failures))).toEqual([10, 20, 40, 600, 600])
    expect(left(1, NOW + 10_000)).toBe(0)
    expect(backoffLeft(NO_BACKOFF, NOW)).toBe(0)
  })

  test('a success takes the back-off back, but for the failures after it', () => {
    const before = { failures: 3, last: NOW }
    const failed = [ended('Failed', NOW + 1000), ended('Failed', NOW + 3000)]
    expect(nextBackoff(before, { succeeded: [], failed })).toEqual({ failures: 5, last: NOW + 3000 })
    const succeeded = [ended('Succeeded', NOW + 2000)]
    expect(nextBackoff(before, { succeeded, failed })).toEqual({ failures: 1, last: NOW + 3000 })
    expect(nextBackoff(before, { succeeded, failed: [] })).toEqual(NO_BACKOFF)
  })

  test('a work queue starts no pod after the first success', () => {
    const wanted = (spec: object): number => wantedActive({ job: of(spec), active: [], succeeded: 1 })
    expect(wanted({ parallelism: 3 })).toBe(0)
    expect(wanted({ parallelism: 3, completions: 2 })).toBe(1)
  })

  test('numbers are written in order, and as ranges from three on', () => {
    expect(formatIndexes(new Set([7, 0, 3, 4, 5, 1]))).toBe('0,1,3-5,7')
    expect([...readIndexes('0,1,3-5,7,nonsense', 5)]).toEqual([0, 1, 3, 4])
    expect(formatIndexes(new Set())).toBe('')
  })
})
