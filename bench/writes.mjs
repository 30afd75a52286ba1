// Durable writes: the store alone and the API over HTTPS, each server in a process of its own, against a plain fdatasync of the same bytes, a server that does
// nothing but that, and a real API server in the same run.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { load, row, temporary } from './lib.mjs'
import { withControlPlane } from './peers.mjs'
import { withServer } from './start-server.mjs'

const SECONDS = 3
const CLIENTS = [1, 64]
const TRIVIAL = 'a trivial handler with fdatasync'

async function perSecond(clients, call, seconds = SECONDS) {
  const end = performance.now() + seconds * 1000
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
  const raw = { figure: await plainSyncs(), name: 'raw fdatasync' }
  row('store: durable writes, 1 writer', { ours: await storeAlone(), unit: '/s', against: [raw] })
  const limit = await withServer('trivial', creates)
  const ours = await withServer('slipway', creates)
  const real = await withControlPlane(creates)
  for (const [at, clients] of CLIENTS.entries()) {
    const whose = `${clients} ${clients === 1 ? 'client' : 'clients'}`
    row(`API over HTTPS: durable creates, ${whose}`, {
      ours: ours[at].figure,
      unit: '/s',
      against: [
        { figure: limit[at].figure, name: TRIVIAL },
        raw,
        { figure: real?.[at].figure, name: 'etcd and kube-apiserver' },
      ],
    })
    row(`API over HTTPS: processor time a create, ${whose}`, {
      ours: ours[at].cpu,
      unit: 'ms',
      against: [{ figure: limit[at].cpu, name: TRIVIAL }],
    })
  }
}

async function plainSyncs() {
  const file = await open(join(temporary(), 'raw'), 'a')
  const bytes = Buffer.alloc(512, 'x')
  const figure = await perSecond(1, async () => {
    await file.write(bytes)
    await file.datasync()
  })
  await file.close()
  return figure
}

async function storeAlone() {
  const { openFileStore } = await load(`export { openFileStore } from '@slipway/store'`)
  const store = await openFileStore(join(temporary(), 'store'))
  const figure = await perSecond(1, (client, count) =>
    store.put({ key: `/a/${client}-${count}`, build: () => ({ value: 'x'.repeat(400) }) }),
  )
  await store.close()
  return figure
}

// Creates a second, and the server's processor time for each, for each number of clients.
async function creates({ client, cpu = async () => 0 }) {
  // Warm code is what a server that runs for days has.
  await perSecond(64, creator(client), 3)
  const results = []
  for (const clients of CLIENTS) {
    const before = await cpu()
    const figure = await perSecond(clients, creator(client))
    results.push({ figure, cpu: ((await cpu()) - before) / (figure * SECONDS) })
  }
  return results
}

function creator(client) {
  return async (writer, count) => {
    const name = `w${writer}-${count}-${Math.random().toString(36).slice(2)}`
    const { status } = await client.raw({
      method: 'POST',
      path: '/api/v1/namespaces/default/configmaps',
      contentType: 'application/json',
      accept: 'application/json',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { a: 'b' } },
    })
    if (status !== 201) throw new Error(`a create was answered with ${status}`)
  }
}
