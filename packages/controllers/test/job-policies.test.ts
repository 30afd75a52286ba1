import type { KubeObject } from '@slipway/objects'
import { eventually, FakeClock } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import type { Job } from '../src/job/types.ts'
import type { Condition, Pod } from '../src/shared/types.ts'
import { testCluster, type TestCluster } from './cluster.ts'
import { eventsOf } from './scheduling.ts'

const JOB = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'default', name: 'work' }
const POD = { apiVersion: 'v1', kind: 'Pod' }
const INDEX = 'batch.kubernetes.io/job-completion-index'

const job = (spec: object = {}): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'work', namespace: 'default' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'a:1' }] } }, ...spec },
})
const indexed = (spec: object): KubeObject => job({ completionMode: 'Indexed', ...spec })

const read = (cluster: TestCluster): Promise<Job> => cluster.client.get<Job>(JOB)
const podsOf = ({ pods }: TestCluster): Pod[] => pods.list('default') as Pod[]
const indexOf = ({ metadata }: KubeObject): string => metadata.annotations?.[INDEX] ?? ''

/** The exit code of pods: their phase and the state of their container follow from it; undefined for one that runs on. */
function exits(cluster: TestCluster, codeOf: (pod: KubeObject) => number | undefined): void {
  cluster.phase = (pod) => {
    const code = codeOf(pod)
    return code === undefined ? 'Running' : code === 0 ? 'Succeeded' : 'Failed'
  }
  cluster.status = (pod) => {
    const exitCode = codeOf(pod)
    return exitCode === undefined ? {} : { containerStatuses: [exited(exitCode)] }
  }
}

function exited(exitCode: number): object {
  const reason = exitCode === 0 ? 'Completed' : 'Error'
  const state = { terminated: { exitCode, reason, finishedAt: '2020-01-01T00:00:00Z' } }
  return { name: 'main', image: 'a:1', imageID: '', ready: false, restartCount: 0, state }
}

async function ended(
  cluster: TestCluster,
  type: 'Complete' | 'Failed',
): Promise<{ status: Job['status']; last: Condition }> {
  return eventually(async () => {
    const { status } = await read(cluster)
    const last = status.conditions?.at(-1)
    if (last?.type !== type) throw new Error(JSON.stringify(status))
    return { status, last }
  })
}

const conditionsOf = (status: Job['status']): string[] =>
  (status.conditions ?? []).map(({ type, reason }) => `${type} ${reason ?? ''}`)

