import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { restartsAfter } from '../src/container/restart.ts'
import type { Container, Pod } from '../src/types.ts'
import { nodeCluster } from './cluster.ts'

const rule = (operator: string, ...values: number[]) => ({ action: 'Restart', exitCodes: { operator, values } })

function restarts(podPolicy: string, container: Partial<Container>, codes: readonly number[]): boolean[] {
  const pod = { spec: { restartPolicy: podPolicy, containers: [] } } as unknown as Pod
  return codes.map((code) => restartsAfter({ name: 'main', image: 'i', ...container }, pod, code))
}

describe('a container that exited with 0, 1 and 42', () => {
  const codes = [0, 1, 42]
  test.each([
    ['Always', {}, [true, true, true]],
    ['OnFailure', {}, [false, true, true]],
    ['Never', {}, [false, false, false]],
    ['Always', { restartPolicy: 'Never' }, [false, false, false]],
    ['Never', { restartPolicy: 'Always' }, [true, true, true]],
    ['Never', { restartPolicy: 'OnFailure' }, [false, true, true]],
    ['Never', { restartPolicy: 'Never', restartPolicyRules: [rule('In', 42)] }, [false, false, true]],
    ['Always', { restartPolicy: 'Never', restartPolicyRules: [rule('NotIn', 42)] }, [true, true, false]],
    ['Never', { restartPolicyRules: [rule('In', 42)] }, [false, false, false]],
  ])('in a pod with %s and %j', (podPolicy, container, expected) => {
    expect(restarts(podPolicy, container, codes)).toEqual(expected)
  })
})

test('a container with Never stays ended in a pod with Always, and the pod fails with it', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', 'process.exit(3)')
  await cluster.createPod('web', { restartPolicy: 'Never' })
  await eventually(async () => {
    const { phase, containerStatuses = [] } = (await cluster.pod('web')).status
    expect(phase).toBe('Failed')
    expect(containerStatuses[0]).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 3 } } })
  })
})

test('a rule starts a container again in a pod with Never, until it ends with another code', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage(
    'web:1',
    `const fs = require('node:fs'); const again = !fs.existsSync('data/seen'); fs.writeFileSync('data/seen', ''); process.exit(again ? 42 : 0)`,
  )
  await cluster.createPod(
    'web',
    {
      restartPolicy: 'Never',
      restartPolicyRules: [rule('In', 42)],
      volumeMounts: [{ name: 'data', mountPath: '/app/data' }],
    },
    { restartPolicy: 'Never', volumes: [{ name: 'data', emptyDir: {} }] },
  )
  await eventually(async () => {
    const { phase, containerStatuses = [] } = (await cluster.pod('web')).status
    expect(phase).toBe('Succeeded')
    expect(containerStatuses[0]).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 42 } } })
  })
})

test('an init container that fails for good fails its pod', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', 'setInterval(() => {}, 1000)')
  const side = { name: 'side', image: 'web:1', restartPolicy: 'Always' }
  const init = { name: 'init', image: 'web:1', command: ['sh', '-c', 'exit 4'], restartPolicy: 'Never' }
  await cluster.createPod('web', {}, { initContainers: [side, init] })
  await eventually(async () => expect((await cluster.pod('web')).status.phase).toBe('Failed'))
  expect(cluster.node.processes()).toEqual([])
})

test.each([
  [{ restartPolicyRules: [rule('In', 1)] }, 'must specify restartPolicy when restart rules are used'],
  [{ restartPolicy: 'Sometimes' }, 'Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"'],
  [
    { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart' }] },
    'exitCodes: Required value: must be specified',
  ],
  [
    { restartPolicy: 'Never', restartPolicyRules: [rule('Is', 1)] },
    'Unsupported value: "Is": supported values: "In", "NotIn"',
  ],
])('the API refuses %j', async (container, message) => {
  const cluster = await nodeCluster()
  await expect(cluster.createPod('web', container)).rejects.toThrow(message)
})
