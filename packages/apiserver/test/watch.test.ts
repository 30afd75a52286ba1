import type { KubeObject } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { FakeClock } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { inDefault, startServer, type TestServer } from './https.ts'

const CONFIGS = inDefault('configmaps')

async function make(server: TestServer, name: string, labels: Record<string, string> = {}): Promise<string> {
  const { object } = await server.ask('POST', CONFIGS, { body: { metadata: { name, labels } } })
  return object.metadata.resourceVersion ?? ''
}

const seen = (events: readonly { type: string; object: KubeObject }[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim())

test('a watch resumes after a resource version with everything since', async () => {
  const server = await startServer()
  const from = await make(server, 'a')
  await make(server, 'b')
  await server.ask('PATCH', `${CONFIGS}/a`, { type: 'application/merge-patch+json', body: { data: { x: 'y' } } })
  await server.ask('DELETE', `${CONFIGS}/b`)
  const events = await server.watch(`${CONFIGS}?watch=true&resourceVersion=${from}`, 3)
  expect(seen(events)).toEqual(['ADDED b', 'MODIFIED a', 'DELETED b'])
  const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
})

test('an object that enters the selection is added, one that leaves it is deleted', async () => {
  const server = await startServer()
  const from = await make(server, 'a', { app: 'x' })
  const patch = (labels: object) =>
    server.ask('PATCH', `${CONFIGS}/a`, { type: 'application/merge-patch+json', body: { metadata: { labels } } })
  await patch({ app: 'y' })
  await patch({ app: 'x' })
  const events = await server.watch(`${CONFIGS}?watch=true&labelSelector=app%3Dx&resourceVersion=${from}`, 2)
  expect(seen(events)).toEqual(['DELETED a', 'ADDED a'])
  expect(events[0]?.object.metadata.labels).toEqual({ app: 'x' })
})

test('a list as a stream ends with a bookmark that says so', async () => {
  const server = await startServer()
  await make(server, 'a')
  const last = await make(server, 'b')
  const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const events = await server.watch(`${CONFIGS}?${query}`, 3)
  expect(seen(events)).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK'])
  expect(events[2]?.object.metadata).toMatchObject({
    resourceVersion: last,
    annotations: { 'k8s.io/initial-events-end': 'true' },
  })
  const wrong = await server.ask('GET', `${CONFIGS}?watch=true&sendInitialEvents=true`)
  expect(wrong.object.message).toContain('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
})

test('a quiet watch says every minute how far it is', async () => {
  const clock = new FakeClock()
  const server = await startServer({ clock })
  const from = await make(server, 'a')
  const waiting = clock.waiting
  const events = server.watch(`${CONFIGS}?watch=true&allowWatchBookmarks=true&resourceVersion=${from}`, 1)
  while (clock.waiting < waiting + 2) await new Promise((resolve) => setImmediate(resolve))
  await server.ask('POST', inDefault('secrets'), { body: { metadata: { name: 's' } } })
  await clock.advance(60_000)
  expect(seen(await events)).toEqual(['BOOKMARK'])
})

test('what is compacted is Expired, what is not written yet is too large', async () => {
  const store = openMemoryStore<KubeObject>({ history: 5 })
  const server = await startServer({ store })
  const from = await make(server, 'a')
  for (let index = 0; index < 20; index++) await make(server, `b${index}`)
  const gone = await server.ask('GET', `${CONFIGS}?watch=true&resourceVersion=${from}`)
  expect(gone.object).toMatchObject({ code: 410, reason: 'Expired' })
  const early = await server.ask('GET', `${CONFIGS}?resourceVersion=${store.revision + 100}`)
  expect(early.object).toMatchObject({ code: 504, reason: 'Timeout' })
})

test('a list in pages shows the state of its first page', async () => {
  const server = await startServer()
  for (const name of ['a', 'b', 'c']) await make(server, name)
  const first = await server.ask('GET', `${CONFIGS}?limit=2`)
  expect(first.object.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
  expect(first.object.metadata).toMatchObject({ remainingItemCount: 1 })
  await server.ask('DELETE', `${CONFIGS}/c`)
  await make(server, 'd')
  const token = String((first.object.metadata as Record<string, unknown>)['continue'])
  const second = await server.ask('GET', `${CONFIGS}?limit=2&continue=${token}`)
  expect(second.object.items.map(({ metadata }) => metadata.name)).toEqual(['c'])
})
