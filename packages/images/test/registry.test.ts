import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { memoryTree } from '@slipway/diag'
import { temporaryDirectory } from '@slipway/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildImage, hostImages, startRegistry, type HostImage, type Registry } from '@slipway/images'

const TOKEN = 'the-token'
const run = promisify(execFile)
const sha256 = (bytes: string | Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

interface Place {
  readonly registry: Registry
  readonly image: HostImage
  readonly directory: string
  readonly cacheDirectory: string
  get(path: string, init?: RequestInit): Promise<Response>
  /** With the token. */
  write(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Response>
}

async function start(): Promise<Place> {
  const [directory, cacheDirectory] = [await temporaryDirectory(), await temporaryDirectory()]
  const image = await buildImage({
    context: memoryTree({ Dockerfile: 'FROM node:24\nCOPY a /app/a\nUSER node\nCMD ["node", "/app/a"]', a: 'hello' }),
    dockerfile: 'Dockerfile',
    cacheDirectory,
    log: () => undefined,
    hostNode: { version: process.version },
  })
  const registry = await startRegistry({ directory, token: TOKEN })
  onTestFinished(() => registry.close())
  const base = `http://${registry.host}/v2/`
  const resolve = (path: string): string => (path.startsWith('/') ? new URL(path, base).href : base + path)
  return {
    registry,
    image,
    directory,
    cacheDirectory,
    get: (path, init) => fetch(resolve(path), init),
    write: (method, path, body, headers = {}) =>
      fetch(resolve(path), {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, ...headers },
        ...(body === undefined ? {} : { body }),
      }),
  }
}

interface Manifest {
  readonly config: { readonly digest: string }
  readonly layers: readonly { readonly digest: string; readonly size: number }[]
}

describe('reading', () => {
  test('a published host image: by tag and digest, config, layer, list, HEAD', async () => {
    const { registry, image, get } = await start()
    await registry.publish('acme/shop', image)
    expect([(await get('')).status, (await get('')).headers.get('docker-distribution-api-version')]).toEqual([
      200,
      'registry/2.0',
    ])
    expect(await (await get('acme/shop/tags/list')).json()).toEqual({ name: 'acme/shop', tags: [image.id] })
    expect(await (await get('_catalog')).json()).toEqual({ repositories: ['acme/shop'] })
    const byTag = await get(`acme/shop/manifests/${image.id}`)
    expect(byTag.headers.get('docker-content-digest')).toBe(image.digest)
    expect(byTag.headers.get('content-type')).toBe('application/vnd.oci.image.manifest.v1+json')
    const text = await byTag.text()
    expect(sha256(text)).toBe(image.digest)
    expect(await (await get(`acme/shop/manifests/${image.digest}`)).text()).toBe(text)
    const manifest = JSON.parse(text) as Manifest
    const config = (await (await get(`acme/shop/blobs/${manifest.config.digest}`)).json()) as { config: object }
    expect(config.config).toEqual({
      User: 'node',
      Entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
      Cmd: ['node', '/app/a'],
      WorkingDir: '/',
      Labels: { 'slipway.host-image': image.id },
    })
    const layer = manifest.layers[0]
    const head = await get(`acme/shop/blobs/${layer?.digest}`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(layer?.size)])
    expect(sha256(new Uint8Array(await (await get(`acme/shop/blobs/${layer?.digest}`)).arrayBuffer()))).toBe(
      layer?.digest,
    )
  })

  test('ranges of a blob', async () => {
    const { write, get } = await start()
    const digest = sha256('0123456789')
    await write('POST', `a/b/blobs/uploads/?digest=${digest}`, '0123456789')
    const read = async (range: string) => {
      const response = await get(`a/b/blobs/${digest}`, { headers: { range } })
      return [
        response.status,
        response.headers.get('content-range'),
        response.status === 416 ? '' : await response.text(),
      ]
    }
    expect(await read('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await read('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await read('bytes=-2')).toEqual([206, 'bytes 8-9/10', '89'])
    expect(await read('bytes=10-')).toEqual([416, 'bytes */10', ''])
  })

  test('publishing again writes no blob', async () => {
    const { registry, image, directory } = await start()
    await registry.publish('acme/shop', image)
    const blobs = join(directory, 'blobs/sha256')
    const facts = async () =>
      await Promise.all((await readdir(blobs)).map(async (name) => (await stat(join(blobs, name))).ctimeMs))
    const before = await facts()
    await registry.publish('acme/shop', image)
    expect(await facts()).toEqual(before)
  })

  test('images are found by reference for whoever runs them', async () => {
    const { image, cacheDirectory } = await start()
    const source = hostImages(cacheDirectory)
    const found = await source.find(`ghcr.io/acme/shop@${image.digest}`)
    expect(found).toMatchObject({
      id: `ghcr.io/acme/shop@${image.digest}`,
      rootfs: image.rootfs,
      cmd: ['node', '/app/a'],
    })
    expect((await source.find(`127.0.0.1:5000/acme/shop:${image.id}`))?.id).toBe(
      `127.0.0.1:5000/acme/shop@${image.digest}`,
    )
    expect(await source.find('ghcr.io/acme/shop:latest')).toBeUndefined()
  })
})

describe('writing', () => {
  test('a push in chunks, then a manifest by tag', async () => {
    const { write, get } = await start()
    const begun = await write('POST', 'acme/app/blobs/uploads/')
    expect(begun.status).toBe(202)
    const location = begun.headers.get('location') ?? ''
    const one = await write('PATCH', location, 'hello ', { 'content-range': '0-5' })
    expect([one.status, one.headers.get('range')]).toEqual([202, '0-5'])
    expect((await write('PATCH', location, 'x', { 'content-range': '9-9' })).status).toBe(416)
    expect((await write('GET', location)).headers.get('range')).toBe('0-5')
    const digest = sha256('hello world')
    const done = await write('PUT', `${location}?digest=${digest}`, 'world')
    expect([done.status, done.headers.get('docker-content-digest')]).toEqual([201, digest])
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const manifest = JSON.stringify({ schemaVersion: 2, config: { digest, size: 11 }, layers: [] })
    const put = await write('PUT', 'acme/app/manifests/v1', manifest, { 'content-type': mediaType })
    expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, sha256(manifest)])
    const back = await get('acme/app/manifests/v1')
    expect([back.headers.get('content-type'), await back.text()]).toEqual([mediaType, manifest])
  })

  test('what must be refused', async () => {
    const { registry, write, get } = await start()
    const digest = sha256('x')
    const status = async (response: Promise<Response>) => {
      const answer = await response
      const body = (await answer.json()) as { errors: { code: string }[] }
      return `${answer.status} ${body.errors[0]?.code}`
    }
    expect(await status(get('acme/app/blobs/uploads/', { method: 'POST' }))).toBe('401 UNAUTHORIZED')
    expect(await status(write('POST', 'a/blobs/uploads/', '', { authorization: 'Bearer other' }))).toBe(
      '401 UNAUTHORIZED',
    )
    expect(await status(write('POST', `a/blobs/uploads/?digest=${digest}`, 'y'))).toBe('400 DIGEST_INVALID')
    const begun = (await write('POST', 'a/blobs/uploads/')).headers.get('location') ?? ''
    expect(await status(write('PUT', `${begun}?digest=${digest}`, 'y'))).toBe('400 DIGEST_INVALID')
    expect(await status(write('PUT', `${begun}?digest=${digest}`, 'x'))).toBe('404 BLOB_UPLOAD_UNKNOWN')
    expect(await status(write('PUT', 'a/manifests/v1', 'no json'))).toBe('400 MANIFEST_INVALID')
    const missing = JSON.stringify({ mediaType: 'm', config: { digest } })
    expect(await status(write('PUT', 'a/manifests/v1', missing))).toBe('400 MANIFEST_BLOB_UNKNOWN')
    expect(await status(write('PUT', `a/manifests/${digest}`, '{"mediaType":"m"}'))).toBe('400 DIGEST_INVALID')
    expect(await status(get('a/manifests/v1'))).toBe('404 MANIFEST_UNKNOWN')
    expect(await status(get(`a/blobs/${digest}`))).toBe('404 BLOB_UNKNOWN')
    expect(await status(get('a/tags/list'))).toBe('404 NAME_UNKNOWN')
    expect(await status(get('A/tags/list'))).toBe('400 NAME_INVALID')
    expect(await status(get(`a/manifests/..%2f..%2fx`))).toBe('404 MANIFEST_UNKNOWN')
    expect(await status(get('a/tags/list', { headers: { origin: 'http://example.org' } }))).toBe('403 DENIED')
    expect(await hostStatus(registry.port, 'example.org')).toBe(403)
    expect(await hostStatus(registry.port, `localhost:${registry.port}`)).toBe(200)
    await expect(startRegistry({ directory: '/nowhere', token: '', port: registry.port })).rejects.toMatchObject({
      code: 'IMAGE_REGISTRY',
    })
  })
})

