import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { nodeCluster, type NodeCluster } from './cluster.ts'

const TELL = `console.log(JSON.stringify({ argv: process.argv.slice(2), cwd: process.cwd(), host: [process.env.HOSTNAME, require('node:os').hostname()] })); setInterval(() => {}, 1000)`

interface Told {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly host: readonly string[]
}

async function told(cluster: NodeCluster, name: string): Promise<Told> {
  return JSON.parse(
    await eventually(async () => {
      const text = await cluster.log(name)
      expect(text).toContain('\n')
      return text
    }),
  ) as Told
}

test('command, args and workingDir replace what the image says, with variables put in', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', TELL, { entrypoint: ['node', 'main.js'], cmd: ['from', 'image'] })
  const env = [{ name: 'WORD', value: 'hello' }]
  await cluster.createPod('plain', {})
  await cluster.createPod('args', { env, args: ['$(WORD)', '$$(WORD)', '$(NONE)'] })
  await cluster.createPod('command', { env, command: ['node', '/app/main.js', '$(WORD)'], workingDir: '/srv/data' })
  const plain = await told(cluster, 'plain')
  expect(plain.argv).toEqual(['from', 'image'])
  expect(plain.cwd).toMatch(/\/containers\/main\/app$/)
  expect((await told(cluster, 'args')).argv).toEqual(['hello', '$(WORD)', '$(NONE)'])
  const command = await told(cluster, 'command')
  expect(command.argv).toEqual(['hello'])
  expect(command.cwd).toMatch(/\/containers\/main\/srv\/data$/)
})

test('hostname is what the program is told, and what it finds', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', TELL)
  await cluster.createPod('web', {}, { hostname: 'db-0' })
  await cluster.createPod('other', {})
  expect((await told(cluster, 'web')).host).toEqual(['db-0', 'db-0'])
  expect((await told(cluster, 'other')).host).toEqual(['other', 'other'])
})

test('a pod of another node is left alone', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', TELL)
  await cluster.createPod('theirs', {}, { nodeName: 'elsewhere' })
  await cluster.createPod('ours', {}, { nodeName: 'slipway' })
  await told(cluster, 'ours')
  expect(cluster.node.processes().map(({ pod }) => pod)).toEqual(['ours'])
  expect((await cluster.pod('theirs')).status.containerStatuses).toBeUndefined()
})

test('an image that must not be pulled and is not there is told as such', async () => {
  const cluster = await nodeCluster()
  await cluster.createPod('web', { image: 'none:1', imagePullPolicy: 'Never' })
  await eventually(async () =>
    expect(await cluster.events('web')).toContain(
      'ErrImageNeverPull: Container image "none:1" is not present with pull policy of Never',
    ),
  )
})

test('serviceAccount is another name of serviceAccountName', async () => {
  const cluster = await nodeCluster()
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'default' },
  })
  const made = await cluster.createPod('web', {}, { serviceAccount: 'robot' })
  expect(made.spec.serviceAccountName).toBe('robot')
})
