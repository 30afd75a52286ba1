import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, readlinkSync } from 'node:fs'
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { type LogFiles, openFileStore } from '@slipway/store'
import { temporaryDirectory } from '@slipway/testkit'
import { systemFiles } from '../src/log/files.ts'
import { put, storeContract, take, type Thing } from './contract.ts'
import { historyContract } from './history-contract.ts'

historyContract(async () => openFileStore<Thing>(await temporaryDirectory()))
storeContract(async () => openFileStore<Thing>(await temporaryDirectory()))

const segment = async (directory: string) =>
  join(directory, (await readdir(directory)).filter((name) => name.startsWith('wal-')).at(-1) ?? '')

test('what was written is there after opening again, with the same revisions and history', async () => {
  const directory = await temporaryDirectory()
  const store = await openFileStore<Thing>(directory)
  const first = await store.put(put('/a', 'absent', 'snowman ☃'))
  await store.put(put('/b', 'absent'))
  await store.delete(put('/b'))
  await store.close()
  const again = await openFileStore<Thing>(directory)
  expect(again.revision).toBe(store.revision)
  expect(again.get('/a')).toEqual(
    first.revision === undefined
      ? undefined
      : expect.objectContaining({ value: first.value, createRevision: first.revision }),
  )
  expect(again.get('/b')).toBeUndefined()
  const replayed = await take(again.watch('/', { after: first.revision }), 2)
  expect(replayed.map((event) => event.type)).toEqual(['put', 'delete'])
  await again.close()
})

test('a snapshot replaces the log before it and loses nothing', async () => {
  const directory = await temporaryDirectory()
  const store = await openFileStore<Thing>(directory, { snapshotEvery: 25 })
  for (let n = 0; n < 120; n++) await store.put(put(`/k/${n % 10}`, 'any', `v${n}`))
  const expected = store.list('/')
  await store.close()
  expect((await readdir(directory)).filter((name) => name.startsWith('snapshot-'))).toHaveLength(1)
  const again = await openFileStore<Thing>(directory)
  expect(again.list('/').items.map((item) => item.value)).toEqual(expected.items.map((item) => item.value))
  expect(again.revision).toBe(expected.revision)
  await again.close()
})

test('a torn last write is cut off and later writes follow it', async () => {
  const directory = await temporaryDirectory()
  const store = await openFileStore<Thing>(directory)
  await store.put(put('/a', 'absent'))
  const kept = store.revision
  await store.put(put('/b', 'absent'))
  await store.close()
  const path = await segment(directory)
  await truncate(path, (await readFile(path)).length - 3)
  const again = await openFileStore<Thing>(directory)
  expect(again.revision).toBe(kept)
  await again.put(put('/c', 'absent'))
  await again.close()
  const third = await openFileStore<Thing>(directory)
  expect(third.list('/').items.map((item) => item.key)).toEqual(['/a', '/c'])
  await third.close()
})

test('damage in front of acknowledged writes is refused by file name, and nothing is changed', async () => {
  const directory = await temporaryDirectory()
  const store = await openFileStore<Thing>(directory)
  for (const key of ['/a', '/b', '/c']) await store.put(put(key, 'absent'))
  await store.close()
  const path = await segment(directory)
  const bytes = await readFile(path)
  bytes[12] = (bytes[12] ?? 0) ^ 1
  await writeFile(path, bytes)
  await expect(openFileStore<Thing>(directory)).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
    message: expect.stringContaining(path),
  })
  expect(await readFile(path)).toEqual(bytes)
})

test.runIf(process.platform === 'linux')(
  'the kernel is told that every write to the log is on the disk when it returns',
  async () => {
    const directory = await temporaryDirectory()
    const store = await openFileStore<Thing>(directory, { snapshotEvery: 2 })
    // The first segment, and one that a snapshot has begun.
    for (let n = 0; n < 4; n++) {
      await store.put(put(`/${n}`))
      const path = await segment(directory)
      const open = (await readdir('/proc/self/fd')).find((fd) => linkOf(fd) === path)
      const flags = /^flags:\s+(\d+)$/m.exec(await readFile(`/proc/self/fdinfo/${open}`, 'utf8'))?.[1]
      expect(Number.parseInt(flags ?? '', 8) & constants.O_DSYNC).toBe(constants.O_DSYNC)
    }
    await store.close()
  },
)

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ''
  }
}

test('a failed write rejects the writes of its group and every later one; a restart has what was acknowledged', async () => {
  const directory = await temporaryDirectory()
  let full = false
  const files: LogFiles = {
    ...systemFiles,
    openAppend: async (path) => {
      const file = await systemFiles.openAppend(path)
      return {
        ...file,
        append: (bytes) =>
          full
            ? Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
            : file.append(bytes),
      }
    },
  }
  const store = await openFileStore<Thing>(directory, { files })
  await store.put(put('/a', 'absent'))
  full = true
  await expect(store.put(put('/b', 'absent'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  full = false
  await expect(store.put(put('/c', 'absent'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect(store.get('/b')).toBeUndefined()
  await store.close()
  const again = await openFileStore<Thing>(directory)
  expect(again.get('/a')).toBeDefined()
  expect(again.get('/c')).toBeUndefined()
  await again.close()
})

test('every write acknowledged before kill -9 is there afterwards, at any moment of writing and snapshotting', async () => {
  const directory = await temporaryDirectory()
  const writer = join(directory, 'writer.mjs')
  await build({
    stdin: { contents: WRITER, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    outfile: writer,
  })
  const state = join(directory, 'state')
  let acknowledged = 0
  for (const moment of [20, 77, 150, 313]) {
    const child = spawn(process.execPath, [writer, state], { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line)
      if (acknowledged % moment === 0) break
    }
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = await openFileStore<Thing>(state)
    expect(store.revision).toBeGreaterThanOrEqual(acknowledged)
    expect(store.get(`/k/${acknowledged % 13}`)?.revision).toBeGreaterThanOrEqual(acknowledged)
    await store.close()
  }
})

const WRITER = `
import { openFileStore } from '@slipway/store'
const store = await openFileStore(process.argv[2] ?? '', { snapshotEvery: 40 })
for (;;) {
  const next = store.revision + 1
  const { revision } = await store.put({ key: '/k/' + (next % 13), expect: 'any', build: (rv) => ({ rv }) })
  process.stdout.write(revision + '\\n')
}
`
