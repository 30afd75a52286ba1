import { applicationHealth, healthOf, type HealthCode } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import { expect, test } from 'vitest'

function object(apiVersion: string, kind: string, rest: object): KubeObject {
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'x', generation: 2 }, ...rest }
}

const ready = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 }
const deployment = (status: object, spec: object = { replicas: 2 }): KubeObject =>
  object('apps/v1', 'Deployment', { spec, status })
const pod = (status: object, spec: object = { restartPolicy: 'Always' }): KubeObject =>
  object('v1', 'Pod', { spec, status })

const CASES: readonly [string, KubeObject, HealthCode, string?][] = [
  ['a rolled out Deployment', deployment(ready), 'Healthy'],
  [
    'one whose spec was not seen',
    deployment({ ...ready, observedGeneration: 1 }),
    'Progressing',
    'Waiting for rollout to finish: observed deployment generation less than desired generation',
  ],
  [
    'one half updated',
    deployment({ ...ready, updatedReplicas: 1 }),
    'Progressing',
    'Waiting for rollout to finish: 1 out of 2 new replicas have been updated...',
  ],
  [
    'one with old pods',
    deployment({ ...ready, replicas: 3 }),
    'Progressing',
    'Waiting for rollout to finish: 1 old replicas are pending termination...',
  ],
  [
    'one that is not available',
    deployment({ ...ready, availableReplicas: 0 }),
    'Progressing',
    'Waiting for rollout to finish: 0 of 2 updated replicas are available...',
  ],
  [
    'one past its deadline',
    deployment({ ...ready, conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] }),
    'Degraded',
    'Deployment "web" exceeded its progress deadline',
  ],
  ['a paused one', deployment(ready, { paused: true }), 'Suspended', 'Deployment is paused'],
  [
    'a StatefulSet that was not seen',
    object('apps/v1', 'StatefulSet', { spec: {}, status: {} }),
    'Progressing',
    'Waiting for statefulset spec update to be observed...',
  ],
  [
    'a DaemonSet',
    object('apps/v1', 'DaemonSet', {
      spec: {},
      status: { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
    }),
    'Progressing',
    'Waiting for daemon set "web" rollout to finish: 1 of 2 updated pods are available...',
  ],
  [
    'a failed Job',
    object('batch/v1', 'Job', { status: { conditions: [{ type: 'Failed', status: 'True', message: 'too often' }] } }),
    'Degraded',
    'too often',
  ],
  [
    'a done Job',
    object('batch/v1', 'Job', { status: { conditions: [{ type: 'Complete', status: 'True', message: 'done' }] } }),
    'Healthy',
    'done',
  ],
  ['a running Job', object('batch/v1', 'Job', { status: {} }), 'Progressing'],
  [
    'a crashing Pod',
    pod({
      phase: 'Running',
      containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } } }],
    }),
    'Degraded',
    'back-off',
  ],
  [
    'a Pod that runs once',
    pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }, { restartPolicy: 'Never' }),
    'Progressing',
  ],
  ['a ready Pod', pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }), 'Healthy'],
  [
    'a failed Pod',
    pod({ phase: 'Failed', containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 3 } } }] }),
    'Degraded',
    'container "c" failed with exit code 3',
  ],
  ['a Service', object('v1', 'Service', { spec: {} }), 'Healthy'],
  ['a load balancer', object('v1', 'Service', { spec: { type: 'LoadBalancer' } }), 'Progressing'],
  ['a bound claim', object('v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } }), 'Healthy'],
  [
    'an autoscaler',
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      status: { conditions: [{ type: 'AbleToScale', status: 'True', message: 'ok' }] },
    }),
    'Healthy',
    'ok',
  ],
  [
    'an autoscaler without metrics',
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      status: {
        conditions: [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'none' }],
      },
    }),
    'Degraded',
    'none',
  ],
  [
    'a budget',
    object('policy/v1', 'PodDisruptionBudget', {
      status: { conditions: [{ status: 'False', reason: 'InsufficientPods' }] },
    }),
    'Healthy',
    'PodDisruptionBudget has InsufficientPods',
  ],
  ['an ingress without address', object('networking.k8s.io/v1', 'Ingress', {}), 'Progressing'],
]

test.each(CASES)('%s', (_, live, status, message) => {
  expect(healthOf(live)).toEqual(message === undefined ? { status } : { status, message })
})

test('a ConfigMap has no health, and what is being deleted progresses', () => {
  const map = object('v1', 'ConfigMap', {})
  expect(healthOf(map)).toBeUndefined()
  expect(healthOf({ ...map, metadata: { ...map.metadata, deletionTimestamp: 'now' } })).toEqual({
    status: 'Progressing',
    message: 'Pending deletion',
  })
})

test('the worst resource decides, and is named', () => {
  const pairs = [deployment(ready), deployment({ ...ready, availableReplicas: 0 })].map((live) => ({
    target: live,
    live,
  }))
  expect(applicationHealth(pairs).total).toEqual({ status: 'Progressing', message: 'Caused by apps/Deployment:x/web' })
})

test('nothing live is Missing, one missing among others is not, nothing at all is Healthy', () => {
  const target = deployment(ready)
  expect(applicationHealth([{ target, live: undefined }]).total).toEqual({ status: 'Missing' })
  expect(
    applicationHealth([
      { target, live: undefined },
      { target, live: target },
    ]).total,
  ).toEqual({ status: 'Healthy' })
  expect(applicationHealth([]).total).toEqual({ status: 'Healthy' })
})
