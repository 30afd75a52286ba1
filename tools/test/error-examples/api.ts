import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { startApiServer } from '@slipway/apiserver'
import { type Client, createClient, httpTransport } from '@slipway/client'
import {
  applyJsonPatch,
  decodeProtobuf,
  type JsonPatchOperation,
  parseLabelSelector,
  parseQuantity,
} from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { onTestFinished } from 'vitest'
import type { Room } from './example.ts'
import { STORE } from './store.ts'

const DEPLOYMENT = { spec: { replicas: 2 } }
const PORT: readonly (readonly [RegExp, string])[] = [[/127\.0\.0\.1:\d+/g, '127.0.0.1:6443']]

/** The API, its small languages and its store. */
export const API: Room = {
  title: 'Kubernetes API',
  page: 'kubernetes-api',
  examples: [
    {
      code: 'API_STATUS',
      when: 'The API refuses a request; here a pod is asked for that does not exist.',
      run: async () => (await ownApi()).get({ apiVersion: 'v1', kind: 'Pod', namespace: 'staging', name: 'shop' }),
    },
    {
      code: 'API_UNREACHABLE',
      when: 'The process of the cluster is gone, and what is left of it still names its port.',
      masks: PORT,
      run: async () => {
        const { server, close } = await serve((_, response) => response.end())
        close()
        await createClient(httpTransport({ server })).get({ apiVersion: 'v1', kind: 'Node', name: 'slipway' })
      },
    },
    {
      code: 'API_BAD_ANSWER',
      when: 'Something else listens on the port and answers with a page.',
      run: async () => {
        const { server } = await serve((_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end('<!doctype html>')
        })
        await httpTransport({ server })({ method: 'GET', path: '/api/v1/nodes' })
      },
    },
    {
      code: 'API_UNKNOWN_KIND',
      when: 'An object is of a kind whose CustomResourceDefinition is not applied.',
      files: { 'widget.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: first\n' },
      run: async () => (await ownApi()).resources.find({ apiVersion: 'example.com/v1', kind: 'Widget' }),
    },
    {
      code: 'BAD_PATCH',
      when: 'A JSON patch changes what is not there.',
      input: '[{ "op": "replace", "path": "/spec/paused", "value": true }]',
      run: (_, text) => applyJsonPatch(DEPLOYMENT, JSON.parse(text) as JsonPatchOperation[]),
    },
    {
      code: 'PATCH_TEST_FAILED',
      when: 'The `test` of a JSON patch does not hold: the Deployment has two replicas by now.',
      input:
        '[{ "op": "test", "path": "/spec/replicas", "value": 1 }, { "op": "replace", "path": "/spec/replicas", "value": 3 }]',
      run: (_, text) => applyJsonPatch(DEPLOYMENT, JSON.parse(text) as JsonPatchOperation[]),
    },
    {
      code: 'BAD_SELECTOR',
      when: 'A selector of labels cannot be read.',
      input: 'app in shop',
      run: (_, text) => parseLabelSelector(text),
    },
    {
      code: 'BAD_QUANTITY',
      when: 'A quantity cannot be read.',
      input: '64 megabytes',
      run: (_, text) => parseQuantity(text),
    },
    {
      code: 'BAD_PROTOBUF',
      when: 'A client says that it sends protobuf, and sends JSON.',
      input: '{"kind":"Pod"}',
      run: (_, text) => decodeProtobuf(Buffer.from(text)),
    },
    ...STORE,
  ],
}

async function ownApi(): Promise<Client> {
  const api = await startApiServer({ store: openMemoryStore() })
  onTestFinished(() => api.stop())
  return createClient(api.handle)
}

async function serve(answer: RequestListener): Promise<{ server: string; close: () => void }> {
  const listener = createServer(answer).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const close = (): void => {
    listener.close()
    listener.closeAllConnections()
  }
  onTestFinished(close)
  return { server: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`, close }
}
