import { startApiServer } from '@slipway/apiserver'
import type { KubeObject } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { eventually, FakeClock } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { createClient, eventRecorder } from '@slipway/client'

const EVENTS = { apiVersion: 'v1', kind: 'Event' }
const POD: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', uid: 'u' } }
const HAPPENING = { type: 'Warning', reason: 'Failed', message: 'it broke' } as const

async function recording() {
  const clock = new FakeClock()
  const api = await startApiServer({ store: openMemoryStore(), clock })
  onTestFinished(() => api.stop())
  const client = createClient(api.handle)
  const record = eventRecorder(client, { component: 'tester', clock, host: 'n1' })
  const counts = async (): Promise<unknown[]> =>
    (await client.list(EVENTS, { namespace: 'default' })).items.map((event) => event['count'])
  return { client, clock, record, counts }
}

test('a happening is an event about its object, by its component', async () => {
  const { client, record, counts } = await recording()
  record(POD, { ...HAPPENING, fieldPath: 'spec.containers{c}' })
  await eventually(async () => expect(await counts()).toEqual([1]))
  const [event] = (await client.list(EVENTS, { namespace: 'default' })).items
  expect(event).toMatchObject({
    ...HAPPENING,
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'default', uid: 'u', fieldPath: 'spec.containers{c}' },
    source: { component: 'tester', host: 'n1' },
    reportingComponent: 'tester',
    firstTimestamp: '2026-01-01T00:00:00Z',
  })
})

test('the same again counts up, however soon it comes', async () => {
  const { client, record, counts, clock } = await recording()
  for (let count = 0; count < 5; count++) record(POD, HAPPENING)
  await eventually(async () => expect(await counts()).toEqual([5]))
  await clock.advance(60_000)
  record(POD, HAPPENING)
  record(POD, { ...HAPPENING, message: 'it broke elsewhere' })
  await eventually(async () => expect(await counts()).toEqual([6, 1]))
  const [event] = (await client.list(EVENTS, { namespace: 'default' })).items
  expect(event).toMatchObject({ firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:01:00Z' })
})

test('an event that somebody deleted is made anew', async () => {
  const { client, record, counts } = await recording()
  record(POD, HAPPENING)
  await eventually(async () => expect(await counts()).toEqual([1]))
  const [event] = (await client.list(EVENTS, { namespace: 'default' })).items
  await client.delete({ ...EVENTS, namespace: 'default', name: event?.metadata.name ?? '' })
  record(POD, HAPPENING)
  await eventually(async () => expect(await counts()).toEqual([1]))
})

test('one that cannot be written is lost without a word', async () => {
  const { record, counts } = await recording()
  record({ ...POD, metadata: { ...POD.metadata, namespace: 'nowhere' } }, HAPPENING)
  record(POD, HAPPENING)
  await eventually(async () => expect(await counts()).toEqual([1]))
})
