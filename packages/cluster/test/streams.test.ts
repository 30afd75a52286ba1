import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import type { KubeObject } from '@slipway/objects'
import { expect, onTestFinished, test } from 'vitest'
import { podStreams } from '../src/streams.ts'

test('port-forward goes where the localhost of the pod is, and is refused where nobody listens', async () => {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const streams = podStreams({
    node: () => undefined,
    locate: async (ip, asked) => (ip === '10.244.0.2' && asked === 8080 ? { host: '127.0.0.1', port } : undefined),
  })
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    status: { podIP: '10.244.0.2' },
  } as KubeObject
  expect(await text(await streams.dial(pod, 8080))).toBe('hello')
  await expect(streams.dial(pod, 8081)).rejects.toThrow('dial tcp 10.244.0.2:8081: connect: connection refused')
})
