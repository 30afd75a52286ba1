// Durable writes: the store alone and the API over HTTPS, against a plain fdatasync of the same bytes and a real API server in the same run.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { load, row, temporary } from './lib.mjs'
import { withControlPlane } from './peers.mjs'

const SECONDS = 3
const CLIENTS = [1, 64]

async function perSecond(clients, call) {
  const end = performance.now() + SECONDS * 1000
  let done = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let count = 0; performance.now() < end; count++) {
        await call(client, count)
        done++
      }
    }),
  )
  return done / ((performance.now() - began) / 1000)
}

export async function run() {
  const { openFileStore, startApiServer, listen, makeCertificates, createClient, httpTransport } = await load(`
    export { openFileStore } from '@slipway/store'
    export { startApiServer, listen, makeCertificates } from '@slipway/apiserver'
    export { createClient, httpTransport } from '@slipway/client'
  `)
  const file = await open(join(temporary(), 'raw'), 'a')
  const bytes = Buffer.alloc(512, 'x')
  const raw = await perSecond(1, async () => {
    await file.write(bytes)
    await file.datasync()
  })
  await file.close()
  const plain = { figure: raw, name: 'raw fdatasync' }
  const store = await openFileStore(join(temporary(), 'store'))
  const alone = await perSecond(1, (client, count) =>
    store.put({ key: `/a/${client}-${count}`, build: () => ({ value: 'x'.repeat(400) }) }),
  )
  row('store: durable writes, 1 writer', { ours: alone, unit: '/s', against: [plain] })
  await store.close()
  const kept = await openFileStore(join(temporary(), 'api'))
  const api = await startApiServer({ store: kept })
  const certificates = await makeCertificates()
  const listener = await listen({
    handle: api.handle,
    certificates,
    authentication: { adminToken: 'bench', tokens: api.tokens, now: () => Date.now() / 1000 },
  })
  const ours = await creates(createClient(httpTransport({ server: listener.url, ca: certificates.ca, token: 'bench' })))
  await listener.close()
  await api.stop()
  await kept.close()
  const real = await withControlPlane((plane) => creates(plane.client))
  for (const [at, clients] of CLIENTS.entries())
    row(`API over HTTPS: durable creates, ${clients} ${clients === 1 ? 'client' : 'clients'}`, {
      ours: ours[at],
      unit: '/s',
      against: [plain, { figure: real?.[at], name: 'etcd and kube-apiserver' }],
    })
}

// Creates a second, for each number of clients.
async function creates(client) {
  const create = (writer, count) =>
    client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `w${writer}-${count}-${Math.random().toString(36).slice(2)}`, namespace: 'default' },
      data: { a: 'b' },
    })
  const figures = []
  for (const clients of CLIENTS) figures.push(await perSecond(clients, create))
  return figures
}
