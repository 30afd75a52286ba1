import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { expectCondition, nodeCluster, SERVER } from './cluster.ts'

test('a pod with readiness gates is ready when others say so, and no longer when they take it back', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', SERVER)
  const gate = 'example.com/load-balancer'
  await cluster.createPod('web', {}, { readinessGates: [{ conditionType: gate }] })
  const ready = async (): Promise<unknown> =>
    (await cluster.pod('web')).status.conditions?.find(({ type }) => type === 'Ready')
  const set = (status: string): Promise<unknown> =>
    cluster.client.patch(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web', subresource: 'status' },
      { type: 'strategic', body: { status: { conditions: [{ type: gate, status }] } } },
    )
  await eventually(async () => expectCondition(await cluster.pod('web'), 'ContainersReady', 'True'))
  await eventually(async () =>
    expect(await ready()).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: `corresponding condition of pod readiness gate "${gate}" does not exist.`,
    }),
  )
  await set('True')
  await eventually(async () => expectCondition(await cluster.pod('web'), 'Ready', 'True'))
  expect(await ready()).not.toHaveProperty('reason')
  expect(await ready()).toHaveProperty('lastProbeTime', null)
  const types = (await cluster.pod('web')).status.conditions?.map(({ type }) => type)
  const own = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady']
  expect(types?.filter((type) => own.includes(type))).toEqual(own)
  await set('False')
  await eventually(async () =>
    expect(await ready()).toMatchObject({
      status: 'False',
      message: `the status of pod readiness gate "${gate}" is not "True", but False`,
    }),
  )
  // The node's own writes leave it alone.
  expectCondition(await cluster.pod('web'), gate, 'False')
})
