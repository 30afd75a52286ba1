import { FakeClock } from '@slipway/testkit'
import { createClient, hasReason } from '@slipway/client'
import { openMemoryStore } from '@slipway/store'
import { expect, onTestFinished, test } from 'vitest'
import { startApiServer } from '@slipway/apiserver'

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' }

test('pages of a list go on from one state for five minutes at least, and end with 410 and a fresh token after ten', async () => {
  const clock = new FakeClock()
  const api = await startApiServer({ store: openMemoryStore(), clock })
  onTestFinished(() => api.stop())
  const client = createClient(api.handle, { userAgent: 'test' })
  for (const name of ['a', 'b', 'c']) await client.create({ ...CONFIG_MAP, metadata: { name, namespace: 'default' } })
  const page = (token: string) => client.list(CONFIG_MAP, { namespace: 'default', limit: 1, continue: token })
  const first = await page('')
  await client.create({ ...CONFIG_MAP, metadata: { name: 'aa', namespace: 'default' } })
  await clock.advance(5 * 60_000 - 1)
  const second = await page(first.continue ?? '')
  expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['b'])
  await clock.advance(5 * 60_000 + 1)
  const late = await page(first.continue ?? '').catch((error: unknown) => error)
  expect(hasReason(late, 'Expired')).toBe(true)
})
