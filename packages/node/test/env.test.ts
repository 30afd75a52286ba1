import { cpus } from 'node:os'
import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import type { ConfigData, ConfigReader } from '../src/pod/env.ts'
import { environmentOf } from '../src/pod/env.ts'
import type { Container, Pod } from '../src/types.ts'
import { nodeCluster } from './cluster.ts'

const PRINTER = `console.log(JSON.stringify(process.env)); setInterval(() => {}, 1000)`

const dataOf = (text: Record<string, string | Uint8Array>, files: Record<string, Uint8Array> = {}): ConfigData => ({
  variables: Object.keys(text),
  bytes: { ...files, ...Object.fromEntries(Object.entries(text).map(([key, value]) => [key, Buffer.from(value)])) },
})

async function env(container: object, spec: object = {}): Promise<Record<string, string>> {
  const main = { name: 'main', image: 'web:1', ...container } as Container
  const metadata = { name: 'web', namespace: 'shop', labels: { b: '2', a: '1' } }
  const pod = { metadata, spec: { containers: [main], ...spec }, status: {} } as unknown as Pod
  const config: ConfigReader = {
    configMap: async (name) =>
      name === 'settings' ? dataOf({ A: 'a', B: 'b' }, { BIN: Buffer.from([255]) }) : undefined,
    secret: async (name) => (name === 'keys' ? dataOf({ TOKEN: 't', RAW: Buffer.from([0xff, 0xfe]) }) : undefined),
  }
  return environmentOf({
    pod,
    container: main,
    image: ['FROM_IMAGE=yes', 'PATH=/bin'],
    podIP: '10.244.0.2',
    hostIP: '10.244.0.1',
    config,
    services: { WEB_SERVICE_HOST: '10.96.0.2', KUBERNETES_SERVICE_HOST: '10.96.0.1' },
    allocatable: { cpu: '4', memory: '1024Ki' },
  })
}

const resource = (name: string, divisor?: string): object => ({
  valueFrom: { resourceFieldRef: { resource: name, ...(divisor === undefined ? {} : { divisor }) } },
})

test('envFrom takes the keys that are text, with a prefix, and env goes over them', async () => {
  const seen = await env({
    envFrom: [
      { configMapRef: { name: 'settings' } },
      { prefix: 'P_', configMapRef: { name: 'settings' } },
      { secretRef: { name: 'none', optional: true } },
    ],
    env: [{ name: 'B', value: 'own' }],
  })
  expect(seen).toMatchObject({ A: 'a', B: 'own', P_A: 'a', P_B: 'b' })
  expect(seen).not.toHaveProperty('BIN')
})

test('keys of ConfigMaps and Secrets, and what is missing in the words of the kubelet', async () => {
  const from = (kind: string, name: string, key: string, optional?: boolean) => ({
    env: [{ name: 'X', valueFrom: { [kind]: { name, key, ...(optional === undefined ? {} : { optional }) } } }],
  })
  expect(await env(from('secretKeyRef', 'keys', 'TOKEN'))).toMatchObject({ X: 't' })
  expect(await env(from('configMapKeyRef', 'settings', 'A'))).toMatchObject({ X: 'a' })
  expect(await env(from('secretKeyRef', 'keys', 'NONE', true))).not.toHaveProperty('X')
  await expect(env(from('secretKeyRef', 'keys', 'NONE'))).rejects.toThrow("couldn't find key NONE in Secret shop/keys")
  await expect(env(from('configMapKeyRef', 'settings', 'BIN'))).rejects.toThrow(
    "couldn't find key BIN in ConfigMap shop/settings",
  )
  await expect(env(from('secretKeyRef', 'none', 'A'))).rejects.toThrow('secret "none" not found')
  await expect(env(from('secretKeyRef', 'keys', 'RAW'))).rejects.toThrow('key RAW of secret "keys" is not UTF-8 text')
})

test('requests and limits are divided and rounded up; without a limit the node counts', async () => {
  const seen = await env({
    resources: { requests: { cpu: '250m' }, limits: { memory: '100Mi' } },
    env: [
      { name: 'REQUEST', ...resource('requests.cpu') },
      { name: 'MILLI', ...resource('requests.cpu', '1m') },
      { name: 'MEMORY', ...resource('limits.memory', '1Mi') },
      { name: 'CPU', ...resource('limits.cpu', '0') },
      { name: 'NONE', ...resource('requests.memory') },
    ],
  })
  expect(seen).toMatchObject({ REQUEST: '1', MILLI: '250', MEMORY: '100', CPU: '4', NONE: '0' })
})

test('$(NAME) knows variables of the pod and of Services, and not those of the image', async () => {
  const seen = await env({
    env: [
      { name: 'FIRST', value: '1' },
      { name: 'ALL', value: '$(FIRST) $(WEB_SERVICE_HOST) $(PATH) $(LATER)' },
      { name: 'LATER', value: '2' },
      { name: 'LABELS', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } },
    ],
  })
  expect(seen).toMatchObject({ ALL: '1 10.96.0.2 $(PATH) $(LATER)', FROM_IMAGE: 'yes', LABELS: 'a="1"\nb="2"' })
})

test('fields of the pod, and what no field is', async () => {
  const paths = [
    'metadata.name',
    'metadata.namespace',
    "metadata.labels['a']",
    'spec.serviceAccountName',
    'status.podIP',
    'status.hostIP',
  ]
  const variables = paths.map((fieldPath, index) => ({ name: `F${index}`, valueFrom: { fieldRef: { fieldPath } } }))
  expect(Object.values(await env({ env: variables }, { serviceAccountName: 'robot' })).slice(-paths.length)).toEqual([
    'web',
    'shop',
    '1',
    'robot',
    '10.244.0.2',
    '10.244.0.1',
  ])
  const wrong = [{ name: 'X', valueFrom: { fieldRef: { fieldPath: 'spec.nothing' } } }]
  await expect(env({ env: wrong })).rejects.toThrow('unsupported fieldPath: spec.nothing')
})

test('enableServiceLinks: false leaves the API', async () => {
  const seen = await env({}, { enableServiceLinks: false })
  expect(seen).toMatchObject({ KUBERNETES_SERVICE_HOST: '10.96.0.1' })
  expect(seen).not.toHaveProperty('WEB_SERVICE_HOST')
})

test('a program gets them', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', PRINTER)
  const at = { namespace: 'default' }
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', ...at },
    data: { TOKEN: 'w7w=' },
  })
  await cluster.createPod('web', {
    envFrom: [{ secretRef: { name: 'keys' } }],
    env: [{ name: 'CPU', ...resource('limits.cpu') }],
  })
  await eventually(async () => {
    let text = ''
    for await (const chunk of cluster.node.logs(await cluster.pod('web'), new URLSearchParams(), undefined))
      text += Buffer.from(chunk).toString()
    expect(JSON.parse(text)).toMatchObject({ TOKEN: 'ü', CPU: String(cpus().length) })
  })
})