describe('a pod failure policy', () => {
  test('fails the Job at an exit code, whatever its limit, and takes the other pods along', async () => {
    const cluster = await testCluster()
    exits(cluster, (pod) => (indexOf(pod) === '0' ? 42 : undefined))
    const rules = [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } }]
    await cluster.client.create(indexed({ completions: 2, parallelism: 2, podFailurePolicy: { rules } }))
    const { status, last } = await ended(cluster, 'Failed')
    expect(conditionsOf(status)).toEqual(['FailureTarget PodFailurePolicy', 'Failed PodFailurePolicy'])
    expect(last.message).toMatch(
      /^Container main for pod default\/work-0-\w{5} failed with exit code 42 matching FailJob rule at index 0$/,
    )
    expect(status).toMatchObject({ failed: 2, terminating: 0, ready: 0, uncountedTerminatedPods: {} })
    await eventually(async () =>
      expect(await eventsOf(cluster, 'work')).toContain(`Warning PodFailurePolicy ${last.message ?? ''}`),
    )
    expect(cluster.errors).toEqual([])
  })

  test('ignores the failures of pods that were disrupted', async () => {
    const cluster = await testCluster()
    const first = new Set<string>()
    cluster.phase = (pod) => {
      if (first.size === 0) first.add(pod.metadata.uid ?? '')
      return first.has(pod.metadata.uid ?? '') ? 'Failed' : 'Succeeded'
    }
    const target = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: '' }
    // A pod that ended long ago has no back-off left.
    cluster.status = (pod) =>
      first.has(pod.metadata.uid ?? '') ? { conditions: [target], containerStatuses: [exited(137)] } : {}
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }]
    await cluster.client.create(job({ backoffLimit: 0, podFailurePolicy: { rules } }))
    const { status } = await ended(cluster, 'Complete')
    expect(status.failed).toBeUndefined()
    expect(status.succeeded).toBe(1)
  })

  test('waits for a pod that is going to be gone before another takes its place', async () => {
    const cluster = await testCluster()
    cluster.ends = () => false
    await cluster.client.create(job({ podReplacementPolicy: 'Failed' }))
    await eventually(async () => expect((await read(cluster)).status).toMatchObject({ active: 1, ready: 1 }))
    const [pod] = podsOf(cluster)
    await cluster.client.delete({ ...POD, namespace: 'default', name: pod?.metadata.name ?? '' })
    await eventually(async () => expect((await read(cluster)).status).toMatchObject({ terminating: 1, ready: 0 }))
    expect(podsOf(cluster)).toHaveLength(1)
    cluster.ends = () => true
    cluster.phase = ({ metadata }) => (metadata.deletionTimestamp === undefined ? 'Running' : 'Failed')
    await failInPlace(cluster, pod?.metadata.name ?? '')
    await eventually(async () => {
      expect((await read(cluster)).status).toMatchObject({ active: 1, failed: 1, terminating: 0 })
    })
  })

  test('is not needed for a pod that is going to be replaced at once', async () => {
    const cluster = await testCluster()
    cluster.ends = () => false
    await cluster.client.create(job())
    await eventually(async () => expect((await read(cluster)).status).toMatchObject({ active: 1, ready: 1 }))
    const [pod] = podsOf(cluster)
    await cluster.client.delete({ ...POD, namespace: 'default', name: pod?.metadata.name ?? '' })
    await eventually(async () => expect((await read(cluster)).status).toMatchObject({ terminating: 1, failed: 1 }))
  })
})

describe('the numbers of an Indexed Job', () => {
  test('are written as they succeed', async () => {
    const cluster = await testCluster()
    exits(cluster, (pod) => (['1', '2', '3'].includes(indexOf(pod)) ? 0 : undefined))
    await cluster.client.create(indexed({ completions: 5, parallelism: 5 }))
    await eventually(async () =>
      expect((await read(cluster)).status).toMatchObject({ completedIndexes: '1-3', succeeded: 3, active: 2 }),
    )
    const [pod] = podsOf(cluster)
    expect(pod?.metadata.labels?.[INDEX]).toBe(indexOf(pod as Pod))
    expect(pod?.spec['hostname']).toBe(`work-${indexOf(pod as Pod)}`)
    expect(pod?.spec.containers[0]?.['env']).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${INDEX}']` } },
      },
    ])
  })

  test('fail by themselves where each has a limit, and the others still run', async () => {
    const cluster = await testCluster()
    exits(cluster, (pod) => (Number(indexOf(pod)) % 2 === 0 ? 1 : 0))
    await cluster.client.create(indexed({ completions: 4, parallelism: 2, backoffLimitPerIndex: 0 }))
    const { status, last } = await ended(cluster, 'Failed')
    expect(last).toMatchObject({ reason: 'FailedIndexes', message: 'Job has failed indexes' })
    expect(status).toMatchObject({ failedIndexes: '0,2', completedIndexes: '1,3', succeeded: 2, failed: 2 })
  })

  test('are tried again up to their limit, each pod counting the failures before it', async () => {
    const cluster = await testCluster()
    const counts = new Set<string>()
    exits(cluster, (pod) => {
      counts.add(pod.metadata.annotations?.['batch.kubernetes.io/job-index-failure-count'] ?? '')
      return 1
    })
    await cluster.client.create(indexed({ completions: 1, backoffLimitPerIndex: 2 }))
    const { status } = await ended(cluster, 'Failed')
    expect(status).toMatchObject({ failedIndexes: '0', failed: 3 })
    expect([...counts]).toEqual(['0', '1', '2'])
  })

  test('end the Job when too many of them fail', async () => {
    const cluster = await testCluster()
    exits(cluster, (pod) => (indexOf(pod) === '9' ? undefined : 1))
    await cluster.client.create(
      indexed({ completions: 10, parallelism: 10, backoffLimitPerIndex: 0, maxFailedIndexes: 2 }),
    )
    const { status, last } = await ended(cluster, 'Failed')
    expect(last).toMatchObject({
      reason: 'MaxFailedIndexesExceeded',
      message: 'Job has exceeded the specified maximal number of failed indexes',
    })
    expect(conditionsOf(status)[0]).toBe('FailureTarget MaxFailedIndexesExceeded')
  })

  test('fail at once by a policy that says so', async () => {
    const cluster = await testCluster()
    exits(cluster, (pod) => (indexOf(pod) === '0' ? 42 : 0))
    const rules = [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } }]
    const policy = { podFailurePolicy: { rules } }
    await cluster.client.create(indexed({ completions: 2, parallelism: 2, backoffLimitPerIndex: 5, ...policy }))
    const { status } = await ended(cluster, 'Failed')
    expect(status).toMatchObject({ failedIndexes: '0', completedIndexes: '1', failed: 1, succeeded: 1 })
  })
})

