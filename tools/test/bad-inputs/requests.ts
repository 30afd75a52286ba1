import { gzipSync } from 'node:zlib'
import { type Ask, inDefault, type TestServer } from '../../../packages/apiserver/test/https.ts'

/** A request to an API server of the test's own. */
export interface Asked extends Ask {
  readonly method?: string
  readonly path: string
  /** What must be there first. */
  readonly prepare?: (server: TestServer) => Promise<unknown>
  /** Asked by a service account without any right. */
  readonly as?: 'robot'
}

const MAPS = inDefault('configmaps')
const PODS = inDefault('pods')
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
const MERGES = Array.from({ length: 20_000 }, (_, at) => `k${at}: {<<: *a}`).join('\n')
const MIB = 1024 * 1024
const NO_ONE = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"admin"}').toString('base64url')}.`

/** By the number of the row: each request is answered with the status and reason that the row says, and what it says is named. */
export const REQUESTS: Readonly<Record<number, Asked>> = {
  23: made(MAPS, { metadata: { name: '../secrets/a' } }),
  26: made(MAPS, { metadata: { name: 'a' }, data: { '../x': 'eA==' } }),
  48: { method: 'POST', path: MAPS, body: Buffer.from(`a: &a {b: c}\n${MERGES}\n`), type: 'application/yaml' },
  49: {
    method: 'POST',
    path: MAPS,
    body: Buffer.concat([Buffer.from('metadata: {name: b}\ndata: {k: "'), Buffer.from([0xc3]), Buffer.from('"')]),
    type: 'application/yaml',
  },
  50: { method: 'POST', path: MAPS, body: Buffer.from(`{"metadata":{"name":"a"},"x":${DEEP}}`) },
  71: {
    method: 'POST',
    path: `${MAPS}?fieldValidation=Strict`,
    body: Buffer.from('{"metadata":{"name":"a","name":"b"}}'),
  },
  76: made(MAPS, { metadata: { name: 'a' }, data: { k: 'x'.repeat(MIB + 1) } }),
  77: made('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { $ref: '#' } } } },
        },
      ],
    },
  }),
  88: { path: '/apis', token: NO_ONE },
  89: { path: '/apis', token: 'a.b.c' },
  91: { path: inDefault('configmaps', 'there'), as: 'robot' },
  92: { method: 'DELETE', path: inDefault('pods', 'a'), as: 'robot' },
  101: { path: '/api', headers: { origin: 'https://evil.example' } },
  106: made(inDefault('secrets'), { metadata: { name: 'a' }, data: { password: 'p@ssw0rd-in-clear!' } }),
  114: made(inDefault('endpoints'), {
    metadata: { name: 'e' },
    subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 1 }] }],
  }),
  115: { path: '/api/v1/namespaces/default/nodes/n' },
  116: {
    method: 'PATCH',
    path: inDefault('configmaps', 'a'),
    type: 'application/json-patch+json',
    body: Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/data/k', value: 'y' })),
    prepare: (server) => server.ask('POST', MAPS, { body: { metadata: { name: 'a' }, data: { k: 'v' } } }),
  },
  117: { method: 'POST', path: MAPS, body: gzipSync(Buffer.alloc(MIB)), headers: { 'content-encoding': 'gzip' } },
  118: {
    method: 'PATCH',
    path: inDefault('configmaps', 'm'),
    type: 'application/merge-patch+json',
    body: { data: { '..': 'x' } },
    prepare: (server) => server.ask('POST', MAPS, { body: { metadata: { name: 'm' } } }),
  },
  121: { path: '/api/v1/secrets', as: 'robot', headers: { 'impersonate-user': 'admin' } },
  122: { path: `${PODS}?watch=1`, as: 'robot' },
  123: { path: `${PODS}?resourceVersion=abc` },
  124: { path: `${PODS}?watch=1&sendInitialEvents=true` },
}

function made(path: string, body: object): Asked {
  return { method: 'POST', path, body }
}
