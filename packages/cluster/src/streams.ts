import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { type PodStreams, StatusError, type StreamProcess } from '@slipway/apiserver'
import { messageOf } from '@slipway/diag'
import { type NodeAgent, NodeError, type Pod } from '@slipway/node'
import type { KubeObject } from '@slipway/objects'
import type { HostAddress } from '@slipway/proxy'

/** What the streams of pods are made of. */
export interface StreamParts {
  readonly node: () => NodeAgent | undefined
  /** Where a port of a pod's localhost answers on the host. */
  readonly locate: (ip: string, port: number) => Promise<HostAddress | undefined>
}

/** Joins the API server's exec, attach and port-forward to the node. */
export function podStreams({ node, locate }: StreamParts): PodStreams {
  const running = (): NodeAgent => {
    const found = node()
    if (found === undefined) throw refusal(503, 'ServiceUnavailable', 'the node has not started yet')
    return found
  }
  return {
    exec: async (pod, request) => {
      const at = {
        namespace: pod.metadata.namespace ?? '',
        pod: pod.metadata.name ?? '',
        ...(request.container === undefined ? {} : { container: request.container }),
      }
      try {
        const process = await running().exec(at, request.command)
        return { ...process, exited: process.exited.then(({ code }) => code), kill: () => process.kill('SIGKILL') }
      } catch (error) {
        throw error instanceof NodeError
          ? refusal(error.code === 'NO_SUCH_CONTAINER' ? 400 : 500, 'BadRequest', error.message)
          : error
      }
    },
    attach: async (pod, request) => attach(running(), pod, request.container),
    dial: async (pod, port) => {
      const ip = (pod as Pod).status.podIP ?? ''
      const address = await locate(ip, port)
      if (address === undefined) throw new Error(`dial tcp ${ip}:${port}: connect: connection refused`)
      const socket = connect({ ...address, allowHalfOpen: true })
      await once(socket, 'connect')
      return socket
    },
  }
}

// An attachment shows what the container writes from now on, and ends with it.
function attach(node: NodeAgent, pod: KubeObject, container: string | undefined): StreamProcess {
  const stop = new AbortController()
  const query = new URLSearchParams({
    follow: 'true',
    tailLines: '0',
    ...(container === undefined ? {} : { container }),
  })
  try {
    const stdout = Readable.from(node.logs(pod as Pod, query, stop.signal))
    const exited = new Promise<number>((resolve) => {
      stdout.once('close', () => resolve(0))
    })
    return { stdin: null, stdout, stderr: null, exited, kill: () => stop.abort() }
  } catch (error) {
    throw refusal(400, 'BadRequest', messageOf(error))
  }
}

function refusal(code: number, reason: string, message: string): StatusError {
  return new StatusError({ apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', message, reason, code })
}
