import { connect, createServer, type Server, type Socket } from 'node:net'
import { ProxyError } from './errors.ts'

/** An address on the host. */
export interface HostAddress {
  readonly host: string
  readonly port: number
}

/** A loopback port that passes connections on. */
export interface ForwardingListener {
  readonly port: number
  close(): Promise<void>
}

const TRIES = 64

/**
 * Listens on 127.0.0.1, on the wanted port or the next free one above it, and passes every connection on to where `choose` says at that moment. Nothing is retried or
 * buffered: a failure of the endpoint is seen by the caller, as through kube-proxy.
 *
 * @throws ProxyError `LISTEN` when no port nearby is free
 */
export async function listenAndForward(
  wanted: number,
  choose: () => HostAddress | undefined,
  tries = TRIES,
): Promise<ForwardingListener> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    forward(socket, choose())
  })
  const port = await firstFree(server, wanted, tries)
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function forward(socket: Socket, target: HostAddress | undefined): void {
  // The other side may go at any moment; that is the connection's end and nobody's error.
  socket.on('error', () => socket.destroy())
  if (target === undefined) {
    socket.resetAndDestroy()
    return
  }
  const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true })
  upstream.on('error', () => socket.resetAndDestroy())
  socket.once('close', () => upstream.destroy())
  upstream.once('close', () => socket.destroy())
  socket.pipe(upstream)
  upstream.pipe(socket)
}

async function firstFree(server: Server, wanted: number, tries: number): Promise<number> {
  for (let port = wanted; port < wanted + tries; port++) {
    if (await tryListen(server, port)) return port
  }
  throw new ProxyError('LISTEN', `no port from ${wanted} to ${wanted + tries - 1} is free on 127.0.0.1`, {
    hint: 'end what listens there; `ss -ltnp` shows it',
  })
}

function tryListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening)
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(error)
    }
    const onListening = (): void => {
      server.off('error', onError)
      resolve(true)
    }
    server.once('error', onError)
    server.once('listening', onListening)
    server.listen({ host: '127.0.0.1', port, exclusive: true })
  })
}
