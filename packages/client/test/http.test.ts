import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { httpTransport } from '@slipway/client'

async function serve(handler: RequestListener, host = '127.0.0.1') {
  const server = createServer(handler)
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    transport: httpTransport({ server: `http://${host === '::1' ? '[::1]' : host}:${port}/base/`, token: 't' }),
  }
}

const json = (response: ServerResponse, text: string): void => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(text)
}

test('sends method, path below the server, headers, identity and body', async () => {
  const seen: Partial<IncomingMessage>[] = []
  let body = ''
  const { transport } = await serve((request, response) => {
    const { method, url, headers } = request
    seen.push({ method, url, headers } as Partial<IncomingMessage>)
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => json(response, '{"kind":"Pod"}'))
  })
  const user = { username: 'jane', groups: ['a', 'b'] }
  const answer = await transport({
    method: 'DELETE',
    path: '/api/v1/x?y=1',
    body: { a: 'ü' },
    contentType: 'application/json',
    user,
  })
  expect(answer).toMatchObject({ status: 200, object: { kind: 'Pod' } })
  expect(seen[0]).toMatchObject({ method: 'DELETE', url: '/base/api/v1/x?y=1' })
  expect(seen[0]?.headers).toMatchObject({
    authorization: 'Bearer t',
    'content-length': '10',
    'impersonate-user': 'jane',
    'impersonate-group': 'a, b',
    'user-agent': 'slipway',
  })
  expect(body).toBe('{"a":"ü"}')
})

test('reaches a server by its IPv6 address', async () => {
  const { transport } = await serve((_, response) => json(response, '{}'), '::1')
  expect((await transport({ method: 'GET', path: '/' })).status).toBe(200)
})

test('a server that is not there, and an answer that breaks off, cannot be reached', async () => {
  const { transport, port } = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"kind":')
    response.socket?.destroy()
  })
  await expect(transport({ method: 'GET', path: '/' })).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
  const nobody = httpTransport({ server: `http://127.0.0.1:${port === 1 ? 2 : 1}` })
  await expect(nobody({ method: 'GET', path: '/' })).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    message: expect.stringContaining('cannot reach http://127.0.0.1') as unknown,
    hint: expect.stringContaining('slipway up') as unknown,
  })
})

test('what claims to be JSON and is none is a bad answer; other types are streams', async () => {
  const { transport } = await serve((request, response) => {
    if (request.url === '/base/text') {
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.end('line')
    } else if (request.url === '/base/empty') json(response, '')
    else json(response, '<html>')
  })
  await expect(transport({ method: 'GET', path: '/html' })).rejects.toMatchObject({ code: 'API_BAD_ANSWER' })
  const { stream } = await transport({ method: 'GET', path: '/text' })
  const chunks: Uint8Array[] = []
  for await (const chunk of stream ?? []) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toBe('line')
  expect(await transport({ method: 'GET', path: '/empty' })).not.toHaveProperty('object')
})

test('a watch yields events as their lines come, across chunks and characters, and fails where it breaks off', async () => {
  const lines = ['ä', 'b'].map((name) => `${JSON.stringify({ type: 'ADDED', object: { metadata: { name } } })}\n`)
  const bytes = Buffer.from(lines.join(''))
  const { transport } = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const cut = bytes.indexOf(0xc3) + 1
    response.write(bytes.subarray(0, cut))
    setImmediate(() => {
      response.write(bytes.subarray(cut))
      response.write('{"type":')
      setImmediate(() => response.socket?.destroy())
    })
  })
  const { events } = await transport({ method: 'GET', path: '/x?watch=true' })
  const names: unknown[] = []
  const read = async (): Promise<void> => {
    for await (const { object } of events ?? []) names.push(object.metadata.name)
  }
  await expect(read()).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
  expect(names).toEqual(['ä', 'b'])
})

test('a signal ends a request, and a watch', async () => {
  const { transport } = await serve((request, response) => {
    if (request.url?.includes('watch') === true) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.flushHeaders()
    }
  })
  const stop = new AbortController()
  const waiting = transport({ method: 'GET', path: '/slow', signal: stop.signal })
  const { events } = await transport({ method: 'GET', path: '/x?watch=true', signal: stop.signal })
  const reading = (async () => {
    for await (const _ of events ?? []) throw new Error('there are none')
  })()
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
  await expect(reading).rejects.toThrow()
})
