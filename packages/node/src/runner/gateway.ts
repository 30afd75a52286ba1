import { createServer, connect, type Server, type Socket } from 'node:net'
import { rm } from 'node:fs/promises'
import type { Listening, PortTable } from './port-table.ts'
import type { HostAddress } from './runner.ts'

/** Finds out where Services are; handed in by the proxy. */
export interface ServiceResolver {
  /** The cluster IP of a Service's DNS name, as seen from a pod. */
  resolve(name: string, fromIp: string): string | undefined
  /** A ready endpoint of a Service's address and port. */
  endpoint(ip: string, port: number): { readonly ip: string; readonly port: number } | undefined
  /** Every namespace, so that `web.staging` is told apart from `example.com`. */
  namespaces(): readonly string[]
}

/** The Unix socket that pods' processes talk to: they report what they listen on, ask for names, and connect to pods and Services through it. */
export interface Gateway {
  readonly path: string
  close(): Promise<void>
}

const FIRST_LINE_LIMIT = 4096

/** Opens the gateway at a path in a folder that only the user can enter. */
export async function openGateway(
  path: string,
  options: { readonly table: PortTable; readonly services: () => ServiceResolver | undefined },
): Promise<Gateway> {
  await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // The other side may vanish at any moment; its end is all that matters.
    socket.on('error', () => socket.destroy())
    readFirstLine(socket, (line, rest) => serve(socket, { line, rest, ...options }))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function readFirstLine(socket: Socket, then: (line: string, rest: Buffer) => void): void {
  let buffered = Buffer.alloc(0)
  const onData = (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk])
    const end = buffered.indexOf(10)
    if (end < 0) {
      if (buffered.length > FIRST_LINE_LIMIT) socket.destroy()
      return
    }
    socket.off('data', onData)
    socket.pause()
    then(buffered.subarray(0, end).toString('utf8'), buffered.subarray(end + 1))
  }
  socket.on('data', onData)
}

interface Asked {
  readonly line: string
  readonly rest: Buffer
  readonly table: PortTable
  readonly services: () => ServiceResolver | undefined
}

function serve(socket: Socket, asked: Asked): void {
  const [verb, ...args] = asked.line.split(' ')
  if (verb === 'REPORT') {
    asked.table.add(JSON.parse(asked.line.slice('REPORT '.length)) as Listening)
    socket.end()
  } else if (verb === 'RESOLVE') {
    socket.end(asked.services()?.resolve(args[1] ?? '', args[0] ?? '') ?? '')
  } else if (verb === 'CONNECT') {
    dial(socket, { from: args[0] ?? '', host: args[1] ?? '', port: Number(args[2]) }, asked)
  } else socket.destroy()
}

function dial(socket: Socket, target: { from: string; host: string; port: number }, asked: Asked): void {
  const address = addressOf(target, asked)
  if (address === undefined) {
    socket.destroy()
    return
  }
  const upstream = connect({ ...address, allowHalfOpen: true })
  upstream.on('error', () => socket.destroy())
  socket.once('close', () => upstream.destroy())
  upstream.once('close', () => socket.destroy())
  upstream.write(asked.rest)
  socket.pipe(upstream)
  upstream.pipe(socket)
  socket.resume()
}

function addressOf(
  { from, host, port }: { from: string; host: string; port: number },
  { table, services }: Asked,
): HostAddress | undefined {
  const ip = /^[\d.]+$/.test(host) ? host : services()?.resolve(host, from)
  if (ip === undefined) return undefined
  if (ip.startsWith('10.244.'))
    return table.find(ip, port, from) ?? (ip === from ? { host: '127.0.0.1', port } : undefined)
  const endpoint = services()?.endpoint(ip, port)
  return endpoint === undefined ? undefined : table.find(endpoint.ip, endpoint.port, from)
}
