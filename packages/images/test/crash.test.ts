import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { memoryTree } from '@slipway/diag'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { build as bundle } from 'esbuild'
import { expect, test } from 'vitest'
import { buildImage, listImages } from '@slipway/images'

const FILES = {
  Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY slow.js .\nRUN node slow.js\nCMD ["node", "done"]',
  'slow.js':
    "const f = require('fs'); f.writeFileSync('half', ''); console.log('half'); setTimeout(() => f.writeFileSync('done', 'done'), 1000)",
}

const PROGRAM = `
import { memoryTree } from '@slipway/diag'
import { buildImage } from '@slipway/images'
await buildImage({
  context: memoryTree(${JSON.stringify(FILES)}),
  dockerfile: 'Dockerfile',
  cacheDirectory: process.argv[2],
  log: (line) => console.log(line),
  hostNode: { version: process.version },
  processes: { started: (group) => console.log('group ' + group), ended: () => undefined },
})
`

test('kill -9 in the middle of a RUN line: no image, nothing half, and the next build is whole', async () => {
  const directory = await temporaryDirectory()
  const program = join(directory, 'program.mjs')
  const stdin = { contents: PROGRAM, resolveDir: import.meta.dirname, loader: 'ts' } as const
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" }
  await bundle({
    stdin,
    banner,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    outfile: program,
  })
  const cacheDirectory = join(directory, 'cache')
  const child = spawn(process.execPath, [program, cacheDirectory], { stdio: ['ignore', 'pipe', 'inherit'] })
  let group = 0
  for await (const line of createInterface({ input: child.stdout })) {
    group = Number(/^group (\d+)$/.exec(line)?.[1] ?? group)
    if (line === 'half') break
  }
  child.kill('SIGKILL')
  // What the reaper of a cluster does with the groups that it was told of.
  process.kill(-group, 'SIGKILL')
  await eventually(() => expect(() => process.kill(child.pid ?? 0, 0)).toThrow())
  expect(await listImages(cacheDirectory)).toEqual([])
  expect(await readdir(join(cacheDirectory, 'builds'))).toHaveLength(1)
  const image = await buildImage({
    context: memoryTree(FILES),
    dockerfile: 'Dockerfile',
    cacheDirectory,
    log: () => undefined,
    hostNode: { version: process.version },
  })
  expect(await readFile(join(image.rootfs, 'app/done'), 'utf8')).toBe('done')
  expect(await readdir(join(cacheDirectory, 'builds'))).toEqual([])
})
