import { existsSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { withMessageFile } from '../src/container/termination-message.ts'
import { nodeCluster, type NodeCluster } from './cluster.ts'

const HOST = '/dev/termination-log'
const stamp = (): string => (existsSync(HOST) ? String(statSync(HOST).mtimeMs) : 'none')

async function ended(
  cluster: NodeCluster,
  container: object,
): Promise<{ readonly message?: string; readonly exitCode?: number }> {
  await cluster.createPod('p', container, { restartPolicy: 'Never' })
  return eventually(async () => {
    const state = (await cluster.pod('p')).status.containerStatuses?.[0]?.state.terminated
    expect(state).toBeDefined()
    return state ?? {}
  })
}

test('a command that names the file writes its message, and nothing into /dev of the machine', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', '')
  const before = stamp()
  const state = await ended(cluster, { command: ['sh', '-c', 'echo died > /dev/termination-log; exit 3'] })
  expect(state).toMatchObject({ exitCode: 3, message: 'died\n' })
  expect(stamp()).toBe(before)
  expect((await cluster.events('p')).filter((event) => event.includes('terminationMessagePath'))).toEqual([])
})

test('a program that is told the file by a variable writes its message, of which the last 4 KiB are kept', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage(
    'web:1',
    `require('node:fs').writeFileSync(process.env.MESSAGE, 'x'.repeat(5000) + 'last words'); process.exit(1)`,
  )
  const env = [{ name: 'MESSAGE', value: '/var/log/why' }]
  const { message = '' } = await ended(cluster, { env, terminationMessagePath: '/var/log/why' })
  expect(message).toHaveLength(4096)
  expect(message.endsWith('xlast words')).toBe(true)
})

test('a path below the working directory is reached by a relative path, in each run anew', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', `require('node:fs').appendFileSync('why', 'once'); process.exit(1)`)
  await cluster.createPod('p', { terminationMessagePath: '/app/why' })
  await eventually(async () => {
    const [status] = (await cluster.pod('p')).status.containerStatuses ?? []
    expect(status).toMatchObject({ restartCount: 1, lastState: { terminated: { message: 'once' } } })
  })
})

test('a message comes from the log only when it is asked for, the file is empty and the program failed', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', `console.log('from the log'); process.exit(2)`)
  const policy = { terminationMessagePolicy: 'FallbackToLogsOnError' }
  expect(await ended(cluster, policy)).toMatchObject({ exitCode: 2, message: 'from the log\n' })
})

test('a program that writes to the path of the machine is told about', async () => {
  const cluster = await nodeCluster()
  const path = join(await temporaryDirectory(), 'why')
  await writeFile(path, '')
  await cluster.addImage('web:1', `require('node:fs').writeFileSync(${JSON.stringify(path)}, 'lost')`)
  const state = await ended(cluster, { terminationMessagePath: path })
  expect(state.message).toBeUndefined()
  await eventually(async () =>
    expect(await cluster.events('p')).toContainEqual(
      expect.stringContaining(`NotEnforced: terminationMessagePath: the machine's own file "${path}" changed`),
    ),
  )
})

test.each([
  ['/dev/termination-log', 'F'],
  ['echo a >/dev/termination-log; b', 'echo a >F; b'],
  ['tee "/dev/termination-log"', 'tee "F"'],
  ['/mnt/dev/termination-log', '/mnt/dev/termination-log'],
  ['/dev/termination-log.1', '/dev/termination-log.1'],
])('the path in %s', (word, replaced) => {
  expect(withMessageFile(word, { path: '/dev/termination-log', file: 'F' })).toBe(replaced)
})
