import type { Attachment, ContainerAddress } from '@slipway/node'
import { eventually } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { nodeCluster, type NodeCluster } from './cluster.ts'

const ECHO = `
process.stdin.on('data', (data) => { console.log('got ' + String(data).trim()); console.error('noted') })
process.stdin.on('end', () => { console.log('end of input'); process.exit(0) })
console.log('started')
`
const AT: ContainerAddress = { namespace: 'default', pod: 'echo' }

async function start(container: object): Promise<NodeCluster> {
  const cluster = await nodeCluster()
  await cluster.addImage('echo:1', ECHO)
  await cluster.createPod('echo', { image: 'echo:1', ...container }, { restartPolicy: 'Never' })
  return cluster
}

async function log(cluster: NodeCluster): Promise<string> {
  let text = ''
  for await (const chunk of cluster.node.logs(await cluster.pod('echo'), new URLSearchParams(), undefined))
    text += Buffer.from(chunk).toString()
  return text
}

async function attach(cluster: NodeCluster) {
  await eventually(async () => expect(await log(cluster)).toContain('started'))
  const client: Attachment = cluster.node.attach(AT)
  const seen = { out: '', err: '', closed: false }
  client.stdout.on('data', (chunk) => (seen.out += String(chunk)))
  client.stderr.on('data', (chunk) => (seen.err += String(chunk)))
  client.stdout.once('close', () => (seen.closed = true))
  onTestFinished(() => client.detach())
  return { client, seen }
}

test('a container without stdin reads its end at once', async () => {
  const cluster = await start({})
  await eventually(async () => expect((await cluster.pod('echo')).status.phase).toBe('Succeeded'))
  expect(await log(cluster)).toBe('started\nend of input\n')
})

test('a container with stdin gets what clients that attach write, and both see both outputs', async () => {
  const cluster = await start({ stdin: true })
  const [one, two] = [await attach(cluster), await attach(cluster)]
  one.client.stdin?.write('hello\n')
  await eventually(() => expect(one.seen).toEqual({ out: 'got hello\n', err: 'noted\n', closed: false }))
  await eventually(() => expect(two.seen).toMatchObject({ out: 'got hello\n', err: 'noted\n' }))
  // The first client goes: the input stays open for the next one.
  one.client.stdin?.end()
  one.client.detach()
  two.client.stdin?.write('again\n')
  await eventually(() => expect(two.seen.out).toBe('got hello\ngot again\n'))
  expect(one.seen.out).toBe('got hello\n')
  expect(await log(cluster)).toBe('started\ngot hello\nnoted\ngot again\nnoted\n')
  expect((await cluster.pod('echo')).status.phase).toBe('Running')
})

test('with stdinOnce the input ends with the first client, and the client with the container', async () => {
  const cluster = await start({ stdin: true, stdinOnce: true })
  const { client, seen } = await attach(cluster)
  client.stdin?.end('bye\n')
  await eventually(() => expect(seen).toEqual({ out: 'got bye\nend of input\n', err: 'noted\n', closed: true }))
  await client.exited
  await eventually(async () => expect((await cluster.pod('echo')).status.phase).toBe('Succeeded'))
  expect(() => cluster.node.attach(AT)).toThrow('container not found ("main")')
})

test('a container without stdin has none for clients', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('echo:1', `console.log('started'); setInterval(() => {}, 1000)`)
  await cluster.createPod('echo', { image: 'echo:1' })
  const { client } = await attach(cluster)
  expect(client.stdin).toBeNull()
})
