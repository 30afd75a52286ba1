import type { KubeObject } from '@slipway/objects'
import { openFileStore, openMemoryStore, type Store } from '@slipway/store'
import { temporaryDirectory } from '@slipway/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { inDefault, startServer, type TestServer } from './https.ts'

const MERGE = 'application/merge-patch+json'
const CONFIGS = inDefault('configmaps')
const revisionOf = (object: { metadata: { resourceVersion?: string } }): number =>
  Number(object.metadata.resourceVersion)

const make = ({ ask }: TestServer, name: string, of: object = {}) =>
  ask('POST', CONFIGS, { body: { metadata: { name }, ...of } })

// What clients rely on, whatever keeps the objects: k8s.io/apiserver/pkg/storage/testing.
describe.each([
  ['in memory', async (): Promise<Store<KubeObject>> => openMemoryStore()],
  ['in files', async (): Promise<Store<KubeObject>> => openFileStore(await temporaryDirectory())],
])('%s', (_, open) => {
  async function start(): Promise<TestServer> {
    const store = await open()
    onTestFinished(() => store.close())
    return startServer({ store })
  }

  test('one counter numbers the writes of all kinds, and a list has the number of its state', async () => {
    const server = await start()
    const config = await make(server, 'a')
    const secret = await server.ask('POST', inDefault('secrets'), { body: { metadata: { name: 'a' } } })
    expect(revisionOf(secret.object)).toBe(revisionOf(config.object) + 1)
    const list = await server.ask('GET', CONFIGS)
    expect(revisionOf(list.object)).toBe(revisionOf(secret.object))
    expect((await server.ask('GET', `${CONFIGS}/a`)).object.metadata.resourceVersion).toBe(
      config.object.metadata.resourceVersion,
    )
  })

  test('a stale update and a stale precondition are conflicts, in the words of the real server', async () => {
    const server = await start()
    const { object } = await make(server, 'a')
    await server.ask('PATCH', `${CONFIGS}/a`, { type: MERGE, body: { data: { x: '1' } } })
    const stale = await server.ask('PUT', `${CONFIGS}/a`, { body: { ...object, data: { x: '2' } } })
    expect(stale).toMatchObject({
      status: 409,
      object: {
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
        details: { name: 'a', kind: 'configmaps' },
      },
    })
    const { resourceVersion } = object.metadata
    for (const preconditions of [{ uid: '00000000-0000-4000-8000-000000000000' }, { resourceVersion }])
      expect((await server.ask('DELETE', `${CONFIGS}/a`, { body: { preconditions } })).status).toBe(409)
    expect((await server.ask('GET', `${CONFIGS}/a`)).object['data']).toEqual({ x: '1' })
  })

  test('a write that changes nothing is none: the version stays, no watch hears of it', async () => {
    const server = await start()
    const { object } = await make(server, 'a', { data: { x: '1' } })
    const same = await server.ask('PATCH', `${CONFIGS}/a`, { type: MERGE, body: { data: { x: '1' } } })
    const put = await server.ask('PUT', `${CONFIGS}/a`, { body: same.object })
    expect(put.object.metadata.resourceVersion).toBe(object.metadata.resourceVersion)
    await make(server, 'b')
    const from = object.metadata.resourceVersion ?? ''
    const [next] = await server.watch(`${CONFIGS}?watch=1&resourceVersion=${from}`, 1)
    expect(next).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } })
  })

  test('what a watch shows of a deletion carries the number of the deletion', async () => {
    const server = await start()
    const { object } = await make(server, 'a', { data: { x: '1' } })
    const from = object.metadata.resourceVersion ?? ''
    await server.ask('DELETE', `${CONFIGS}/a`)
    const [gone] = await server.watch(`${CONFIGS}?watch=1&resourceVersion=${from}`, 1)
    expect(gone).toMatchObject({
      type: 'DELETED',
      object: { data: { x: '1' }, metadata: { uid: object.metadata.uid } },
    })
    expect(revisionOf(gone?.object as KubeObject)).toBe(revisionOf(object) + 1)
    expect(revisionOf((await server.ask('GET', CONFIGS)).object)).toBe(revisionOf(object) + 1)
  })

  test('the list of a state and the watch from it tell everything once, whatever is written meanwhile', async () => {
    const server = await start()
    const names = ['a', 'b', 'c', 'd']
    let writing = true
    const write = async (seed: number): Promise<void> => {
      for (let count = 0; count < 25; count++) {
        const name = names[(seed * 7 + count * 3) % names.length] ?? ''
        const { status } = await make(server, name, { data: { by: `${seed}-${count}` } })
        if (status === 409 && count % 3 === 0) await server.ask('DELETE', `${CONFIGS}/${name}`)
        else if (status === 409)
          await server.ask('PATCH', `${CONFIGS}/${name}`, { type: MERGE, body: { data: { by: `${seed}-${count}` } } })
      }
    }
    const writers = Promise.all([1, 2, 3].map(write)).then(() => (writing = false))
    const readings: { state: Map<string, string>; from: number }[] = []
    while (writing) {
      const { object } = await server.ask('GET', CONFIGS)
      const state = new Map(object.items.map((item) => [item.metadata.name ?? '', JSON.stringify(item)]))
      readings.push({ state, from: revisionOf(object) })
    }
    await writers
    const end = await make(server, 'end')
    const last = await server.ask('GET', CONFIGS)
    const expected = new Map(last.object.items.map((item) => [item.metadata.name, JSON.stringify(item)]))
    for (const { state, from } of readings.slice(-8)) {
      const count = revisionOf(end.object) - from
      const events = await server.watch(`${CONFIGS}?watch=1&resourceVersion=${from}`, count)
      expect(events.map(({ object }) => revisionOf(object))).toEqual(
        Array.from({ length: count }, (_, index) => from + 1 + index),
      )
      for (const { type, object } of events) {
        const name = object.metadata.name ?? ''
        expect(state.has(name), `${type} ${name}`).toBe(type !== 'ADDED')
        if (type === 'DELETED') state.delete(name)
        else state.set(name, JSON.stringify(object))
      }
      expect(Object.fromEntries(state)).toEqual(Object.fromEntries(expected))
    }
  })

  test('a name that is made up is made up again when it is taken, eight times at most', async () => {
    const store = await open()
    onTestFinished(() => store.close())
    let calls = 0
    // Always the same suffix, until it is asked for the third name.
    const number = (): number => (calls++ < 15 ? 0 : 0.99)
    const random = { uuid: () => crypto.randomUUID(), number, bytes: (count: number) => new Uint8Array(count) }
    const server = await startServer({ store, random })
    calls = 0
    const body = { metadata: { generateName: 'x-' } }
    const first = await server.ask('POST', CONFIGS, { body })
    calls = 0
    const second = await server.ask('POST', CONFIGS, { body })
    expect(first.object.metadata.name).toBe('x-bbbbb')
    expect(second.status).toBe(201)
    expect(second.object.metadata.name).not.toBe('x-bbbbb')
    calls = -1e6
    const third = await server.ask('POST', CONFIGS, { body })
    expect(third).toMatchObject({ status: 409, object: { reason: 'AlreadyExists' } })
  })

  test('a collection is deleted by its selectors, with everything that its finalizers allow', async () => {
    const server = await start()
    for (const [name, labels, finalizers] of [
      ['a', { app: 'x' }, []],
      ['b', { app: 'x' }, ['example.com/hold']],
      ['c', { app: 'y' }, []],
    ] as const)
      await server.ask('POST', CONFIGS, { body: { metadata: { name, labels, finalizers } } })
    const { status, object } = await server.ask('DELETE', `${CONFIGS}?labelSelector=app%3Dx`)
    expect(status).toBe(200)
    expect(object.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
    const left = (await server.ask('GET', CONFIGS)).object.items
    expect(left.map(({ metadata }) => [metadata.name, metadata.deletionTimestamp !== undefined])).toEqual([
      ['b', true],
      ['c', false],
    ])
    await server.ask('PATCH', `${CONFIGS}/b`, { type: MERGE, body: { metadata: { finalizers: null } } })
    expect((await server.ask('GET', `${CONFIGS}/b`)).status).toBe(404)
  })
})
