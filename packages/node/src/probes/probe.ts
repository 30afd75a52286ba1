import { connect } from 'node:net'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { messageOf } from '@slipway/diag'
import type { HostAddress } from '../runner/runner.ts'
import type { Container, Handler } from '../types.ts'
import { grpcHealth } from './grpc.ts'

/** What one try of a probe found. `error` is neither: the kubelet ignores it. */
export type ProbeOutcome =
  | { readonly result: 'success' }
  | { readonly result: 'failure'; readonly message: string }
  | { readonly result: 'error'; readonly message: string }

/** How a probe reaches its container. */
export interface ProbeTarget {
  readonly container: Container
  readonly podIP: string
  readonly addressOf: (port: number) => HostAddress | undefined
  /** Runs a command in the container: its exit code and output. */
  readonly exec: (
    command: readonly string[],
    timeout: number,
  ) => Promise<{ readonly code: number; readonly output: string; readonly timedOut: boolean }>
}

/** Runs one handler once; `timeout` is in milliseconds. Messages are the kubelet's. */
export async function runProbe(handler: Handler, target: ProbeTarget, timeout: number): Promise<ProbeOutcome> {
  try {
    if (handler.exec !== undefined) return await execProbe(handler.exec.command ?? [], target, timeout)
    if (handler.httpGet !== undefined) return await httpProbe(handler.httpGet, target, timeout)
    if (handler.tcpSocket !== undefined) return await tcpProbe(handler.tcpSocket.port, target, timeout)
    if (handler.grpc !== undefined) return await grpcProbe(handler.grpc, target, timeout)
  } catch (error) {
    return { result: 'error', message: messageOf(error) }
  }
  return { result: 'error', message: 'missing probe handler' }
}

/** The number of a port that a handler names. */
export function portOf(port: number | string, container: Container): number | undefined {
  if (typeof port === 'number') return port
  const named = container.ports?.find((each) => each.name === port)?.containerPort
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined)
}

async function execProbe(command: readonly string[], target: ProbeTarget, timeout: number): Promise<ProbeOutcome> {
  const { code, output, timedOut } = await target.exec(command, timeout)
  if (timedOut)
    return {
      result: 'failure',
      message: `command timed out: "${command.join(' ')}" timed out after ${timeout / 1000}s`,
    }
  return code === 0 ? { result: 'success' } : { result: 'failure', message: output.trim() }
}

async function httpProbe(
  get: NonNullable<Handler['httpGet']>,
  target: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  const port = portOf(get.port, target.container)
  if (port === undefined) return { result: 'error', message: `couldn't find port: ${String(get.port)}` }
  const scheme = (get.scheme ?? 'HTTP').toLowerCase()
  const shown = `${scheme}://${target.podIP}:${port}${get.path ?? '/'}`
  const address = target.addressOf(port)
  if (address === undefined)
    return {
      result: 'failure',
      message: `Get "${shown}": dial tcp ${target.podIP}:${port}: connect: connection refused`,
    }
  const headers = Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]))
  const send = scheme === 'https' ? httpsRequest : httpRequest
  return new Promise((resolve) => {
    const request = send(
      {
        ...address,
        path: get.path ?? '/',
        headers: {
          'user-agent': 'kube-probe/1.36',
          accept: '*/*',
          host: `${target.podIP}:${port}`,
          connection: 'close',
          ...headers,
        },
        rejectUnauthorized: false,
        agent: false,
      },
      (response) => {
        response.resume()
        response.on('error', (error) => resolve({ result: 'failure', message: messageOf(error) }))
        response.on('end', () => resolve(judge(response.statusCode ?? 0)))
      },
    )
    const timer = setTimeout(() => {
      resolve({
        result: 'failure',
        message: `Get "${shown}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      })
      request.destroy()
    }, timeout)
    request.on('close', () => clearTimeout(timer))
    request.on('error', (error) =>
      resolve({ result: 'failure', message: `Get "${shown}": ${dialMessage(error, `${target.podIP}:${port}`)}` }),
    )
    request.end()
  })
}

function judge(status: number): ProbeOutcome {
  if (status >= 200 && status < 400) return { result: 'success' }
  return { result: 'failure', message: `HTTP probe failed with statuscode: ${status}` }
}

function tcpProbe(port: number | string, target: ProbeTarget, timeout: number): Promise<ProbeOutcome> {
  const number = portOf(port, target.container)
  const address = number === undefined ? undefined : target.addressOf(number)
  const shown = `${target.podIP}:${String(number ?? port)}`
  if (address === undefined)
    return Promise.resolve({ result: 'failure', message: `dial tcp ${shown}: connect: connection refused` })
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      resolve({ result: 'success' })
      socket.destroy()
    })
    socket.setTimeout(timeout, () => {
      resolve({ result: 'failure', message: `dial tcp ${shown}: i/o timeout` })
      socket.destroy()
    })
    socket.on('error', (error) => resolve({ result: 'failure', message: dialMessage(error, shown) }))
  })
}

async function grpcProbe(
  grpc: NonNullable<Handler['grpc']>,
  target: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  const address = target.addressOf(grpc.port)
  if (address === undefined)
    return {
      result: 'failure',
      message: `timeout: failed to connect service "${target.podIP}:${grpc.port}" within ${timeout / 1000}s: connection refused`,
    }
  const status = await grpcHealth(address, { service: grpc.service ?? '', timeout })
  if (status === 'SERVING') return { result: 'success' }
  return {
    result: 'failure',
    message: status === undefined ? 'error: health rpc probe failed' : `service unhealthy (responded with "${status}")`,
  }
}

function dialMessage(error: Error, address: string): string {
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
    ? `dial tcp ${address}: connect: connection refused`
    : error.message
}
