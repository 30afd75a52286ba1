import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { emptyFolder } from '../src/leftovers.ts'

test('a folder is emptied while somebody still writes to what was in it', async () => {
  const path = join(await temporaryDirectory(), 'pods')
  const inner = join(path, 'a/b')
  await mkdir(inner, { recursive: true })
  // Makes files and folders below its own working directory until it cannot any more, as a copy does.
  const script = `const { mkdirSync, writeFileSync } = require('node:fs')
    process.stdout.write('.')
    try { for (let n = 0; n < 20000; n++) { mkdirSync('d' + n); writeFileSync('d' + n + '/f', 'x') } } catch {}`
  const writer = spawn(process.execPath, ['-e', script], { cwd: inner, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void writer.kill('SIGKILL'))
  await once(writer.stdout, 'data')
  const { removed } = await emptyFolder(path)
  expect(await readdir(path)).toEqual([])
  expect((await stat(path)).mode & 0o777).toBe(0o700)
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  await removed
  const again = await emptyFolder(path)
  await again.removed
  expect((await readdir(join(path, '..'))).filter((name) => name !== 'pods')).toEqual([])
})

test('a folder that is not there is made', async () => {
  const path = join(await temporaryDirectory(), 'deep/pods')
  const { removed } = await emptyFolder(path)
  await removed
  expect(existsSync(path)).toBe(true)
})

test('what cannot be moved is an error, and nothing is lost', async () => {
  const path = join(await temporaryDirectory(), 'file')
  await writeFile(path, '')
  await expect(emptyFolder(join(path, 'pods'))).rejects.toThrow(/ENOTDIR/)
})

test('what was read-only is removed too', async () => {
  const path = join(await temporaryDirectory(), 'pods')
  await mkdir(join(path, 'volume'), { recursive: true })
  await writeFile(join(path, 'volume/key'), 'value')
  await chmod(join(path, 'volume'), 0o555)
  const { removed } = await emptyFolder(path)
  await removed
  expect(await readdir(join(path, '..'))).toEqual(['pods'])
})
