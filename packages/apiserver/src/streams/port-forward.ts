import { messageOf } from '@slipway/diag'
import type { KubeObject } from '@slipway/objects'
import { SpdySession, type SpdyStream, type SpdyTransport } from './spdy.ts'
import type { PodStreams } from './types.ts'

/**
 * Serves port-forward over a SPDY session: for each connection the client opens an error stream and a data stream with the same request id and port; what goes wrong is
 * written to the error stream (k8s.io/kubelet/pkg/cri/streaming/portforward).
 */
export function servePortForward(
  transport: SpdyTransport,
  { pod, streams }: { readonly pod: KubeObject; readonly streams: PodStreams },
): SpdySession {
  const errors = new Map<string, SpdyStream>()
  const forward = async (data: SpdyStream, error: SpdyStream | undefined): Promise<void> => {
    const port = Number(data.headers['port'])
    try {
      const target = await streams.dial(pod, port)
      const done = (): void => {
        error?.end()
        target.destroy()
        data.destroy()
      }
      target.on('error', () => done())
      target.once('close', () => data.end(done))
      data.once('close', () => target.destroy())
      data.pipe(target)
      target.pipe(data)
    } catch (failure) {
      const { namespace = '', name = '', uid = '' } = pod.metadata
      error?.end(
        `error forwarding port ${port} to pod ${uid}, uid : failed to connect to localhost:${port} inside ${namespace}/${name}: ${messageOf(failure)}`,
      )
      data.end()
    }
  }
  return new SpdySession(transport, (stream) => {
    const id = stream.headers['requestid'] ?? '0'
    if (stream.headers['streamtype'] === 'error') {
      errors.set(id, stream)
      stream.resume()
      return
    }
    forward(stream, errors.get(id)).catch(() => stream.destroy())
    errors.delete(id)
  })
}
