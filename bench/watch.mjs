// A thousand watchers of one kind over HTTPS: every event reaches every one of them, in order. Our server works in the process of the watchers, a real one has its own.
import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { load, row, temporary } from './lib.mjs'
import { withControlPlane } from './peers.mjs'

const WATCHERS = 1000
const EVENTS = 200

export async function run() {
  const { openFileStore, startApiServer, listen, makeCertificates, createClient, httpTransport } = await load(`
    export { openFileStore } from '@slipway/store'
    export { startApiServer, listen, makeCertificates } from '@slipway/apiserver'
    export { createClient, httpTransport } from '@slipway/client'
  `)
  const store = await openFileStore(join(temporary(), 'store'))
  const api = await startApiServer({ store })
  const certificates = await makeCertificates()
  const authentication = { adminToken: 'bench', tokens: api.tokens, now: () => Date.now() / 1000 }
  const listener = await listen({ handle: api.handle, certificates, authentication })
  const client = createClient(httpTransport({ server: listener.url, ca: certificates.ca, token: 'bench' }))
  const ours = await fanOut(client)
  await listener.close()
  await api.stop()
  await store.close()
  const real = await withControlPlane((plane) => fanOut(plane.client))
  const name = 'etcd and kube-apiserver'
  row('watch: watchers with every event in order', {
    ours: ours.whole,
    unit: 'of 1,000',
    against: [
      { figure: WATCHERS, name: 'all' },
      { figure: real?.whole, name },
    ],
  })
  row('watch: events delivered', { ours: ours.perSecond, unit: '/s', against: [{ figure: real?.perSecond, name }] })
}

async function fanOut(client) {
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' }
  const { resourceVersion } = await client.list(kind, { namespace: 'default' })
  const path = `/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=${resourceVersion}`
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const watchers = await Promise.all(
    Array.from({ length: WATCHERS }, () => client.raw({ method: 'GET', path, signal: stop.signal })),
  )
  const began = performance.now()
  const seen = Promise.all(watchers.map(({ events }) => namesOf(events)))
  for (let at = 0; at < EVENTS; at++)
    await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `m-${at}`, namespace: 'default' } })
  const lists = await seen
  const seconds = (performance.now() - began) / 1000
  stop.abort()
  const wanted = JSON.stringify(Array.from({ length: EVENTS }, (_, at) => `m-${at}`))
  const whole = lists.filter((names) => JSON.stringify(names) === wanted).length
  return { whole, perSecond: (WATCHERS * EVENTS) / seconds }
}

async function namesOf(events) {
  const names = []
  for await (const { type, object } of events) {
    if (type === 'ADDED' && object.metadata.name.startsWith('m-')) names.push(object.metadata.name)
    if (names.length >= EVENTS) return names
  }
  return names
}
