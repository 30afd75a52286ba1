import { eventually } from '@slipway/testkit'
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type NetworkCluster, networkCluster } from './network-cluster.ts'

const SERVER = `require('node:http').createServer((request, response) => response.end(process.env.HOSTNAME)).listen(8080)`
const READY = { tcpSocket: { port: 8000 }, periodSeconds: 1 }
const HTTP_SERVER = { command: ['python3', '-m', 'http.server', '8000'], readinessProbe: READY }

// Version managers put programs in front of Python that need the user's variables.
function pythonPath(): string | undefined {
  try {
    return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

const PYTHON = pythonPath()

const python = async (cluster: NetworkCluster, pod: string, text: string): Promise<string> => {
  const { code, output } = await cluster.exec(pod, [PYTHON ?? '', '-c', text])
  expect(output).not.toContain('Traceback')
  expect(code).toBe(0)
  return output.trim()
}

describe.skipIf(PYTHON === undefined)('a Python program', () => {
  test('runs in several copies on one port, is ready by its probe and answers its Service', async () => {
    const cluster = await networkCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.service('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8000 }] })
    const container = { ...HTTP_SERVER, command: [PYTHON, ...HTTP_SERVER.command.slice(1)] }
    const ips = [await cluster.ready('web-0', { container }), await cluster.ready('web-1', { container })]
    for (const ip of ips) {
      expect(cluster.runner.addressOf(ip, 8000)).toMatchObject({ host: '127.0.0.1' })
      expect(await cluster.get(ip, 8000)).toContain('main.js')
    }
    await eventually(async () =>
      expect(
        await cluster.run('web-0', `fetch('http://web').then(async (r) => console.log(JSON.stringify(r.status)))`),
      ).toBe(200),
    )
    for (const name of ['web-0', 'web-1'])
      expect((await cluster.events(name)).join('\n')).not.toMatch(/OpenToNetwork|PortConflict|Unhealthy: Liveness/)
  })

  test('reaches Services, pods and itself by their names, and is refused where nobody listens', async () => {
    const cluster = await networkCluster()
    await cluster.addImage('web:1', SERVER)
    const clusterIP = await cluster.service('shop', {
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 8080 }],
    })
    await cluster.service('empty', { selector: { app: 'none' }, ports: [{ port: 80 }] })
    const ip = await cluster.ready('web')
    await eventually(() => expect(cluster.proxy.endpoint(clusterIP, 80, 'x')).toBeDefined())
    const text = `
import socket, urllib.request, urllib.error
for url in ['http://shop', 'http://shop.default.svc.cluster.local', 'http://${clusterIP}', 'http://${ip}:8080', 'http://localhost:8080', 'http://empty', 'http://none.default.svc', 'http://localhost:8081']:
    try:
        print(urllib.request.urlopen(url, timeout=5).read().decode())
    except urllib.error.URLError as error:
        print(type(error.reason).__name__)
print(socket.gethostbyname('shop'), socket.gethostname())
server = socket.socket()
server.bind(('', 9000))
server.listen()
print(server.getsockname())
client = socket.create_connection(('127.0.0.1', 9000))
print(client.getpeername()[0])
`
    expect((await python(cluster, 'web', text)).split('\n')).toEqual([
      'web',
      'web',
      'web',
      'web',
      'web',
      'ConnectionRefusedError',
      'gaierror',
      'ConnectionRefusedError',
      `${clusterIP} web`,
      `('0.0.0.0', 9000)`,
      '127.0.0.1',
    ])
  })

  test('keeps a sitecustomize of its own, and asyncio serves and calls as ever', async () => {
    const cluster = await networkCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.ready('web')
    const own = join(cluster.directory, 'own')
    await mkdir(own)
    await writeFile(join(own, 'sitecustomize.py'), 'import builtins\nbuiltins.planted = "kept"\n')
    const text = `
import asyncio
async def main():
    async def serve(reader, writer):
        writer.write(b'asyncio')
        writer.close()
    server = await asyncio.start_server(serve, port=9000)
    reader, writer = await asyncio.open_connection('localhost', 9000)
    print(planted, (await reader.read()).decode())
    server.close()
asyncio.run(main())
`
    const { output } = await cluster.exec('web', ['env', `PYTHONPATH=${own}`, PYTHON ?? '', '-c', 'print(planted)'])
    expect(output).toBe('kept\n')
    await cluster.client.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'own', namespace: 'default' },
      spec: {
        restartPolicy: 'Never',
        containers: [
          { name: 'main', image: 'web:1', command: [PYTHON, '-c', text], env: [{ name: 'PYTHONPATH', value: own }] },
        ],
      },
    })
    await eventually(async () => expect((await cluster.pod('own')).status.phase).toBe('Succeeded'))
    const log: string[] = []
    for await (const chunk of cluster.node.logs(await cluster.pod('own'), new URLSearchParams(), undefined))
      log.push(Buffer.from(chunk).toString())
    expect(log.join('')).toBe('kept asyncio\n')
  })
})
