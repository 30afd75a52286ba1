import { expect, test } from 'vitest'
import type { Put, Store, StoreEvent } from '@slipway/store'

export interface Thing {
  name: string
  rv?: number
}

type Open = () => Promise<Store<Thing>>

export const put = (key: string, expected: Put<Thing>['expect'] = 'any', name = key): Put<Thing> => ({
  key,
  expect: expected,
  build: (rv) => ({ name, rv }),
})

/** Reads a watch until it has seen `count` events. */
export async function take(
  watch: AsyncIterable<readonly StoreEvent<Thing>[]>,
  count: number,
): Promise<StoreEvent<Thing>[]> {
  const events: StoreEvent<Thing>[] = []
  for await (const batch of watch) {
    events.push(...batch)
    if (events.length >= count) break
  }
  return events
}

/** What every store guarantees, whatever keeps it: run against each backend. */
export function storeContract(open: Open): void {
  test('one revision counter numbers all writes, and values know theirs', async () => {
    const store = await open()
    const first = await store.put(put('/a/1', 'absent'))
    const second = await store.put(put('/b/1', 'absent'))
    expect(second.revision).toBe(first.revision + 1)
    expect(store.revision).toBe(second.revision)
    expect(store.get('/a/1')).toMatchObject({
      value: { name: '/a/1', rv: first.revision },
      createRevision: first.revision,
    })
    await store.close()
  })

  test('a create of an existing key, an update of a missing one and a stale update are refused by code', async () => {
    const store = await open()
    const { revision } = await store.put(put('/a', 'absent'))
    await expect(store.put(put('/a', 'absent'))).rejects.toMatchObject({ code: 'STORE_KEY_EXISTS' })
    await expect(store.put(put('/b', 7))).rejects.toMatchObject({ code: 'STORE_KEY_MISSING' })
    await expect(store.delete(put('/b'))).rejects.toMatchObject({ code: 'STORE_KEY_MISSING' })
    await store.put(put('/a', revision))
    await expect(store.put(put('/a', revision))).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    await expect(store.delete(put('/a', revision))).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    expect(store.revision).toBe(revision + 1)
    await store.close()
  })

  test('whatever depth their keys have, lists are in the order of the keys, below any prefix and after any key', async () => {
    const store = await open()
    const keys = [
      '/',
      '/a',
      '/a!',
      '/a/',
      '/a/b',
      '/a/b!/c',
      '/a/b/',
      '/a/b/c',
      '/a/b/c/d',
      '/a/b0/c',
      '/aa/b/c',
      'a',
      'b/c/d/e',
    ]
    for (const key of keys.toReversed()) await store.put(put(key, 'absent'))
    await store.put(put('/a/z/z', 'absent'))
    await store.delete(put('/a/z/z'))
    const inOrder = keys.toSorted((a, b) => (a < b ? -1 : 1))
    for (const prefix of ['', ...keys]) {
      const below = inOrder.filter((key) => key.startsWith(prefix))
      expect(store.list(prefix).items.map((item) => item.key)).toEqual(below)
      for (const after of keys)
        expect(store.list(prefix, { after }).items.map((item) => item.key)).toEqual(below.filter((key) => key > after))
    }
    await store.close()
  })

  test('of concurrent updates from one revision exactly one wins', async () => {
    const store = await open()
    const { revision } = await store.put(put('/a', 'absent'))
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => store.put(put('/a', revision, `writer-${n}`))),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    await store.close()
  })

  test('a write is not visible before it is acknowledged', async () => {
    const store = await open()
    const before = store.revision
    const writing = store.put(put('/a', 'absent'))
    expect(store.get('/a')).toBeUndefined()
    expect(store.revision).toBe(before)
    await writing
    expect(store.get('/a')?.value.name).toBe('/a')
    await store.close()
  })

  test('lists are ordered, paged, and can show the state of an earlier revision', async () => {
    const store = await open()
    for (const key of ['/p/c', '/p/a', '/q/x', '/p/b']) await store.put(put(key, 'absent'))
    const first = store.list('/p/', { limit: 2 })
    expect(first).toMatchObject({ remaining: 1, revision: store.revision })
    expect(first.items.map((item) => item.key)).toEqual(['/p/a', '/p/b'])
    await store.put(put('/p/d', 'absent'))
    await store.delete(put('/p/c'))
    const rest = store.list('/p/', { after: '/p/b', revision: first.revision })
    expect(rest.items.map((item) => item.value.name)).toEqual(['/p/c'])
    expect(store.list('/p/').items.map((item) => item.key)).toEqual(['/p/a', '/p/b', '/p/d'])
    expect(store.count('/p/')).toBe(3)
    await store.close()
  })

  test('a watch delivers what it missed, then what happens, once each and in order', async () => {
    const store = await open()
    const { revision } = await store.put(put('/p/0', 'absent'))
    await store.put(put('/p/1', 'absent'))
    const watch = store.watch('/p/', { after: revision })
    const reading = take(watch, 50)
    await Promise.all(Array.from({ length: 48 }, (_, n) => store.put(put(`/p/${n % 7}`, 'any', `v${n}`))))
    await store.put(put('/other', 'absent'))
    await store.delete(put('/p/1'))
    const events = await reading
    const revisions = events.map((event) => event.revision)
    expect(revisions).toEqual(Array.from(new Set(revisions)).sort((a, b) => a - b))
    expect(events.every((event) => event.key.startsWith('/p/'))).toBe(true)
    expect(events.at(-1)).toMatchObject({
      type: 'delete',
      value: { rv: events.at(-1)?.revision },
      previous: { name: expect.any(String) },
    })
    await store.close()
  })

  test('a watch tells how far it has delivered, also when nothing matched', async () => {
    const store = await open()
    const watch = store.watch('/p/')
    await store.put(put('/other', 'absent'))
    expect(watch.delivered).toBe(store.revision)
    await store.put(put('/p/1', 'absent'))
    expect(watch.delivered).toBeLessThan(store.revision)
    await take(watch, 1)
    expect(watch.delivered).toBe(store.revision)
    await store.close()
  })

  test('a watch ends with its signal', async () => {
    const store = await open()
    const controller = new AbortController()
    const reading = take(store.watch('/p/', { signal: controller.signal }), 5)
    await store.put(put('/p/1', 'absent'))
    controller.abort()
    expect((await reading).length).toBeLessThanOrEqual(1)
    await store.close()
  })

  test('compaction refuses older lists and watches by code, and future revisions too', async () => {
    const store = await open()
    for (let n = 0; n < 5; n++) await store.put(put('/a', 'any', `v${n}`))
    store.compact(store.revision - 1)
    expect(() => store.list('/', { revision: store.revision - 2 })).toThrow(
      expect.objectContaining({ code: 'STORE_COMPACTED' }),
    )
    expect(() => store.watch('/', { after: store.compacted - 1 })).toThrow(
      expect.objectContaining({ code: 'STORE_COMPACTED' }),
    )
    expect(() => store.watch('/', { after: store.revision + 1 })).toThrow(
      expect.objectContaining({ code: 'STORE_FUTURE_REVISION' }),
    )
    expect(await take(store.watch('/', { after: store.revision - 1 }), 1)).toHaveLength(1)
    await store.close()
  })

  test('a closed store refuses writes and ends its watches', async () => {
    const store = await open()
    const reading = take(store.watch('/'), 1)
    await store.close()
    expect(await reading).toEqual([])
    await expect(store.put(put('/a'))).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })
}
