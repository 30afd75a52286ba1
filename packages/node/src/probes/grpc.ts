import { connect } from 'node:http2'
import type { HostAddress } from '../runner/runner.ts'

const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
const OK = '0'
const UNIMPLEMENTED = '12'
const CODES: Readonly<Record<string, string>> = {
  '2': 'Unknown',
  '5': 'NotFound',
  '13': 'Internal',
  '14': 'Unavailable',
}

/** The health that a server tells, or why there is none. */
export type GrpcHealth =
  | { readonly status: string }
  | { readonly fault: 'unreachable' | 'timeout' | 'unimplemented' | 'failed'; readonly message?: string }

/** Asks `grpc.health.v1.Health/Check` within a time in milliseconds. */
export function grpcHealth(
  address: HostAddress,
  options: { readonly service: string; readonly timeout: number },
): Promise<GrpcHealth> {
  return new Promise((resolve) => {
    const session = connect(`http://${address.host}:${address.port}`)
    let isConnected = false
    session.on('connect', () => {
      isConnected = true
    })
    const done = (health: GrpcHealth): void => {
      clearTimeout(timer)
      session.destroy()
      resolve(health)
    }
    const timer = setTimeout(() => done({ fault: isConnected ? 'timeout' : 'unreachable' }), options.timeout)
    const lost = (error: Error): void =>
      done({
        fault: isConnected ? 'failed' : 'unreachable',
        message: `rpc error: code = Unavailable desc = ${error.message}`,
      })
    session.on('error', lost)
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      'user-agent': 'kube-probe/1.36',
      te: 'trailers',
    })
    const chunks: Buffer[] = []
    let said: Record<string, unknown> = {}
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    // An answer without a message has its status among the headers.
    stream.on('response', (headers) => (said = { ...said, ...headers }))
    stream.on('trailers', (trailers) => (said = { ...said, ...trailers }))
    stream.on('error', lost)
    stream.on('end', () => done(judge(said, Buffer.concat(chunks))))
    stream.end(frame(options.service))
  })
}

function judge(said: Readonly<Record<string, unknown>>, bytes: Buffer): GrpcHealth {
  const code = String(said['grpc-status'] ?? '2')
  const message = decodeURIComponent(String(said['grpc-message'] ?? ''))
  if (code === UNIMPLEMENTED) return { fault: 'unimplemented', message }
  if (code !== OK) return { fault: 'failed', message: `rpc error: code = ${CODES[code] ?? code} desc = ${message}` }
  return { status: statusIn(bytes) }
}

// A gRPC message: a flag byte and a length of four, then HealthCheckRequest{service = 1}.
function frame(service: string): Buffer {
  const name = Buffer.from(service)
  const message =
    name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name])
  const header = Buffer.alloc(5)
  header.writeUInt32BE(message.length, 1)
  return Buffer.concat([header, message])
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]
}

// HealthCheckResponse{status = 1}: a varint after the five bytes of the frame. An absent field is the first status.
function statusIn(bytes: Buffer): string {
  const status = bytes[5] === 0x08 ? (bytes[6] ?? 0) : 0
  return STATUSES[status] ?? String(status)
}
