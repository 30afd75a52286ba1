import { describe, expect, test } from 'vitest'
import { boundsOf, newSetReplicas, proportional, scaleDownOld } from '../src/deployment/rolling.ts'
import type { DeploymentSpec, ReplicaSet } from '../src/shared/types.ts'

const template = { spec: { containers: [] } }
const spec = (replicas: number, surge: number | string, unavailable: number | string): DeploymentSpec => ({
  replicas,
  selector: {},
  template,
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
})
const set = (
  name: string,
  replicas: number,
  available = replicas,
  annotations: Record<string, string> = {},
): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, creationTimestamp: `2026-01-01T00:00:0${name.length}Z`, annotations },
  spec: { replicas, selector: {}, template },
  status: { availableReplicas: available },
})

describe('bounds: surge rounds up, unavailable rounds down, both zero lets one pod be missing', () => {
  test.each([
    [10, '25%', '25%', 3, 2],
    [3, '25%', '25%', 1, 0],
    [1, '25%', '25%', 1, 0],
    [4, 0, 0, 0, 1],
    [0, 0, 0, 0, 0],
    [5, 2, '50%', 2, 2],
  ])('%i replicas with %s and %s', (replicas, maxSurge, maxUnavailable, surge, unavailable) => {
    expect(boundsOf(spec(replicas, maxSurge, maxUnavailable))).toEqual({ surge, unavailable })
  })
})

test('the new set grows by what the surge leaves, counting what all sets want', () => {
  const fresh = set('b', 0)
  expect(newSetReplicas(spec(10, 3, 2), { fresh, all: [set('a', 10), fresh] })).toBe(3)
  expect(newSetReplicas(spec(10, 3, 2), { fresh: set('b', 3), all: [set('a', 10), set('b', 3)] })).toBe(3)
  expect(newSetReplicas(spec(10, 3, 2), { fresh: set('b', 8), all: [set('a', 1), set('b', 8)] })).toBe(10)
})

test('old sets shrink by what is available above the minimum; unhealthy pods of the oldest set go first', () => {
  const down = scaleDownOld(spec(10, 3, 2), { fresh: set('ccc', 3, 0), old: [set('a', 8), set('bb', 2, 0)] })
  expect(down.map(({ set: of, replicas }) => [of.metadata.name, replicas])).toEqual([['bb', 0]])
  const later = scaleDownOld(spec(10, 3, 2), { fresh: set('ccc', 5, 5), old: [set('a', 8)] })
  expect(later.map(({ replicas }) => replicas)).toEqual([3])
  expect(scaleDownOld(spec(10, 3, 0), { fresh: set('ccc', 3, 0), old: [set('a', 10)] })).toEqual([])
})

test('a size change in the middle of a rollout is spread in proportion, nothing lost in rounding', () => {
  const sized = { 'deployment.kubernetes.io/desired-replicas': '10', 'deployment.kubernetes.io/max-replicas': '13' }
  const steps = proportional(spec(30, 3, 2), { all: [set('a', 8, 8, sized), set('bb', 5, 5, sized)] })
  const total = steps.reduce((sum, { replicas }) => sum + replicas, 0)
  expect(total).toBe(33)
  expect(steps.map(({ set: of, replicas }) => [of.metadata.name, replicas])).toEqual([
    ['a', 20],
    ['bb', 13],
  ])
})
