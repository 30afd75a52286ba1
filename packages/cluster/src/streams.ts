import { once } from 'node:events'
import { connect } from 'node:net'
import { type PodStreams, StatusError, type StreamRequest } from '@slipway/apiserver'
import { type ContainerAddress, lineTerminal, type NodeAgent, NodeError, type Pod } from '@slipway/node'
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
      const started = await refusing(() => running().exec(addressIn(pod, request), request.command))
      const process = {
        ...started,
        exited: started.exited.then(({ code }) => code),
        kill: () => started.kill('SIGKILL'),
      }
      return request.tty ? lineTerminal(process, (signal) => started.kill(signal)) : process
    },
    attach: async (pod, request) => {
      const attached = await refusing(async () => running().attach(addressIn(pod, request)))
      // How the container ended is told by its status, as in a real cluster.
      const process = { ...attached, exited: attached.exited.then(() => 0), kill: attached.detach }
      return request.tty ? lineTerminal(process, attached.signal) : process
    },
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

function addressIn({ metadata }: KubeObject, { container }: StreamRequest): ContainerAddress {
  const { namespace = '', name: pod = '' } = metadata
  return { namespace, pod, ...(container === undefined ? {} : { container }) }
}

async function refusing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    throw refusal(error.code === 'NO_SUCH_CONTAINER' ? 400 : 500, 'BadRequest', error.message)
  }
}

function refusal(code: number, reason: string, message: string): StatusError {
  return new StatusError({ apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', message, reason, code })
}
