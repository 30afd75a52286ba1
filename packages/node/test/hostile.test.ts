import { eventually } from '@slipway/testkit'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectCondition, isAlive, nodeCluster, SERVER } from './cluster.ts'

const READY = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1, failureThreshold: 1 }
const MIB = 1024 * 1024

test('a program that floods its output keeps five files of 10 MiB, and its neighbour stays ready', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', SERVER)
  await cluster.addImage(
    'flood:1',
    `const line = 'x'.repeat(1000) + '\\n'; let left = 90_000; function go() { while (left-- > 0) if (!process.stdout.write(line)) return process.stdout.once('drain', go); setInterval(() => {}, 1e6); process.stderr.write('done\\n') } go()`,
  )
  await cluster.createPod('web', { readinessProbe: READY })
  await eventually(async () => expectCondition(await cluster.pod('web'), 'Ready', 'True'))
  const flood = await cluster.createPod('flood', { image: 'flood:1' })
  const logs = join(cluster.directory, 'pods', flood.metadata.uid ?? '', 'logs/main/0')
  const sizes = async (): Promise<number[]> =>
    Promise.all((await readdir(logs).catch(() => [])).map(async (name) => (await stat(join(logs, name))).size))
  const unready: string[] = []
  await eventually(
    async () => {
      const web = await cluster.pod('web')
      if (web.status.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True')
        unready.push(new Date().toISOString())
      expect(await sizes()).toHaveLength(5)
    },
    { within: 25_000 },
  )
  for (const size of await sizes()) expect(size).toBeLessThan(10 * MIB + 64 * 1024)
  expect(unready).toEqual([])
}, 60_000)

test('children that a program leaves behind end with its pod', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage(
    'fork:1',
    `const { spawn } = require('node:child_process'); const pids = []; for (let i = 0; i < 50; i++) pids.push(spawn('sleep', ['1000'], { stdio: 'ignore' }).pid); console.log(pids.join(' ')); setInterval(() => {}, 1e6)`,
  )
  const created = await cluster.createPod('fork', { image: 'fork:1' }, { terminationGracePeriodSeconds: 1 })
  const pids = await eventually(async () => {
    const pod = await cluster.pod('fork')
    const lines: string[] = []
    for await (const line of cluster.node.logs(pod, new URLSearchParams(), undefined))
      lines.push(Buffer.from(line).toString())
    const found = lines.join('').trim().split(' ').map(Number)
    expect(found).toHaveLength(50)
    return found
  })
  expect(pids.every(isAlive)).toBe(true)
  await cluster.client.delete({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'default',
    name: created.metadata.name ?? '',
  })
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]))
}, 60_000)

test('logs follow, and show the run before the last restart', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('twice:1', `console.log('run ' + process.pid); setTimeout(() => process.exit(1), 100)`)
  await cluster.createPod('twice', { image: 'twice:1' })
  await eventually(async () =>
    expect((await cluster.pod('twice')).status.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    }),
  )
  const pod = await cluster.pod('twice')
  const read = async (query: string): Promise<string> => {
    const chunks: string[] = []
    for await (const chunk of cluster.node.logs(pod, new URLSearchParams(query), undefined))
      chunks.push(Buffer.from(chunk).toString())
    return chunks.join('')
  }
  expect(await read('')).toMatch(/^run \d+\n$/)
  expect(await read('timestamps=true')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z run \d+\n$/)
  expect(await read('previous=true')).toMatch(/^run \d+\n$/)
})
