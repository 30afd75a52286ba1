import { mkdir, readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { memoryTree } from '@slipway/diag'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { buildImage, hostNpmSettings, type HostImage } from '@slipway/images'
import { folderContext } from './tree.ts'

const LOCK = {
  name: 'app',
  version: '1.0.0',
  lockfileVersion: 3,
  requires: true,
  packages: { '': { name: 'app', version: '1.0.0' } },
}

/** An app that npm installs without network: it has no dependencies, and its install script says that it ran. */
const FILES: Readonly<Record<string, string>> = {
  Dockerfile: [
    'FROM node:24 AS build',
    'ARG FLAVOUR=plain',
    'ENV FLAVOUR=$FLAVOUR',
    'WORKDIR /app',
    'COPY --chown=node package*.json ./',
    'RUN npm ci',
    'COPY src ./src',
    'RUN node src/main.js',
    'FROM gcr.io/distroless/nodejs24-debian13',
    'COPY --from=build /app /app',
    'CMD ["/app/src/main.js"]',
  ].join('\n'),
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    scripts: { install: 'node -e "fs.writeFileSync(\'installed\', process.env.FLAVOUR)"' },
  }),
  'package-lock.json': JSON.stringify(LOCK),
  'src/main.js': 'console.log(1)',
}

interface Built {
  readonly image: HostImage
  readonly lines: readonly string[]
}

async function build(
  cacheDirectory: string,
  files: Readonly<Record<string, string>>,
  args: Record<string, string> = {},
): Promise<Built> {
  const lines: string[] = []
  const image = await buildImage({
    context: memoryTree(files),
    dockerfile: 'Dockerfile',
    cacheDirectory,
    args,
    log: (line) => lines.push(line),
    hostNode: { version: process.version },
  })
  return { image, lines }
}

const installed = ({ lines }: Built): boolean => lines.includes('RUN npm ci')

test('a change of code does not install the packages again, and the image is the same as without the cache', async () => {
  const cache = await temporaryDirectory()
  expect(installed(await build(cache, FILES))).toBe(true)
  const changed = { ...FILES, 'src/main.js': 'console.log(2)' }
  const warm = await build(cache, changed)
  expect([installed(warm), warm.lines[0]]).toEqual([false, 'RUN lines up to Dockerfile:6:1: as before'])
  const cold = await build(await temporaryDirectory(), changed)
  expect(installed(cold)).toBe(true)
  expect(warm.image.digest).toBe(cold.image.digest)
  expect(await readFile(join(warm.image.rootfs, 'app/installed'), 'utf8')).toBe('plain')
})

test('what an install depends on makes it run again', async () => {
  const cache = await temporaryDirectory()
  await build(cache, FILES)
  const other = { ...FILES, 'package.json': FILES['package.json']?.replace('installed', 'installed2') ?? '' }
  expect(installed(await build(cache, other))).toBe(true)
  const flavoured = await build(cache, FILES, { FLAVOUR: 'sweet' })
  expect([installed(flavoured), await readFile(join(flavoured.image.rootfs, 'app/installed'), 'utf8')]).toEqual([
    true,
    'sweet',
  ])
  const earlier = { ...FILES, Dockerfile: FILES['Dockerfile']?.replace('WORKDIR /app', 'WORKDIR /app\nENV X=1') ?? '' }
  expect(installed(await build(cache, earlier))).toBe(true)
  const later = { ...FILES, Dockerfile: `${FILES['Dockerfile']}\nENV X=1` }
  expect(installed(await build(cache, later))).toBe(false)
})

test('no more than eight installs are kept, the ones used last', async () => {
  const cache = await temporaryDirectory()
  await build(cache, FILES)
  const [own = ''] = await readdir(join(cache, 'stages'))
  const others = Array.from({ length: 9 }, (_, index) => `other-${index}`)
  for (const [index, name] of others.entries()) {
    await mkdir(join(cache, 'stages', name))
    await utimes(join(cache, 'stages', name), 1000 + index, 1000 + index)
  }
  await build(cache, FILES, { FLAVOUR: 'sweet' })
  const kept = await readdir(join(cache, 'stages'))
  expect(kept).toHaveLength(8)
  expect(kept).toContain(own)
  expect(kept.filter((name) => name.startsWith('other')).sort()).toEqual(others.slice(3))
})

const settings = await hostNpmSettings(process.env, '/')
const reachable = await fetch(settings['registry'] ?? 'https://registry.npmjs.org', {
  signal: AbortSignal.timeout(5000),
}).then(
  () => true,
  () => false,
)

test.skipIf(!reachable)(
  "the starter's own Dockerfile (skipped where npm's registry cannot be reached)",
  async () => {
    const starter = new URL('../../../starter/app', import.meta.url).pathname
    const lines: string[] = []
    const image = await buildImage({
      context: folderContext(starter),
      dockerfile: 'Dockerfile',
      dockerfileName: 'app/Dockerfile',
      cacheDirectory: await temporaryDirectory(),
      args: { TREE: 'tree-1' },
      log: (line) => lines.push(line),
      hostNode: { version: process.version },
      npmSettings: async () => settings,
    })
    expect(image.config).toMatchObject({
      entrypoint: ['/nodejs/bin/node'],
      cmd: ['dist/main.js'],
      env: ['NODE_ENV=production', 'TREE=tree-1'],
      workingDir: '/app',
      user: '65532:65532',
      exposed: ['8080/tcp', '9090/tcp'],
    })
    expect((await readdir(join(image.rootfs, 'app'))).sort()).toEqual(['dist', 'node_modules', 'package.json'])
    const modules = await readdir(join(image.rootfs, 'app/node_modules'))
    expect([modules.includes('pino'), modules.includes('typescript')]).toEqual([true, false])
  },
  120_000,
)
