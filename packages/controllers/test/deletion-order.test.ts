import type { KubeObject } from '@slipway/objects'
import { expect, test } from 'vitest'
import { compareForDeletion } from '../src/shared/pods.ts'
import type { Pod } from '../src/shared/types.ts'

const NOW = Date.UTC(2026, 0, 1, 12)
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()

interface Traits {
  readonly node?: string
  readonly phase?: string
  readonly readyFor?: number
  readonly cost?: number
  readonly restarts?: number
  readonly age?: number
}

function pod(name: string, traits: Traits = {}): Pod {
  const { node = 'n', phase = 'Running', readyFor = 3600, cost, restarts = 0, age = 7200 } = traits
  const conditions = readyFor < 0 ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: ago(readyFor) }]
  const annotations = cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': String(cost) }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid: name, annotations, creationTimestamp: ago(age) },
    spec: { nodeName: node, containers: [] },
    status: { phase, conditions, containerStatuses: [{ restartCount: restarts }] },
  } as KubeObject as Pod
}

// Which of two pods goes first: k8s.io/kubernetes/pkg/controller.ActivePodsWithRanks, one rule a line.
test.each([
  ['that has no node', { node: '' }, {}],
  ['that is pending', { phase: 'Pending' }, {}],
  ['that is pending before one whose state is unknown', { phase: 'Pending' }, { phase: 'Unknown' }],
  ['whose state is unknown', { phase: 'Unknown' }, {}],
  ['that is not ready', { readyFor: -1 }, {}],
  ['that is not ready, however dear', { readyFor: -1, cost: 100 }, {}],
  ['that costs less', { cost: -5 }, {}],
  ['that costs less, however long it has been ready', { cost: -5, readyFor: 7000 }, { readyFor: 1 }],
  ['that became ready far later', { readyFor: 10 }, { readyFor: 3600 }],
  ['that was started more often', { restarts: 3 }, {}],
  ['that is far younger', { age: 3700 }, { age: 100_000 }],
] as const)('a pod %s goes first', (_, first, second) => {
  const [a, b] = [pod('b', first), pod('a', second)]
  expect([b, a].sort(compareForDeletion(NOW)).map(({ metadata }) => metadata.name)).toEqual(['b', 'a'])
  expect([a, b].sort(compareForDeletion(NOW)).map(({ metadata }) => metadata.name)).toEqual(['b', 'a'])
})

test('pods of about one age are not told apart by it', () => {
  const [a, b] = [pod('a', { readyFor: 3000, age: 4000 }), pod('b', { readyFor: 2900, age: 3900 })]
  expect([b, a].sort(compareForDeletion(NOW)).map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
})
