import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFileStore, openMemoryStore, type Put, type Store } from '@slipway/store'
import { onTestFinished } from 'vitest'
import type { Example } from './example.ts'
import type { Place } from './place.ts'

const KEY = '/pods/staging/shop'

/** What can become of the cluster's store. The API answers most of these with a `Status` of its own. */
export const STORE: readonly Example[] = [
  {
    code: 'STORE_CORRUPT',
    when: 'A byte in the middle of the log has changed: what was acknowledged after it cannot be read.',
    run: async (place) => {
      const first = await opened(place)
      for (const name of ['a', 'b', 'c']) await first.put(put(`${KEY}-${name}`))
      await first.close()
      const log = join(storeOf(place), readdirSync(storeOf(place))[0] ?? '')
      const bytes = readFileSync(log)
      bytes[12] = (bytes[12] ?? 0) ^ 1
      writeFileSync(log, bytes)
      await opened(place)
    },
  },
  {
    code: 'STORE_WRITE_FAILED',
    when: 'The disk is full.',
    // A write to it fails as on a full disk.
    possible: existsSync('/dev/full'),
    run: async (place) => {
      const store = await opened(place, 1)
      symlinkSync('/dev/full', join(storeOf(place), `wal-${String(store.revision + 1).padStart(16, '0')}`))
      await store.put(put(`${KEY}-1`))
      await store.put(put(`${KEY}-2`))
    },
  },
  {
    code: 'STORE_COMPACTED',
    when: 'A list or watch goes on from a revision that is no longer kept.',
    run: async () => {
      const store = await filled(5)
      store.compact(store.revision)
      return store.list('/', { revision: store.revision - 3 })
    },
  },
  {
    code: 'STORE_FUTURE_REVISION',
    when: 'A revision is asked for that has not been written, such as one of the cluster before `slipway down --purge`.',
    run: async () => (await filled(2)).list('/', { revision: 1000 }),
  },
  {
    code: 'STORE_CONFLICT',
    when: 'An object is updated that somebody else has updated since it was read.',
    run: async () => {
      const store = await filled(2)
      const seen = store.get(KEY)?.revision ?? 0
      await store.put(put(KEY, seen))
      await store.put(put(KEY, seen))
    },
  },
  {
    code: 'STORE_KEY_EXISTS',
    when: 'An object is created that exists.',
    run: async () => (await filled(1)).put(put(KEY, 'absent')),
  },
  {
    code: 'STORE_KEY_MISSING',
    when: 'An object is updated that somebody has deleted.',
    run: async () => (await filled(1)).put(put(`${KEY}-2`, 7)),
  },
  {
    code: 'STORE_WATCH_OVERFLOW',
    when: 'A watcher does not read, and more happens than is kept for it; here ten writes are.',
    run: async () => {
      const store = openMemoryStore<string>({ watchQueue: 10 })
      const watch = store.watch('/')
      for (let at = 0; at < 12; at++) await store.put(put(KEY))
      for await (const batch of watch) void batch
    },
  },
  {
    code: 'STORE_CLOSED',
    when: 'A write comes while the cluster ends.',
    run: async () => {
      const store = await filled(1)
      await store.close()
      await store.put(put(KEY))
    },
  },
]

function put(key: string, expect: Put<string>['expect'] = 'any'): Put<string> {
  return { key, expect, build: () => key }
}

async function filled(writes: number): Promise<Store<string>> {
  const store = openMemoryStore<string>()
  for (let at = 0; at < writes; at++) await store.put(put(KEY))
  return store
}

const storeOf = (place: Place): string => join(place.directory, 'store')

async function opened(place: Place, snapshotEvery = 1000): Promise<Store<string>> {
  const store = await openFileStore<string>(storeOf(place), { snapshotEvery })
  onTestFinished(() => store.close())
  return store
}
