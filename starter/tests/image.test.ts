import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { eventually } from '@slipway/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Buildah, buildahIn, ISOLATION, makeBases } from './support/bases.ts'
import { copyStarter, output, temporary, tool } from './support/starter.ts'

const LONG = 300_000
const isRoot = process.getuid?.() === 0
const canMount = isRoot && spawnSync('unshare', ['--mount', 'true']).status === 0
const usable = tool('buildah') !== undefined && canMount

interface Inspected {
  readonly FromImageID: string
  readonly OCIv1: {
    readonly config: {
      readonly User: string
      readonly Cmd: string[]
      readonly Entrypoint: string[]
      readonly Labels: Record<string, string>
      readonly Env: string[]
    }
    readonly rootfs: { readonly diff_ids: string[] }
  }
}

interface Manifest {
  readonly layers: readonly { readonly size: number }[]
}

let buildah: Buildah
let repository: string
let bases: { build: string; final: string }
let mounted = ''
let service: ChildProcess | undefined

const git = async (...args: string[]): Promise<string> =>
  (
    await output('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org', ...args], { cwd: repository })
  ).trim()

const tagOf = async (): Promise<string> => `tree-${await git('rev-parse', 'HEAD:app')}`

/** Builds what is committed, as the release does: context `app`, argument TREE, tag by tree. Gives tag and image id. */
async function build(): Promise<{ tag: string; id: string }> {
  const tag = await tagOf()
  const [from, final] = [
    ...readFileSync(join(repository, 'app/Dockerfile'), 'utf8').matchAll(/^FROM (?:--\S+ )?(\S+)/gm),
  ].map((match) => match[1])
  const contexts = [`${from}=container-image://${bases.build}`, `${final}=container-image://${bases.final}`]
  await buildah(
    'build',
    ...ISOLATION,
    '--layers',
    '--timestamp',
    '0',
    '--pull-never',
    ...contexts.flatMap((each) => ['--build-context', each]),
    '--build-arg',
    `TREE=${tag}`,
    '--tag',
    `localhost/shop:${tag}`,
    join(repository, 'app'),
  )
  return { tag, id: (await buildah('images', '--no-trunc', '--quiet', `localhost/shop:${tag}`)).trim() }
}

describe.skipIf(!usable)(
  'the image, built by buildah (needs buildah, root and mount namespaces)',
  { timeout: LONG },
  () => {
    let built: { tag: string; id: string }

    beforeAll(async () => {
      const folder = temporary()
      buildah = buildahIn(join(folder, 'storage'))
      repository = join(folder, 'repository')
      mkdirSync(repository)
      copyStarter(repository)
      await git('init', '--quiet')
      await git('add', '--all')
      await git('commit', '--quiet', '--message', 'Start')
      bases = await makeBases(buildah, folder)
      built = await build()
    }, LONG)

    afterAll(async () => {
      service?.kill('SIGKILL')
      if (mounted) await buildah('rm', '--all')
    })

    test('is what the Dockerfile says: numeric user, no shell, no npm, no sources, OCI labels, the tree as version', async () => {
      const { OCIv1: image } = JSON.parse(
        await buildah('inspect', '--type', 'image', `localhost/shop:${built.tag}`),
      ) as Inspected
      expect(image.config).toMatchObject({
        User: '65532:65532',
        Cmd: ['dist/main.js'],
        Entrypoint: ['/nodejs/bin/node'],
      })
      expect(image.config.Labels).toMatchObject({ 'org.opencontainers.image.source': 'https://github.com/acme/shop' })
      expect(image.config.Env).toContain(`TREE=${built.tag}`)
      const root = await mountImage()
      expect(readdirSync(join(root, 'app')).sort()).toEqual(['dist', 'node_modules', 'package.json'])
      const modules = readdirSync(join(root, 'app/node_modules'))
      expect(modules).toEqual(expect.arrayContaining(['pino', 'prom-client']))
      expect(modules).not.toContain('typescript')
      for (const absent of ['bin/sh', 'usr/bin/npm', 'app/src', 'usr/lib/node_modules'])
        expect(spawnSync('test', ['-e', join(root, absent)]).status, absent).toBe(1)
    })

    test('its own layers are small', async () => {
      const target = join(temporary(), 'layout')
      await buildah('push', '--quiet', `localhost/shop:${built.tag}`, `oci:${target}:shop`)
      const index = JSON.parse(readFileSync(join(target, 'index.json'), 'utf8')) as { manifests: { digest: string }[] }
      const blob = index.manifests[0]?.digest.replace('sha256:', '') ?? ''
      const { layers } = JSON.parse(readFileSync(join(target, 'blobs/sha256', blob), 'utf8')) as Manifest
      const [base = 0, ...own] = layers.map(({ size }) => size)
      process.stdout.write(`image: base ${kib(base)} KiB, own layers ${own.map(kib).join(' + ')} KiB compressed\n`)
      expect(own.reduce((sum, size) => sum + size, 0)).toBeLessThan(2 * 1024 * 1024)
    })

    test('answers all probes as user 65532 with a read-only root, and exits 0 on SIGTERM', async () => {
      const [port, management] = [await freePort(), await freePort()]
      const root = await mountImage()
      // What a container runtime does, by hand: the root read-only, /tmp writable, no identity but the number.
      const script = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && mount -t tmpfs tmpfs "$0/tmp" &&
      exec unshare --root="$0" --wd=/app --setgid=65532 --setuid=65532 /nodejs/bin/node dist/main.js`
      const env = { ENVIRONMENT: 'image', PORT: String(port), MANAGEMENT_PORT: String(management), TREE: built.tag }
      service = spawn('unshare', ['--mount', 'sh', '-c', script, root], {
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const { pid } = service
      await eventually(async () => expect((await fetch(`http://127.0.0.1:${management}/readyz`)).status).toBe(200), {
        within: 20_000,
      })
      for (const probe of ['livez', 'startupz', 'metrics'])
        expect((await fetch(`http://127.0.0.1:${management}/${probe}`)).status, probe).toBe(200)
      const answer = (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as { version: string }
      expect(answer.version).toBe(`1.0.0+${built.tag.slice(0, 12)}`)
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t65532\t65532\t65532\t65532\nGid:\t65532/m)
      expect(readFileSync(`/proc/${pid}/mounts`, 'utf8')).toMatch(/^\S+ \/ \S+ ro,/m)
      service.kill('SIGTERM')
      expect(await once(service, 'exit')).toEqual([0, null])
    })

    test('a commit that touches only deploy/ gives the same tag and builds nothing', async () => {
      appendFileSync(join(repository, 'deploy/chart/values.yaml'), '# another line\n')
      await git('commit', '--quiet', '--all', '--message', 'Change the chart')
      expect(await build()).toEqual(built)
      appendFileSync(join(repository, 'app/src/page.ts'), '// another line\n')
      await git('commit', '--quiet', '--all', '--message', 'Change the app')
      expect(await tagOf()).not.toBe(built.tag)
    })

    async function mountImage(): Promise<string> {
      if (mounted === '') {
        const container = (await buildah('from', '--pull-never', `localhost/shop:${built.tag}`)).trim()
        mounted = (await buildah('mount', container)).trim()
      }
      return mounted
    }
  },
)

const kib = (bytes: number): number => Math.round(bytes / 1024)

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
