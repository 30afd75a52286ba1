import { expect, test } from 'vitest'
import { openMemoryStore } from '@slipway/store'
import { put, storeContract, take, type Thing } from './contract.ts'
import { historyContract } from './history-contract.ts'

historyContract(async () => openMemoryStore<Thing>())
storeContract(async () => openMemoryStore<Thing>())

test('a reader that falls too far behind gets what was queued, then an error that says to list again', async () => {
  const store = openMemoryStore<Thing>({ watchQueue: 10 })
  const watch = store.watch('/')
  for (let n = 0; n < 12; n++) await store.put(put('/a'))
  const seen: number[] = []
  const read = async () => {
    for await (const batch of watch) seen.push(...batch.map((event) => event.revision))
  }
  await expect(read()).rejects.toMatchObject({ code: 'STORE_WATCH_OVERFLOW' })
  expect(seen).toEqual(Array.from({ length: 10 }, (_, n) => n + 2))
})

test('the oldest history goes when there is more than its limit', async () => {
  const store = openMemoryStore<Thing>({ history: 8 })
  for (let n = 0; n < 30; n++) await store.put(put('/a'))
  expect(store.compacted).toBeGreaterThanOrEqual(30 - 10)
  expect(await take(store.watch('/', { after: store.compacted }), 8)).not.toHaveLength(0)
})
