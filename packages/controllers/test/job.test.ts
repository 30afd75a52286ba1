import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { backoffLeft, verdictOf, wantedActive, type JobCounts } from '../src/job/verdict.ts'
import type { Job } from '../src/job/types.ts'
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
  const counts = (of: Partial<JobCounts>): JobCounts => ({
    active: [],
    terminating: 0,
    succeeded: 0,
    failed: 0,
    restarts: 0,
    ...of,
  })
  const of = (spec: object, status: object = {}): Job => ({ ...job(spec), status }) as unknown as Job

  test('a deadline counts from the start time', () => {
    const started = of({ activeDeadlineSeconds: 60, completions: 1 }, { startTime: new Date(NOW).toISOString() })
    expect(verdictOf(started, counts({}), NOW + 59_000)).toBeUndefined()
    expect(verdictOf(started, counts({}), NOW + 60_000)?.reason).toBe('DeadlineExceeded')
  })

  test('the back-off doubles from 10 s to 10 min after the newest failure', () => {
    expect([1, 2, 3, 7, 20].map((failures) => backoffLeft(failures, NOW, NOW) / 1000)).toEqual([10, 20, 40, 600, 600])
    expect(backoffLeft(1, NOW, NOW + 10_000)).toBe(0)
    expect(backoffLeft(0, undefined, NOW)).toBe(0)
  })

  test('a work queue starts no pod after the first success', () => {
    expect(wantedActive(of({ parallelism: 3 }), counts({ succeeded: 1 }))).toBe(0)
    expect(wantedActive(of({ parallelism: 3, completions: 2 }), counts({ succeeded: 1 }))).toBe(1)
  })
})
