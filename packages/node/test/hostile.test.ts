import { eventually } from '@slipway/testkit'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectCondition, isAlive, nodeCluster, SERVER } from './cluster.ts'

const READY = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1, failureThreshold: 1 }
const MIB = 1024 * 1024

test('a gigabyte of output leaves five files of 10 MiB, the newest lines, and its neighbour and the API as they were', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', SERVER)
  await cluster.addImage(
    'flood:1',
    `const lines = 1_000_000; const rest = 'x'.repeat(990); let at = 0; function go() { while (at < lines) { at++; if (!process.stdout.write(String(at).padStart(9, '0') + rest + '\\n')) return process.stdout.once('drain', go) } } go()`,
  )
  await cluster.createPod('web', { readinessProbe: READY })
  await eventually(async () => expectCondition(await cluster.pod('web'), 'Ready', 'True'))
  const before = await slowest(cluster, 100)
  const flood = await cluster.createPod('flood', { image: 'flood:1' }, { restartPolicy: 'Never' })
  const logs = join(cluster.directory, 'pods', flood.metadata.uid ?? '', 'logs/main/0')
  const sizes = async (): Promise<number[]> =>
    Promise.all(
      (await readdir(logs).catch(() => [])).map(
        async (name) => (await stat(join(logs, name)).catch(() => ({ size: 0 }))).size,
      ),
    )
  const during: number[] = []
  let most = 0
  const over = async (): Promise<boolean> => {
    const { phase = '' } = (await cluster.pod('flood')).status
    expect(['Pending', 'Running', 'Succeeded']).toContain(phase)
    return phase === 'Succeeded'
  }
  while (!(await over())) {
    during.push(await slowest(cluster, 10))
    const kept = (await sizes()).reduce((sum, size) => sum + size, 0)
    most = Math.max(most, kept)
    expectCondition(await cluster.pod('web'), 'Ready', 'True')
  }
  // One more is there while the oldest is on its way out.
  expect(most).toBeGreaterThan(30 * MIB)
  expect(most).toBeLessThan(61 * MIB)
  expect(await sizes()).toHaveLength(5)
  for (const size of await sizes()) expect(size).toBeLessThan(10 * MIB + 64 * 1024)
  const read: string[] = []
  for await (const chunk of cluster.node.logs(
    await cluster.pod('flood'),
    new URLSearchParams('tailLines=1'),
    undefined,
  ))
    read.push(Buffer.from(chunk).toString())
  expect(read.join('')).toMatch(/^001000000x+\n$/)
  // The slowest of a hundred calls is of the machine's noise as well: what counts is that nobody waits.
  const p99 = during.toSorted((a, b) => a - b)[Math.floor(during.length * 0.99)] ?? Number.POSITIVE_INFINITY
  expect(during.length).toBeGreaterThan(10)
  expect(p99).toBeLessThan(Math.max(2 * before, 100))
}, 120_000)

// Milliseconds of the slowest of some calls of the API, and of the neighbour's answer.
async function slowest(cluster: Awaited<ReturnType<typeof nodeCluster>>, calls: number): Promise<number> {
  let most = 0
  for (let call = 0; call < calls; call++) {
    const began = performance.now()
    await cluster.pod('web')
    most = Math.max(most, performance.now() - began)
    // Calls of this process give way to nobody by themselves.
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return most
}

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
