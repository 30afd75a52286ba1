import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lockHolder, openState, runningCluster } from '@slipway/state'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'

test('only one of many that come at once gets a folder, and the others are told who has it', async () => {
  const directory = await temporaryDirectory()
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => openState(directory)))
  const [first, ...more] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  expect(more).toEqual([])
  expect(refused).toHaveLength(7)
  for (const reason of refused) expect(reason).toMatchObject({ code: 'CLUSTER_RUNNING' })
  expect((await lockHolder(directory))?.pid).toBe(process.pid)
  await first?.release()
  expect(await lockHolder(directory)).toBeUndefined()
  await (await openState(directory)).release()
})

test('only one of many takes over what a dead process left', async () => {
  const directory = await temporaryDirectory()
  const ended = spawn(process.execPath, ['--version'])
  await once(ended, 'close')
  await writeFile(join(directory, 'lock'), JSON.stringify({ pid: ended.pid, start: 'long ago' }))
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => openState(directory)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test.skipIf(process.platform !== 'linux')(
  'what a killed run left is ended by whoever takes its folder over',
  async () => {
    const directory = await temporaryDirectory()
    const env = { SLIPWAY_MARKER: `${directory}:earlier` }
    const left = spawn(process.execPath, ['-e', 'console.log("up"); process.stdin.pipe(process.stdout)'], { env })
    const ended = once(left, 'close')
    await once(left.stdout, 'data')
    await (await openState(directory)).release()
    // It still answers: nobody was killed, so nothing was looked for.
    left.stdin.write('there?')
    expect(String((await once(left.stdout, 'data'))[0])).toBe('there?')
    await writeFile(join(directory, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, start: 'long ago' }))
    await (await openState(directory)).release()
    expect(await ended).toEqual([null, 'SIGKILL'])
  },
)

test('a process that got the number of the one that ran the cluster is not taken for it', async () => {
  const directory = await temporaryDirectory()
  const state = await openState(directory)
  const server = 'https://127.0.0.1:4711'
  await state.announce({ pid: process.pid, server, git: 'http://127.0.0.1:1/a.git', repository: '/', startedAt: 0 })
  expect(await runningCluster(directory)).toMatchObject({ pid: process.pid, server })
  const lock = join(directory, 'lock')
  const { pid, start } = JSON.parse(await readFile(lock, 'utf8')) as { pid: number; start: string }
  await writeFile(lock, JSON.stringify({ pid, start: `another ${start}` }))
  expect(await lockHolder(directory)).toBeUndefined()
  expect(await runningCluster(directory)).toBeUndefined()
  await (await openState(directory)).release()
})

test('what a process left that ended while it took a folder over is named', async () => {
  const directory = await temporaryDirectory()
  for (const name of ['lock', 'lock.breaking'])
    await writeFile(join(directory, name), JSON.stringify({ pid: 2 ** 22 + 1, start: 'long ago' }))
  await expect(openState(directory)).rejects.toMatchObject({
    code: 'CLUSTER_STATE',
    message: expect.stringContaining('lock.breaking') as string,
  })
})