describe('a success policy', () => {
  test.each([
    ['by the numbers that it names', { succeededIndexes: '0,2-3' }],
    ['by how many of those that it names', { succeededIndexes: '0-4', succeededCount: 3 }],
    ['by how many', { succeededCount: 3 }],
  ])('completes the Job %s, and ends the other pods', async (_, rule) => {
    const cluster = await testCluster()
    exits(cluster, (pod) => (['0', '2', '3'].includes(indexOf(pod)) ? 0 : undefined))
    await cluster.client.create(indexed({ completions: 5, parallelism: 5, successPolicy: { rules: [rule] } }))
    const { status, last } = await ended(cluster, 'Complete')
    expect(last).toMatchObject({ reason: 'SuccessPolicy', message: 'Matched rules at index 0' })
    expect(conditionsOf(status)).toEqual(['SuccessCriteriaMet SuccessPolicy', 'Complete SuccessPolicy'])
    expect(status).toMatchObject({ completedIndexes: '0,2,3', succeeded: 3, terminating: 0 })
    expect(status.failed).toBeUndefined()
    await eventually(() => expect(podsOf(cluster)).toHaveLength(3))
  })
})

describe('a Job', () => {
  test('is not over before its last pod has ended', async () => {
    const cluster = await testCluster()
    cluster.ends = () => false
    await cluster.client.create(job({ activeDeadlineSeconds: 1 }))
    await eventually(async () => {
      const { status } = await read(cluster)
      expect(conditionsOf(status)).toEqual(['FailureTarget DeadlineExceeded'])
      expect(status).toMatchObject({ terminating: 1, ready: 0 })
    })
    cluster.ends = () => true
    const [pod] = podsOf(cluster)
    await touch(cluster, pod?.metadata.name ?? '')
    await ended(cluster, 'Failed')
  })

  test('that another controller manages is left alone', async () => {
    const cluster = await testCluster()
    await cluster.client.create(job({ managedBy: 'example.com/queue' }))
    await cluster.client.create({ ...job(), metadata: { name: 'other', namespace: 'default' } })
    await eventually(async () =>
      expect((await cluster.client.get<Job>({ ...JOB, name: 'other' })).status).toMatchObject({ active: 1 }),
    )
    expect((await read(cluster)).status).toEqual({})
    expect(podsOf(cluster)).toHaveLength(1)
  })

  test('has no start while it is suspended, and a new one when it goes on', async () => {
    const clock = new FakeClock(Date.UTC(2026, 0, 1))
    const cluster = await testCluster(clock)
    await cluster.client.create(job({ activeDeadlineSeconds: 600 }))
    await eventually(async () => expect((await read(cluster)).status).toMatchObject({ active: 1, ready: 1 }))
    const suspend = (value: boolean): Promise<KubeObject> =>
      cluster.client.patch(JOB, { type: 'merge', body: { spec: { suspend: value } } })
    await suspend(true)
    await eventually(async () => {
      const { status } = await read(cluster)
      expect(conditionsOf(status)).toEqual(['Suspended JobSuspended'])
      expect(status.startTime).toBeUndefined()
      expect(status.active).toBeUndefined()
    })
    await eventually(() => expect(podsOf(cluster)).toEqual([]))
    expect((await read(cluster)).status.failed).toBeUndefined()
    await clock.advance(3600_000)
    await suspend(false)
    await eventually(async () => {
      const { status } = await read(cluster)
      expect(status).toMatchObject({ active: 1, startTime: '2026-01-01T01:00:00Z' })
      expect(conditionsOf(status)).toEqual(['Suspended JobResumed'])
    })
    await eventually(async () =>
      expect(await eventsOf(cluster, 'work')).toEqual(
        expect.arrayContaining(['Normal Suspended Job suspended', 'Normal Resumed Job resumed']),
      ),
    )
  })

  test('that lives on for a time is deleted after it', async () => {
    const clock = new FakeClock(Date.UTC(2026, 0, 1))
    const cluster = await testCluster(clock)
    cluster.phase = () => 'Succeeded'
    await cluster.client.create(job({ ttlSecondsAfterFinished: 60 }))
    await ended(cluster, 'Complete')
    await clock.advance(59_000)
    expect((await read(cluster)).metadata.deletionTimestamp).toBeUndefined()
    await clock.advance(2_000)
    await eventually(() => expect(read(cluster)).rejects.toThrow('not found'))
  })

  test('adopts pods that match it and releases those that do not', async () => {
    const cluster = await testCluster()
    await cluster.client.create(job())
    const pod = await eventually(() => {
      const [found] = podsOf(cluster)
      if (found?.metadata.ownerReferences === undefined) throw new Error('no pod')
      return found
    })
    const ref = { ...POD, namespace: 'default', name: pod.metadata.name ?? '' }
    await cluster.client.patch(ref, { type: 'merge', body: { metadata: { ownerReferences: null } } })
    await eventually(async () =>
      expect((await cluster.client.get(ref)).metadata.ownerReferences).toMatchObject([{ name: 'work' }]),
    )
    await cluster.client.patch(ref, { type: 'merge', body: { metadata: { labels: null } } })
    await eventually(async () => {
      const { metadata } = await cluster.client.get(ref)
      expect(metadata.ownerReferences ?? []).toEqual([])
      expect(metadata.finalizers ?? []).toEqual([])
    })
  })

  test('that leaves its pods behind lets them go', async () => {
    const cluster = await testCluster()
    await cluster.client.create(job())
    await eventually(async () => expect((await read(cluster)).status).toMatchObject({ active: 1 }))
    await cluster.client.delete(JOB, { propagationPolicy: 'Orphan' })
    await eventually(() => expect(read(cluster)).rejects.toThrow('not found'))
    await eventually(() => {
      const [pod] = podsOf(cluster)
      expect(pod?.metadata).toBeDefined()
      expect(pod?.metadata.ownerReferences ?? []).toEqual([])
      expect(pod?.metadata.finalizers ?? []).toEqual([])
    })
  })
})

async function touch({ client }: TestCluster, name: string): Promise<void> {
  const body = { metadata: { annotations: { touched: 'yes' } } }
  await client.patch({ ...POD, namespace: 'default', name }, { type: 'merge', body })
}

async function failInPlace(cluster: TestCluster, name: string): Promise<void> {
  const body = { status: { phase: 'Failed', containerStatuses: [exited(143)] } }
  await cluster.client.patch({ ...POD, namespace: 'default', name, subresource: 'status' }, { type: 'merge', body })
}
