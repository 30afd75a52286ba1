import { expect, test } from 'vitest'
import type { Store, StoreEvent } from '@slipway/store'
import { put, type Thing } from './contract.ts'

const KEYS = ['/a/1', '/a/2', '/a/3', '/ab/1', '/b/1', '/b/2']
const PREFIXES = ['/', '/a/', '/a', '/b/', '/c/']
const STEPS = 300

// A small generator of numbers that a seed repeats.
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return Math.floor((state / 0x7fffffff) * below) % below
  }
}

interface Reading {
  readonly prefix: string
  readonly after: number
  readonly seen: StoreEvent<Thing>[]
  /** How far the watch said that it had delivered, and what had been seen by then. */
  readonly marks: { readonly delivered: number; readonly last: number }[]
}

function follow(store: Store<Thing>, prefix: string, after: number): Reading {
  const watch = store.watch(prefix, { after })
  const reading: Reading = { prefix, after, seen: [], marks: [] }
  const read = async (): Promise<void> => {
    for await (const batch of watch) {
      // While a batch is in hand, nothing may be said of it.
      reading.marks.push({ delivered: watch.delivered, last: reading.seen.at(-1)?.revision ?? after })
      reading.seen.push(...batch)
    }
  }
  void read()
  return reading
}

async function step(store: Store<Thing>, random: (below: number) => number): Promise<void> {
  const key = KEYS[random(KEYS.length)] ?? ''
  const current = store.get(key)
  const choice = random(10)
  if (current === undefined) await store.put(put(key, choice < 8 ? 'absent' : 'any', `${key}@${random(1e6)}`))
  else if (choice < 3) await store.delete(put(key, current.revision))
  else if (choice < 9) await store.put(put(key, current.revision, `${key}@${random(1e6)}`))
  else await store.put(put(key, current.revision - 1)).catch(() => undefined)
}

/**
 * The guarantees that etcd's robustness tests check of watches (Ordered, Unique, Reliable, Resumable, Filter, PrevKV, IsCreate, Bookmarkable), against a history of
 * random writes: run against each backend.
 */
export function historyContract(open: () => Promise<Store<Thing>>): void {
  test.each([1, 2, 3, 4])('watches from any revision tell the same history, of random writes %i', async (seed) => {
    const random = seeded(seed)
    const store = await open()
    const all: Reading[] = [follow(store, '/', store.revision)]
    const start = store.revision
    for (let count = 0; count < STEPS; count++) {
      await Promise.all(Array.from({ length: 1 + random(3) }, () => step(store, random).catch(() => undefined)))
      if (random(10) === 0)
        all.push(follow(store, PREFIXES[random(PREFIXES.length)] ?? '/', start + random(store.revision - start + 1)))
    }
    await store.close()
    const [whole] = all
    const history = whole?.seen ?? []
    expect(history.map(({ revision }) => revision)).toEqual(
      Array.from({ length: store.revision - start }, (_, index) => start + 1 + index),
    )
    for (const { prefix, after, seen, marks } of all) {
      expect(seen).toEqual(history.filter(({ key, revision }) => key.startsWith(prefix) && revision > after))
      for (const { delivered, last } of marks) expect(delivered).toBeLessThanOrEqual(Math.max(last, after))
    }
    assertChained(history)
  })

  test('lists at any revision show what had been written by then, whole and in pages', async () => {
    const random = seeded(7)
    const store = await open()
    const watch = follow(store, '/', store.revision)
    const start = store.revision
    for (let count = 0; count < STEPS; count++) await step(store, random)
    await store.put(put('/z'))
    for (let revision = start; revision <= store.revision; revision += 1 + random(5)) {
      const model = modelAt(watch.seen, revision)
      for (const prefix of PREFIXES) {
        const expected = [...model].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1))
        const page = store.list(prefix, { revision })
        expect(page.items.map(({ key, value }) => [key, value])).toEqual(expected)
        expect(paged(store, prefix, revision)).toEqual(expected.map(([key]) => key))
      }
    }
    await store.close()
  })

  test('what a watch says that it has delivered is never ahead of what its reader took', async () => {
    const store = await open()
    const watch = store.watch('/p/')
    const reader = watch[Symbol.asyncIterator]()
    const before = store.revision
    const next = reader.next()
    const { revision } = await store.put(put('/p/1'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(watch.delivered).toBeLessThan(revision)
    expect(watch.delivered).toBeLessThanOrEqual(before)
    expect((await next).value).toHaveLength(1)
    const more = reader.next()
    await new Promise((resolve) => setImmediate(resolve))
    expect(watch.delivered).toBe(revision)
    await store.close()
    expect((await more).done).toBe(true)
  })

  test('a key that was deleted and made again has a new beginning', async () => {
    const store = await open()
    const first = await store.put(put('/a', 'absent'))
    const updated = await store.put(put('/a', first.revision, 'again'))
    expect(updated.createRevision).toBe(first.revision)
    await store.delete(put('/a', updated.revision))
    const second = await store.put(put('/a', 'absent'))
    expect(second.createRevision).toBe(second.revision)
    expect(store.list('/a', { revision: updated.revision }).items[0]).toMatchObject({
      createRevision: first.revision,
      value: { name: 'again' },
    })
    await store.close()
  })

  test('a compaction takes nothing from watches that run, and nothing from what is there', async () => {
    const store = await open()
    const watch = follow(store, '/', store.revision)
    for (let count = 0; count < 20; count++) await store.put(put(KEYS[count % KEYS.length] ?? '', 'any', `v${count}`))
    const before = store.list('/').items
    store.compact(store.revision)
    expect(store.list('/').items).toEqual(before)
    await store.put(put('/a/1', 'any', 'after'))
    await store.close()
    expect(watch.seen).toHaveLength(21)
  })
}

// What was there before is what the last event of the key left, and only what was not there is created.
function assertChained(history: readonly StoreEvent<Thing>[]): void {
  const last = new Map<string, StoreEvent<Thing>>()
  for (const event of history) {
    const before = last.get(event.key)
    const present = before === undefined || before.type === 'delete' ? undefined : before
    expect(event.previous).toEqual(present?.value)
    expect(event.createRevision).toBe(present?.createRevision ?? event.revision)
    expect(event.value.rv).toBe(event.revision)
    last.set(event.key, event)
  }
}

function modelAt(history: readonly StoreEvent<Thing>[], revision: number): Map<string, Thing> {
  const model = new Map<string, Thing>()
  for (const event of history) {
    if (event.revision > revision) break
    if (event.type === 'delete') model.delete(event.key)
    else model.set(event.key, event.value)
  }
  return model
}

function paged(store: Store<Thing>, prefix: string, revision: number): string[] {
  const keys: string[] = []
  for (;;) {
    const after = keys.at(-1)
    const page = store.list(prefix, { revision, limit: 2, ...(after === undefined ? {} : { after }) })
    keys.push(...page.items.map(({ key }) => key))
    if (page.remaining === 0) return keys
  }
}
