import { readFile, stat } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { unlock, writeFolder } from '../src/pod/atomic-folder.ts'
import { expectCondition, nodeCluster, type NodeCluster } from './cluster.ts'
import { steppedClock } from './stepped-clock.ts'

// Tells what it finds at the paths that it is asked for, in its working directory: bytes in hexadecimal and the mode, or what is in a folder.
const READER = `
const fs = require('node:fs')
require('node:http').createServer((request, response) => {
  const path = decodeURIComponent(request.url.slice(1))
  try {
    const found = fs.statSync(path)
    const body = found.isDirectory() ? fs.readdirSync(path).filter((name) => !name.startsWith('..')).join(' ') : fs.readFileSync(path, 'hex')
    response.end(body + ' ' + (found.mode & 0o777).toString(8))
  } catch (error) { response.end(error.code) }
}).listen(8080)
process.on('SIGTERM', () => process.exit(0))
`
const READY = { tcpSocket: { port: 8080 }, periodSeconds: 1 }
const AT = { metadata: { namespace: 'default' } }

async function start(
  cluster: NodeCluster,
  container: object,
  spec: object,
): Promise<(path: string) => Promise<string>> {
  await cluster.addImage('web:1', READER)
  await cluster.createPod('web', { readinessProbe: READY, ...container }, spec)
  const ip = await eventually(async () => {
    const pod = await cluster.pod('web')
    expectCondition(pod, 'Ready', 'True')
    return pod.status.podIP ?? ''
  })
  return (path) => cluster.get(ip, 8080, `/${encodeURIComponent(path)}`)
}

const hex = (text: string): string => Buffer.from(text).toString('hex')

async function makeSources({ client }: NodeCluster): Promise<void> {
  const binary = Buffer.from([0xff, 0xfe, 0x00, 0x80]).toString('base64')
  await client.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', ...AT.metadata },
    data: { key: 'one', other: 'two' },
    binaryData: { bin: binary },
  })
  await client.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', ...AT.metadata },
    data: { bin: binary, text: Buffer.from('t').toString('base64') },
  })
}

