import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { askHttp } from '../src/probes/http.ts'
import { type ProbeTarget, runProbe } from '../src/probes/probe.ts'
import type { Container, Handler } from '../src/types.ts'

const POD = '10.244.0.7'

async function port(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** A container whose ports are those of this machine: 8080 is the given one. */
function target(
  actual: number,
  exec: ProbeTarget['exec'] = async () => ({ code: 0, output: '', timedOut: false }),
): ProbeTarget {
  return {
    container: { name: 'main', image: 'i', ports: [{ name: 'web', containerPort: 8080 }] } as Container,
    podIP: POD,
    addressOf: (ip, asked) => (ip === POD && asked === 8080 ? { host: '127.0.0.1', port: actual } : undefined),
    exec,
  }
}

async function http(listener: RequestListener, get: Partial<NonNullable<Handler['httpGet']>> = {}, timeout = 2000) {
  return runProbe({ httpGet: { port: 'web', ...get } }, target(await port(createServer(listener))), timeout)
}

describe('httpGet', () => {
  test('asks with the headers of the kubelet, and with its own', async () => {
    let seen: Record<string, unknown> = {}
    const httpHeaders = [
      { name: 'X-A', value: '1' },
      { name: 'Host', value: 'shop.example' },
    ]
    const outcome = await http(
      (request, response) => {
        seen = { url: request.url, ...request.headers }
        response.end('fine')
      },
      { path: '/ready?full=1', httpHeaders },
    )
    expect(outcome).toEqual({ result: 'success' })
    expect(seen).toMatchObject({
      url: '/ready?full=1',
      'user-agent': 'kube-probe/1.36',
      accept: '*/*',
      'x-a': '1',
      host: 'shop.example',
    })
  })

  test('takes 200 to 299 for good, what is not, and no answer, in the words of the kubelet', async () => {
    expect(await http((_request, response) => response.writeHead(204).end())).toEqual({ result: 'success' })
    expect(await http((_request, response) => response.writeHead(500).end('secret'))).toEqual({
      result: 'failure',
      message: 'HTTP probe failed with statuscode: 500',
    })
    expect(await http(() => undefined, { path: '/slow' }, 50)).toEqual({
      result: 'failure',
      message: `Get "http://${POD}:8080/slow": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    })
    expect(await runProbe({ httpGet: { port: 9 } }, target(1), 100)).toEqual({
      result: 'failure',
      message: `Get "http://${POD}:9/": dial tcp ${POD}:9: connect: connection refused`,
    })
  })

  test('follows redirects on the same host, ten at most', async () => {
    const broken = await http((request, response) => {
      if (request.url === '/broken') response.writeHead(500).end()
      else response.writeHead(302, { location: '/broken' }).end()
    })
    expect(broken).toEqual({ result: 'failure', message: 'HTTP probe failed with statuscode: 500' })
    const hops =
      (last: number): RequestListener =>
      (request, response) => {
        const hop = Number((request.url ?? '').slice(1))
        if (hop === last) response.end()
        else response.writeHead(307, { location: `http://${POD}:8080/${hop + 1}` }).end()
      }
    expect(await http(hops(9), { path: '/0' })).toEqual({ result: 'success' })
    expect(await http(hops(99), { path: '/0' })).toEqual({
      result: 'failure',
      message: `Get "http://${POD}:8080/10": stopped after 10 redirects`,
    })
  })

  test('leaves a redirect to another host alone: a success with a warning', async () => {
    const outcome = await http((_request, response) =>
      response.writeHead(302, { location: 'https://login.example.com/' }).end('go there'),
    )
    expect(outcome).toEqual({ result: 'warning', message: 'Probe terminated redirects, Response body: go there' })
  })

  test('goes to the host that it names', async () => {
    const outcome = await http((_request, response) => response.end(), { host: '10.244.99.99' })
    expect(outcome).toMatchObject({
      result: 'failure',
      message: 'Get "http://10.244.99.99:8080/": dial tcp 10.244.99.99:8080: connect: connection refused',
    })
    const outside = await port(createServer((_request, response) => response.end()))
    expect(await runProbe({ httpGet: { host: '127.0.0.1', port: outside } }, target(1), 1000)).toEqual({
      result: 'success',
    })
  })

  test('over HTTPS takes any certificate, and knows a server without', async () => {
    const plain = await port(createServer((_request, response) => response.end()))
    const call = {
      get: { port: 8080, scheme: 'HTTPS' },
      port: 8080,
      podIP: POD,
      timeout: 1000,
      agent: 'kube-lifecycle',
    }
    const answer = await askHttp({ ...call, addressOf: target(plain).addressOf })
    expect(answer).toMatchObject({ isPlain: true })
  })
})

describe('tcpSocket', () => {
  test('is good when somebody listens, at the host that it names', async () => {
    const open = await port(createTcpServer((socket) => socket.end()))
    expect(await runProbe({ tcpSocket: { port: 'web' } }, target(open), 1000)).toEqual({ result: 'success' })
    expect(await runProbe({ tcpSocket: { port: 9 } }, target(open), 1000)).toEqual({
      result: 'failure',
      message: `dial tcp ${POD}:9: connect: connection refused`,
    })
    expect(await runProbe({ tcpSocket: { host: '127.0.0.1', port: open } }, target(1), 1000)).toEqual({
      result: 'success',
    })
    expect(await runProbe({ tcpSocket: { host: '10.244.9.9', port: 8080 } }, target(open), 1000)).toMatchObject({
      result: 'failure',
    })
    expect(await runProbe({ tcpSocket: { port: 'none' } }, target(open), 1000)).toEqual({
      result: 'error',
      message: "couldn't find port: none",
    })
  })
})

describe('exec', () => {
  test('is judged by its exit code and time, and tried three times when it cannot start', async () => {
    const run = (exec: ProbeTarget['exec']) => runProbe({ exec: { command: ['check', 'it'] } }, target(1, exec), 1000)
    expect(await run(async () => ({ code: 0, output: '', timedOut: false }))).toEqual({ result: 'success' })
    expect(await run(async () => ({ code: 2, output: 'bad\n', timedOut: false }))).toEqual({
      result: 'failure',
      message: 'bad',
    })
    expect(await run(async () => ({ code: 137, output: '', timedOut: true }))).toEqual({
      result: 'failure',
      message: 'command timed out: "check it" timed out after 1s',
    })
    let tries = 0
    const failing = await run(async () => {
      tries++
      throw new Error('exec: "check": no such file or directory')
    })
    expect(failing).toEqual({ result: 'error', message: 'exec: "check": no such file or directory' })
    expect(tries).toBe(3)
  })
})

describe('grpc', () => {
  // grpc.health.v1.HealthCheckResponse{status}: a frame of five bytes, then field 1.
  const answer = (status: number): Buffer => Buffer.from([0, 0, 0, 0, 2, 8, status])

  async function health(services: Record<string, number>, trailers: Record<string, string> = {}) {
    const server = createHttp2Server()
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const body = Buffer.concat(chunks)
        const service = body.subarray(7).toString()
        const found = headers[':path'] === '/grpc.health.v1.Health/Check' ? services[service] : undefined
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () =>
          stream.sendTrailers({ 'grpc-status': found === undefined ? '5' : '0', ...trailers }),
        )
        stream.end(found === undefined ? undefined : answer(found))
      })
    })
    return target(await port(server as unknown as Server))
  }
  const ask = (at: ProbeTarget, service?: string) =>
    runProbe({ grpc: { port: 8080, ...(service === undefined ? {} : { service }) } }, at, 1000)

  test('is good for a service that serves', async () => {
    const at = await health({ '': 1, shop: 1, down: 2 })
    expect(await ask(at)).toEqual({ result: 'success' })
    expect(await ask(at, 'shop')).toEqual({ result: 'success' })
    expect(await ask(at, 'down')).toEqual({
      result: 'failure',
      message: 'service unhealthy (responded with "NOT_SERVING")',
    })
    expect(await ask(at, 'x'.repeat(200))).toMatchObject({
      result: 'failure',
      message: expect.stringContaining('code = NotFound'),
    })
  })

  test('tells a server without the service, and none at all', async () => {
    const at = await health({}, { 'grpc-status': '12', 'grpc-message': 'unknown service' })
    expect(await ask(at)).toEqual({
      result: 'failure',
      message:
        'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service',
    })
    expect(await runProbe({ grpc: { port: 9 } }, at, 1000)).toEqual({
      result: 'failure',
      message: `timeout: failed to connect service "${POD}:9" within 1s: context deadline exceeded`,
    })
  })
})
