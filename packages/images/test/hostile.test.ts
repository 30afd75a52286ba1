import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { memoryTree } from '@slipway/diag'
import { buildImage, ImageError, type HostImage } from '@slipway/images'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'

const GZIP = Buffer.from([0x1f, 0x8b])

interface Outcome {
  readonly image: HostImage | undefined
  readonly error: ImageError | undefined
  readonly lines: readonly string[]
  readonly cache: string
}

async function attempt(files: Record<string, string>): Promise<Outcome> {
  const lines: string[] = []
  const cache = await temporaryDirectory()
  const asked = {
    context: memoryTree(files),
    dockerfile: 'Dockerfile',
    cacheDirectory: cache,
    log: (line: string) => lines.push(line),
    hostNode: { version: process.version },
  }
  try {
    return { image: await buildImage(asked), error: undefined, lines, cache }
  } catch (error) {
    if (!(error instanceof ImageError)) throw error
    return { image: undefined, error, lines, cache }
  }
}

test.each([
  'rm -rf PATH',
  'rm -rf PATH/*',
  'touch PATH/x',
  'mkdir -p PATH/x',
  'sh -c "rm -rf PATH"',
  'cp /etc/hostname PATH/x',
  'echo x > PATH/x',
  'chmod 777 PATH',
])('RUN %s changes nothing outside of the stage', async (line) => {
  const outside = await temporaryDirectory()
  await mkdir(join(outside, 'folder'))
  await writeFile(join(outside, 'kept'), 'kept')
  const before = await stat(outside)
  await attempt({ Dockerfile: `FROM node:24\nRUN ${line.replaceAll('PATH', outside)}\n` })
  expect((await readdir(outside)).sort()).toEqual(['folder', 'kept'])
  expect(await readFile(join(outside, 'kept'), 'utf8')).toBe('kept')
  expect((await stat(outside)).mode).toBe(before.mode)
})

test.each(['rm -rf /', 'rm -rf --no-preserve-root /', 'touch /etc/slipway-was-here', 'rm -rf ~', 'rm -rf ../../../..'])(
  'RUN %s leaves the machine as it is',
  async (line) => {
    const { error } = await attempt({ Dockerfile: `FROM node:24\nRUN ${line}\n` })
    expect(existsSync('/etc/slipway-was-here')).toBe(false)
    expect(existsSync('/etc/passwd')).toBe(true)
    expect(existsSync(process.cwd())).toBe(true)
    if (error !== undefined) expect(error.code).toMatch(/^IMAGE_RUN_/)
  },
)

test('COPY and WORKDIR upwards stay in the stage', async () => {
  const marker = `slipway-${process.pid}`
  const { image, cache } = await attempt({
    Dockerfile: `FROM node:24\nCOPY f ../../../../../../../../tmp/${marker}\nWORKDIR /../../../..\nCOPY f ${marker}\n`,
    f: 'f',
  })
  expect(existsSync(join('/tmp', marker))).toBe(false)
  expect(existsSync(join('/', marker))).toBe(false)
  expect((await readdir(cache)).includes(marker)).toBe(false)
  if (image !== undefined) expect(existsSync(join(image.rootfs, 'tmp', marker))).toBe(true)
})

test('a COPY from above the context is refused', async () => {
  for (const source of ['../outside', '/../../etc/passwd', '..']) {
    const { error, image } = await attempt({ Dockerfile: `FROM node:24\nCOPY ${source} /x\n`, a: '' })
    if (image === undefined) expect.soft(error?.code, source).toMatch(/^IMAGE_/)
    else expect.soft(existsSync(join(image.rootfs, 'x/passwd')), source).toBe(false)
    expect.soft(error?.message ?? '').not.toContain('root:')
  }
})

test('a variable of the parent is in no log, no layer and no description', async () => {
  const planted = `planted-${process.pid}-value`
  process.env['PLANTED_IN_PARENT'] = planted
  const { image, lines, cache } = await attempt({
    Dockerfile: [
      'FROM node:24',
      'ENV COPIED=$PLANTED_IN_PARENT',
      'WORKDIR /w',
      "RUN node -e \"console.log(JSON.stringify(process.env)); require('fs').writeFileSync('env', JSON.stringify(process.env))\"",
    ].join('\n'),
  })
  delete process.env['PLANTED_IN_PARENT']
  expect(image).toBeDefined()
  expect(lines.join('\n')).not.toContain(planted)
  const layers: Buffer[] = []
  for (const name of await readdir(cache, { recursive: true })) {
    const path = join(cache, name)
    if (!(await stat(path)).isFile()) continue
    const content = await readFile(path)
    if (content.subarray(0, 2).equals(GZIP)) layers.push(gunzipSync(content))
    else expect.soft(content.includes(planted), name).toBe(false)
  }
  // What the line saw is in a layer.
  expect(layers.map((layer) => [layer.includes('npm_config_cache'), layer.includes(planted)])).toEqual([[true, false]])
})
