import { describe, expect, test } from 'vitest'
import { limitReplicas, ScalingHistory } from '../src/hpa/behavior.ts'
import { MetricFault, proposeReplicas } from '../src/hpa/calculator.ts'
import type { Autoscaler } from '../src/hpa/types.ts'
import type { Pod } from '../src/shared/types.ts'

const NOW = Date.UTC(2026, 0, 1)
const CPU = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } }

const pod = (name: string, ready = true): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'a', resources: { requests: { cpu: '100m' } } }] },
    status: {
      phase: 'Running',
      startTime: '2025-12-31T00:00:00Z',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2025-12-31T00:00:05Z' }],
    },
  }) as unknown as Pod

const propose = (usage: Record<string, number>, pods: Pod[]): number =>
  proposeReplicas(CPU, {
    pods,
    usage: new Map(Object.entries(usage).map(([name, milli]) => [name, { milli, measuredFrom: NOW - 1000 }])),
    current: pods.length,
    now: NOW,
  }).replicas

describe('replicas by utilization', () => {
  test('are the ready pods times the ratio, rounded up', () =>
    expect(propose({ a: 100, b: 100, c: 50 }, [pod('a'), pod('b'), pod('c')])).toBe(5))
  test('stay within the tolerance of a tenth', () => expect(propose({ a: 54, b: 54 }, [pod('a'), pod('b')])).toBe(2))
  test('count a pod without a metric as idle when growing', () =>
    expect(propose({ a: 100 }, [pod('a'), pod('b')])).toBe(2))
  test('count a pod without a metric as at its target when shrinking', () =>
    expect(propose({ a: 0, b: 0 }, [pod('a'), pod('b'), pod('c')])).toBe(1))
  test('count a pod that never was ready as idle when growing', () =>
    expect(propose({ a: 150, b: 150 }, [pod('a'), pod('b', false)])).toBe(3))

  test('cannot be computed without a request', () => {
    const bare = { ...pod('a'), spec: { containers: [{ name: 'a' }] } } as Pod
    expect(() => propose({ a: 1 }, [bare])).toThrow(MetricFault)
    expect(() => propose({ a: 1 }, [bare])).toThrow('missing request for cpu in container a of Pod a')
  })
})

test('a container metric counts the requests of that container only, and says when there is none', () => {
  const two = (name: string): Pod => {
    const made = pod(name)
    const beside = { name: 'b', resources: { requests: { cpu: '900m' } } }
    return { ...made, spec: { containers: [...made.spec.containers, beside] } }
  }
  const of = (container: string): Parameters<typeof proposeReplicas>[0] => ({ ...CPU, container })
  const seen = {
    pods: [two('x')],
    usage: new Map([['x', { milli: 100, measuredFrom: NOW - 1000 }]]),
    current: 1,
    now: NOW,
  }
  expect(proposeReplicas(of('a'), seen)).toMatchObject({
    replicas: 2,
    utilization: 100,
    description: 'cpu container resource utilization (percentage of request)',
  })
  expect(() => proposeReplicas(of('z'), seen)).toThrow('failed to get cpu utilization: container z not found in Pod x')
})

test('a tolerance of its own makes an autoscaler quicker or slower, each way for itself', () => {
  const at = (milli: number, tolerance: { up: number; down: number }): number =>
    proposeReplicas(CPU, {
      pods: [pod('a'), pod('b')],
      usage: new Map(['a', 'b'].map((name) => [name, { milli, measuredFrom: NOW - 1000 }])),
      current: 2,
      now: NOW,
      tolerance,
    }).replicas
  expect(at(54, { up: 0.05, down: 0.1 })).toBe(3)
  expect(at(60, { up: 0.3, down: 0.1 })).toBe(2)
  expect(at(20, { up: 0.05, down: 0.7 })).toBe(2)
})

test('what a young pod used before it was ready does not count', () => {
  const young = (ready: string): Pod => {
    const made = pod('a')
    return {
      ...made,
      status: {
        ...made.status,
        startTime: '2025-12-31T23:59:50Z',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ready }],
      },
    } as unknown as Pod
  }
  expect(propose({ a: 200 }, [young('2025-12-31T23:59:59Z')])).toBe(4)
  expect(() => propose({ a: 200 }, [young('2026-01-01T00:00:00Z')])).toThrow('pods might be unready')
})

describe('limits', () => {
  const scaler = (behavior: object = {}): Autoscaler =>
    ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: {},
      spec: { scaleTargetRef: {}, minReplicas: 2, maxReplicas: 20, behavior },
    }) as unknown as Autoscaler

  test('up: four pods or the double in 15 s, whichever is more', () => {
    const history = new ScalingHistory()
    expect(limitReplicas(scaler(), { current: 3, desired: 20 }, { history, now: NOW })).toMatchObject({
      replicas: 7,
      limited: { reason: 'ScaleUpLimit' },
    })
    history.changes.push({ at: NOW, by: 4 })
    expect(limitReplicas(scaler(), { current: 7, desired: 20 }, { history, now: NOW + 1000 }).replicas).toBe(7)
    expect(limitReplicas(scaler(), { current: 7, desired: 20 }, { history, now: NOW + 16_000 }).replicas).toBe(14)
  })

  test('down: the highest recommendation of the last five minutes holds', () => {
    const history = new ScalingHistory()
    limitReplicas(scaler(), { current: 6, desired: 6 }, { history, now: NOW })
    expect(limitReplicas(scaler(), { current: 6, desired: 3 }, { history, now: NOW + 299_000 })).toMatchObject({
      replicas: 6,
      stabilized: 'down',
    })
    expect(limitReplicas(scaler(), { current: 6, desired: 3 }, { history, now: NOW + 301_000 }).replicas).toBe(3)
  })

  test('the bounds have their own words', () => {
    const at = { history: new ScalingHistory(), now: NOW }
    expect(
      limitReplicas(scaler({ scaleDown: { stabilizationWindowSeconds: 0 } }), { current: 3, desired: 1 }, at),
    ).toMatchObject({ replicas: 2, limited: { reason: 'TooFewReplicas' } })
    expect(
      limitReplicas(scaler(), { current: 18, desired: 30 }, { history: new ScalingHistory(), now: NOW }),
    ).toMatchObject({ replicas: 20, limited: { reason: 'TooManyReplicas' } })
  })

  test('a disabled direction does not move', () => {
    expect(
      limitReplicas(
        scaler({ scaleUp: { selectPolicy: 'Disabled' } }),
        { current: 3, desired: 9 },
        { history: new ScalingHistory(), now: NOW },
      ).replicas,
    ).toBe(3)
  })
})