function hostStatus(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, path: '/v2/', headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
}

const crane = await run('crane', ['version']).then(
  () => true,
  () => false,
)

describe.skipIf(!crane)('the real crane (skipped where it is not installed)', () => {
  test('pulls, pushes, lists and validates', async () => {
    const { registry, image } = await start()
    const home = await temporaryDirectory()
    const call = async (...args: string[]) =>
      (await run('crane', args, { env: { PATH: process.env['PATH'], HOME: home } })).stdout.trim()
    await registry.publish('acme/shop', image)
    const reference = `${registry.host}/acme/shop:${image.id}`
    expect(await call('digest', reference)).toBe(image.digest)
    expect(await call('ls', `${registry.host}/acme/shop`)).toBe(image.id)
    await call('validate', '--remote', reference)
    await call('pull', reference, join(home, 'image.tar'))
    const { stdout } = await run('tar', ['-xOf', join(home, 'image.tar'), 'manifest.json'])
    expect(stdout).toContain('"Config":"sha256:')
    await expect(call('copy', reference, `${registry.host}/other/shop:v1`)).rejects.toThrow(/UNAUTHORIZED|401/)
    await call('auth', 'login', registry.host, '-u', 'any', '-p', TOKEN)
    await call('copy', reference, `${registry.host}/other/shop:v1`)
    await call('push', join(home, 'image.tar'), `${registry.host}/third/shop:v1`)
    expect(await call('digest', `${registry.host}/other/shop:v1`)).toBe(image.digest)
    expect(await call('catalog', registry.host)).toBe('acme/shop\nother/shop\nthird/shop')
  })
})