describe('a volume', () => {
  test('of a ConfigMap, a Secret, fields or all of them has their bytes, paths and modes', async () => {
    const cluster = await nodeCluster()
    await makeSources(cluster)
    const fields = {
      items: [
        { path: 'name', fieldRef: { fieldPath: 'metadata.name' } },
        { path: 'deep/limit', resourceFieldRef: { containerName: 'main', resource: 'limits.memory', divisor: '1Mi' } },
        { path: 'cpu', mode: 0o400, resourceFieldRef: { containerName: 'main', resource: 'limits.cpu' } },
      ],
    }
    const names = ['settings', 'keys', 'fields', 'all']
    const read = await start(
      cluster,
      {
        resources: { limits: { memory: '64Mi' } },
        volumeMounts: names.map((name) => ({ name, mountPath: `/app/${name}` })),
      },
      {
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          {
            name: 'keys',
            secret: {
              secretName: 'keys',
              defaultMode: 0o400,
              items: [
                { key: 'bin', path: 'a/b', mode: 0o440 },
                { key: 'text', path: 'c' },
              ],
            },
          },
          { name: 'fields', downwardAPI: fields },
          {
            name: 'all',
            projected: {
              defaultMode: 0o440,
              sources: [
                { configMap: { name: 'settings', items: [{ key: 'key', path: 'config' }] } },
                { secret: { name: 'keys', items: [{ key: 'text', path: 'secret' }] } },
                { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
                { configMap: { name: 'none', optional: true } },
              ],
            },
          },
        ],
      },
    )
    // 0644 without what a read-only mount forbids.
    expect(await read('settings/bin')).toBe('fffe0080 444')
    expect(await read('settings/key')).toBe(`${hex('one')} 444`)
    expect(await read('keys/a/b')).toBe('fffe0080 440')
    expect(await read('keys/c')).toBe(`${hex('t')} 400`)
    expect(await read('keys')).toBe('a c 555')
    expect(await read('fields/name')).toBe(`${hex('web')} 444`)
    expect(await read('fields/deep/limit')).toBe(`${hex('64')} 444`)
    // Without a limit, what the node has.
    expect(await read('fields/cpu')).toBe(`${hex(String(cpus().length))} 400`)
    expect(await read('all')).toBe('config labels secret 555')
    expect(await read('all/config')).toBe(`${hex('one')} 440`)
  })

  test('follows its ConfigMap within a minute and its pod at once, but for a subPath', async () => {
    const clock = steppedClock()
    const cluster = await nodeCluster({ clock })
    await makeSources(cluster)
    const read = await start(
      cluster,
      {
        volumeMounts: [
          { name: 'settings', mountPath: '/app/settings' },
          { name: 'settings', mountPath: '/app/fixed.txt', subPath: 'key' },
          { name: 'fields', mountPath: '/app/fields' },
        ],
      },
      {
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          { name: 'fields', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
        ],
      },
    )
    const patch = (kind: string, name: string, body: object): Promise<unknown> =>
      cluster.client.patch({ apiVersion: 'v1', kind, namespace: 'default', name }, { type: 'merge', body })
    await patch('Pod', 'web', { metadata: { labels: { color: 'blue' } } })
    await eventually(async () => expect(await read('fields/labels')).toBe(`${hex('color="blue"')} 444`))
    await patch('ConfigMap', 'settings', { data: { key: 'new', other: null, third: '3' } })
    clock.skip(61_000)
    await eventually(async () => expect(await read('settings/key')).toBe(`${hex('new')} 444`))
    await eventually(async () => expect(await read('settings')).toBe('bin key third 555'))
    expect(await read('fixed.txt')).toBe(`${hex('one')} 444`)
  })

  test('that is emptyDir shows the part that subPath or subPathExpr names, and makes it', async () => {
    const cluster = await nodeCluster()
    const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]
    const read = await start(
      cluster,
      {
        env,
        volumeMounts: [
          { name: 'data', mountPath: '/app/whole' },
          { name: 'data', mountPath: '/app/mine', subPathExpr: 'pods/$(POD)' },
          { name: 'data', mountPath: '/app/fixed', subPath: 'shared' },
        ],
        command: ['sh', '-c', 'echo a > mine/a; echo b > fixed/b; exec node main.js'],
      },
      { volumes: [{ name: 'data', emptyDir: {} }] },
    )
    expect(await read('whole')).toContain('pods shared')
    expect(await read('whole/pods/web/a')).toContain(hex('a\n'))
    expect(await read('mine')).toMatch(/^a /)
    expect(await read('whole/shared/b')).toContain(hex('b\n'))
  })

  test('whose subPathExpr has no value is told', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', READER)
    await cluster.createPod(
      'web',
      { volumeMounts: [{ name: 'data', mountPath: '/app/data', subPathExpr: 'a/$(NONE)' }] },
      { volumes: [{ name: 'data', emptyDir: {} }] },
    )
    await eventually(async () => expect(await cluster.events('web')).toContain('Failed: Error: missing value for NONE'))
  })

  test('that is not there, or has no such key, is told with its name until it is', async () => {
    const cluster = await nodeCluster()
    await makeSources(cluster)
    await cluster.addImage('web:1', READER)
    const volumes = [{ name: 'v', configMap: { name: 'settings', items: [{ key: 'none', path: 'x' }] } }]
    await cluster.createPod('web', { volumeMounts: [{ name: 'v', mountPath: '/app/v' }] }, { volumes })
    await eventually(async () =>
      expect(await cluster.events('web')).toContain(
        'FailedMount: MountVolume.SetUp failed for volume "v" : configmap references non-existent config key: none',
      ),
    )
  })
})

describe('the folder of a volume', () => {
  const file = (text: string, mode = 0o644) => ({ data: Buffer.from(text), mode })

  test('changes all at once, keeps what did not change, and can be removed afterwards', async () => {
    const folder = join(await temporaryDirectory(), 'v')
    await writeFolder(
      folder,
      new Map([
        ['a', file('1')],
        ['d/b', file('1')],
      ]),
    )
    const first = (await stat(join(folder, 'a'))).ino
    await writeFolder(
      folder,
      new Map([
        ['a', file('1')],
        ['d/b', file('1')],
      ]),
    )
    expect((await stat(join(folder, 'a'))).ino).toBe(first)
    await writeFolder(
      folder,
      new Map([
        ['a', file('2', 0o600)],
        ['c', file('3')],
      ]),
    )
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('2')
    expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o400)
    expect(await readFile(join(folder, 'c'), 'utf8')).toBe('3')
    await expect(stat(join(folder, 'd'))).rejects.toThrow('ENOENT')
    await unlock(folder)
    expect((await stat(folder)).mode & 0o777).toBe(0o755)
  })
})
