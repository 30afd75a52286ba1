import { startApiServer } from '@slipway/apiserver'
import { createClient } from '@slipway/client'
import { openMemoryStore } from '@slipway/store'
import { FakeClock } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type Publisher, startPublisher } from '../src/publisher.ts'
import { type EnvironmentRecord, readRecords, type Records } from '../src/records.ts'

const record = (commit: string): EnvironmentRecord => ({
  name: 'staging',
  namespace: 'staging',
  branch: 'stg',
  commit,
  revision: '',
  applications: [],
  images: [],
})

async function publisherOf(onPublished: (records: Records) => Promise<void>) {
  const api = await startApiServer({ store: openMemoryStore() })
  const client = createClient(api.handle)
  const known = { commit: 'first' }
  const clock = new FakeClock()
  const publisher: Publisher = startPublisher({
    client,
    clock,
    records: () => ({ environments: [record(known.commit)], urls: [], processes: [] }),
    onPublished,
    onError: () => undefined,
  })
  onTestFinished(async () => {
    publisher.stop()
    await api.stop()
  })
  return { known, publisher, client }
}

test('what is older is never written last', async () => {
  const written: string[] = []
  let release: (() => void) | undefined
  const { known, publisher, client } = await publisherOf(async ({ environments }) => {
    const commit = environments[0]?.commit ?? ''
    if (commit === 'first') await new Promise<void>((resolve) => (release = resolve))
    written.push(commit)
  })
  const first = publisher.now()
  await expect.poll(() => release).toBeDefined()
  known.commit = 'second'
  const second = publisher.now()
  // Time enough for it to overtake, if it could.
  for (let reads = 0; reads < 50; reads++) await readRecords(client)
  release?.()
  await Promise.all([first, second])
  expect(written).toEqual(['first', 'second'])
})

test('what could not be written is tried again', async () => {
  let tries = 0
  const { publisher, client } = await publisherOf(async () => {
    if (++tries === 1) throw new Error('the disk is full')
  })
  await expect(publisher.now()).rejects.toThrow('the disk is full')
  await publisher.now()
  expect(tries).toBe(2)
  expect((await readRecords(client)).environments[0]?.commit).toBe('first')
})
