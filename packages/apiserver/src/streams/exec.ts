import { PassThrough, pipeline, type Readable, type Writable } from 'node:stream'
import type { WebSocket } from 'ws'
import { SpdySession, type SpdyStream, type SpdyTransport } from './spdy.ts'
import type { StreamProcess, StreamRequest } from './types.ts'

const STDIN = 0
const STDOUT = 1
const STDERR = 2
const ERROR = 3
// v5.channel.k8s.io: the client closes a channel by its number.
const CLOSE = 255

/** Serves exec and attach over a WebSocket with channels: the first byte of each message says which. */
export async function serveChannels(socket: WebSocket, process: StreamProcess, request: StreamRequest): Promise<void> {
  const send = (channel: number, bytes: Buffer): void => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([channel]), bytes]))
  }
  send(request.stdout ? STDOUT : ERROR, Buffer.alloc(0))
  socket.on('message', (data: Buffer) => {
    const [channel, ...rest] = data
    if (channel === STDIN && request.stdin) process.stdin?.write(data.subarray(1))
    if (channel === CLOSE && rest[0] === STDIN) process.stdin?.end()
  })
  socket.once('close', () => process.kill())
  if (!request.stdin) process.stdin?.end()
  const outputs = [
    request.stdout ? pump(process.stdout, (bytes) => send(STDOUT, bytes)) : drain(process.stdout),
    process.stderr === null
      ? Promise.resolve()
      : request.stderr
        ? pump(process.stderr, (bytes) => send(STDERR, bytes))
        : drain(process.stderr),
  ]
  const code = await process.exited
  await Promise.all(outputs)
  send(ERROR, Buffer.from(JSON.stringify(exitStatus(code))))
  socket.close(1000)
}

/** Serves exec and attach over SPDY: one stream for each of error, stdin, stdout and stderr. Waits for those that the request names. */
export function serveSpdyExec(transport: SpdyTransport, process: StreamProcess, request: StreamRequest): SpdySession {
  const wanted = new Set([
    'error',
    ...(request.stdin ? ['stdin'] : []),
    ...(request.stdout ? ['stdout'] : []),
    ...(request.stderr && !request.tty ? ['stderr'] : []),
  ])
  const streams = new Map<string, SpdyStream>()
  const held = holding(process)
  const session = new SpdySession(transport, (stream) => {
    const type = stream.headers['streamtype'] ?? ''
    streams.set(type, stream)
    // A terminal's client opens one more, for its size.
    if (!wanted.delete(type) || wanted.size > 0) return
    connect(streams, held, session).catch(() => session.close())
  })
  return session
}

// The process may end before the client has opened its streams, and Node drops what nobody reads of it then.
function holding(process: StreamProcess): StreamProcess {
  const hold = (output: Readable): Readable => pipeline(output, new PassThrough(), () => undefined)
  return { ...process, stdout: hold(process.stdout), stderr: process.stderr === null ? null : hold(process.stderr) }
}

async function connect(
  streams: ReadonlyMap<string, SpdyStream>,
  process: StreamProcess,
  session: SpdySession,
): Promise<void> {
  const stdin = streams.get('stdin')
  if (stdin === undefined) process.stdin?.end()
  else if (process.stdin !== null) stdin.pipe(process.stdin)
  const outputs = [
    copy(process.stdout, streams.get('stdout')),
    process.stderr === null ? Promise.resolve() : copy(process.stderr, streams.get('stderr')),
  ]
  const code = await process.exited
  await Promise.all(outputs)
  const error = streams.get('error')
  if (error === undefined) session.close()
  else error.end(JSON.stringify(exitStatus(code)), () => setImmediate(() => session.close()))
}

function exitStatus(code: number): object {
  if (code === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  }
}

function pump(stream: Readable, take: (bytes: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => take(Buffer.from(chunk)))
    stream.once('close', () => resolve())
  })
}

function drain(stream: Readable): Promise<void> {
  return pump(stream, () => undefined)
}

function copy(stream: Readable, to: Writable | undefined): Promise<void> {
  if (to === undefined) return drain(stream)
  return pump(stream, (bytes) => to.write(bytes)).then(() => {
    to.end()
  })
}
