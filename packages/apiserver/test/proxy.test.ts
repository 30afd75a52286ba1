import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { PodStreams } from '@slipway/apiserver'
import { inDefault, startServer, type TestServer } from './https.ts'

// What a pod's program would answer: what it was asked.
async function withPod(): Promise<TestServer> {
  const program = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      const { method, url, headers } = request
      response.writeHead(url === '/teapot' ? 418 : 200, { 'content-type': 'text/plain', 'x-own': 'yes' })
      response.end(JSON.stringify({ method, url, type: headers['content-type'], token: headers.authorization, text }))
    })
  })
  program.listen(0, '127.0.0.1')
  await once(program, 'listening')
  onTestFinished(() => void program.close())
  const { port } = program.address() as AddressInfo
  const refuse = (): never => {
    throw new Error('not in this test')
  }
  const streams: PodStreams = {
    exec: refuse,
    attach: refuse,
    dial: async (pod, wanted) => {
      if (wanted !== 8080) throw new Error(`dial tcp 10.244.0.2:${wanted}: connect: connection refused`)
      expect(pod.metadata.name).toBe('p')
      const socket = connect({ host: '127.0.0.1', port })
      await once(socket, 'connect')
      return socket
    },
  }
  const server = await startServer({ streams })
  await server.ask('POST', inDefault('serviceaccounts'), { body: { metadata: { name: 'default' } } })
  const ports = [{ name: 'web', containerPort: 8080 }]
  const spec = { containers: [{ name: 'c', image: 'i', ports }] }
  await server.ask('POST', inDefault('pods'), { body: { metadata: { name: 'p' }, spec } })
  return server
}

test.each(['p', 'p:8080', 'p:web', 'http:p:8080'])('a request to pods/%s/proxy reaches the program', async (name) => {
  const { ask } = await withPod()
  const { status, text, headers } = await ask('GET', `${inDefault('pods', name)}/proxy/a//b/?q=1&r`)
  expect(status).toBe(200)
  expect(JSON.parse(text)).toEqual({ method: 'GET', url: '/a//b/?q=1&r', text: '' })
  expect(headers).toMatchObject({ 'content-type': 'text/plain', 'x-own': 'yes' })
})

test('methods, bodies and codes pass; the token does not', async () => {
  const { ask } = await withPod()
  const at = `${inDefault('pods', 'p')}/proxy`
  const sent = await ask('PUT', `${at}/x`, { body: { a: 1 }, type: 'application/json' })
  expect(JSON.parse(sent.text)).toEqual({ method: 'PUT', url: '/x', type: 'application/json', text: '{"a":1}' })
  expect((await ask('GET', `${at}/teapot`)).status).toBe(418)
})

test('what cannot be reached is unavailable, in the words of the real server', async () => {
  const { ask } = await withPod()
  const refused = await ask('GET', `${inDefault('pods', 'p:9')}/proxy/`)
  expect(refused).toMatchObject({
    status: 503,
    object: {
      reason: 'ServiceUnavailable',
      message: 'error trying to reach service: dial tcp 10.244.0.2:9: connect: connection refused',
    },
  })
  expect((await ask('GET', `${inDefault('pods', 'q')}/proxy/`)).object.message).toBe('pods "q" not found')
  expect((await ask('GET', `${inDefault('pods', 'p:none')}/proxy/`)).status).toBe(400)
  const without = await startServer()
  await without.ask('POST', inDefault('serviceaccounts'), { body: { metadata: { name: 'default' } } })
  await without.ask('POST', inDefault('pods'), {
    body: { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  })
  expect((await without.ask('GET', `${inDefault('pods', 'p')}/proxy/`)).status).toBe(500)
})

test('a Service leads to a pod behind it that is ready, by its own ports', async () => {
  const { ask } = await withPod()
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }]
  await ask('POST', inDefault('services'), { body: { metadata: { name: 's' }, spec: { ports } } })
  const none = await ask('GET', `${inDefault('services', 's')}/proxy/`)
  expect(none).toMatchObject({ status: 503, object: { message: 'no endpoints available for service "s"' } })
  const endpoint = (name: string, ready: boolean) => ({
    addresses: ['10.244.0.2'],
    conditions: { ready },
    targetRef: { kind: 'Pod', name, namespace: 'default' },
  })
  await ask('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    body: {
      metadata: { name: 's-1', labels: { 'kubernetes.io/service-name': 's' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: [endpoint('p', true), endpoint('gone', true), endpoint('p', false)],
    },
  })
  for (const name of ['s', 's:http', 's:80', 'http:s:http']) {
    const { status, text } = await ask('GET', `${inDefault('services', name)}/proxy/there`)
    expect.soft(status, name).toBe(200)
    expect.soft(text).toContain('"/there"')
  }
  expect((await ask('GET', `${inDefault('services', 's:81')}/proxy/`)).status).toBe(503)
})

test('who may not proxy is refused', async () => {
  const { ask, tokenOf } = await withPod()
  const token = await tokenOf('default', 'nobody')
  expect((await ask('GET', `${inDefault('pods', 'p')}/proxy/`, { token })).status).toBe(403)
})
