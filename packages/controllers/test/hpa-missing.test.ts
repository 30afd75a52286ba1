import { startApiServer } from '@slipway/apiserver'
import { createClient, type Client } from '@slipway/client'
import { startControllers } from '@slipway/controllers'
import type { ApiResponse, KubeObject } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { FakeClock } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'

const SCALER = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: 'default', name: 'web' }

interface Cluster {
  readonly client: Client
  readonly clock: FakeClock
  /** What `metrics.k8s.io` answers from now on. */
  metrics: () => ApiResponse
}

async function cluster(autoscalerPeriod: number, scaling: object = {}): Promise<Cluster> {
  const clock = new FakeClock()
  const nothing = { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items: [] }
  const made: { metrics: () => ApiResponse } = { metrics: () => ({ status: 200, object: nothing }) }
  const extensions = { metrics: async () => made.metrics() }
  const api = await startApiServer({ store: openMemoryStore(), clock, extensions })
  const client = createClient(api.handle)
  const manager = await startControllers({ client, clock, ca: 'PEM', autoscalerPeriod })
  onTestFinished(async () => {
    await manager.stop()
    await api.stop()
  })
  const metadata = { name: 'web', namespace: 'default' }
  const labels = { app: 'web' }
  const containers = [{ name: 'a', image: 'a', resources: { requests: { cpu: '100m' } } }]
  const template = { metadata: { labels }, spec: { containers } }
  const spec = { replicas: 1, selector: { matchLabels: labels }, template }
  await client.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec })
  await client.create({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3, ...scaling },
  })
  return Object.assign(made, { client, clock })
}

async function scalingActive(client: Client): Promise<string | undefined> {
  const { status } = await client.get<KubeObject & { status?: { conditions?: { type: string; status: string }[] } }>(
    SCALER,
  )
  return status?.conditions?.find(({ type }) => type === 'ScalingActive')?.status
}

test('metrics that are missing while pods start are no fault before upstream would have looked', async () => {
  const { client, clock } = await cluster(500)
  await clock.advance(10_000)
  expect(await scalingActive(client)).toBeUndefined()
  await clock.advance(6_000)
  expect(await scalingActive(client)).toBe('False')
})

test('an autoscaler with the period of upstream says so at its first look', async () => {
  const { client, clock } = await cluster(15_000)
  await clock.advance(15_500)
  expect(await scalingActive(client)).toBe('False')
})

const metric = { name: 'queue', selector: { matchLabels: { b: '2', a: '1' } } }
const NO_API =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'

test.each([
  [
    'FailedGetPodsMetric',
    { type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '1' } } },
    `unable to get metric queue: ${NO_API}`,
  ],
  [
    'FailedGetObjectMetric',
    {
      type: 'Object',
      object: { metric, describedObject: { kind: 'Service', name: 'web' }, target: { type: 'Value', value: '1' } },
    },
    `unable to get metric queue: Service on default web/${NO_API}`,
  ],
  [
    'FailedGetExternalMetric',
    { type: 'External', external: { metric, target: { type: 'AverageValue', averageValue: '1' } } },
    'unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)',
  ],
])('a metric of an API that nobody serves is refused as in a cluster without adapter: %s', async (reason, of, why) => {
  const { client, clock } = await cluster(15_000, { metrics: [of] })
  await clock.advance(15_500)
  const { status } = await client.get<KubeObject & { status: { conditions: object[]; currentMetrics: object[] } }>(
    SCALER,
  )
  expect(status.conditions).toContainEqual(
    expect.objectContaining({
      type: 'ScalingActive',
      status: 'False',
      reason,
      message: `the HPA was unable to compute the replica count: ${why}`,
    }),
  )
  expect(status.currentMetrics).toEqual([{ type: '' }])
  const { items } = await client.list({ apiVersion: 'v1', kind: 'Event' }, { namespace: 'default' })
  const told = items.filter(({ involvedObject }) => (involvedObject as { kind: string }).kind === SCALER.kind)
  expect(told.map((event) => [event['reason'], event['message']])).toEqual([
    [reason, why],
    [
      'FailedComputeMetricsReplicas',
      expect.stringMatching(/^invalid metrics \(1 invalid out of 1\), first error is: /),
    ],
  ])
})
