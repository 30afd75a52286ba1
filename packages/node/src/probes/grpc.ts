import { connect } from 'node:http2'
import type { HostAddress } from '../runner/runner.ts'

const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/** Asks `grpc.health.v1.Health/Check`; undefined when there is no answer. */
export function grpcHealth(
  address: HostAddress,
  options: { readonly service: string; readonly timeout: number },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const session = connect(`http://${address.host}:${address.port}`)
    const done = (status: string | undefined): void => {
      clearTimeout(timer)
      session.destroy()
      resolve(status)
    }
    const timer = setTimeout(() => done(undefined), options.timeout)
    session.on('error', () => done(undefined))
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    const chunks: Buffer[] = []
    let code = '0'
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('trailers', (trailers) => {
      code = String(trailers['grpc-status'] ?? '0')
    })
    stream.on('error', () => done(undefined))
    stream.on('end', () => done(code === '5' ? 'SERVICE_UNKNOWN' : statusIn(Buffer.concat(chunks))))
    stream.end(frame(options.service))
  })
}

// A gRPC message: a flag byte and a length of four, then HealthCheckRequest{service = 1}.
function frame(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, name.length]), name])
  const header = Buffer.alloc(5)
  header.writeUInt32BE(message.length, 1)
  return Buffer.concat([header, message])
}

// HealthCheckResponse{status = 1}: a varint after the five bytes of the frame.
function statusIn(bytes: Buffer): string | undefined {
  if (bytes.length < 5) return undefined
  return STATUSES[bytes[5] === 0x08 ? (bytes[6] ?? 0) : 0]
}
