import { connect } from 'node:net'
import { messageOf } from '@slipway/diag'
import type { Container, Handler } from '../types.ts'
import { dialMessage } from './dial.ts'
import { grpcHealth } from './grpc.ts'
import { askHttp } from './http.ts'
import { type FindPort, reach } from './reach.ts'

/** What one try of a probe found. A `warning` is a success that an event tells of; `error` is neither success nor failure: no threshold counts it. */
export type ProbeOutcome =
  | { readonly result: 'success' }
  | { readonly result: 'warning' | 'failure' | 'error'; readonly message: string }

/** How a probe reaches its container. */
export interface ProbeTarget {
  readonly container: Container
  readonly podIP: string
  readonly addressOf: FindPort
  /** Runs a command in the container: its exit code and output. */
  readonly exec: (
    command: readonly string[],
    timeout: number,
  ) => Promise<{ readonly code: number; readonly output: string; readonly timedOut: boolean }>
}

// prober.go, maxProbeRetries.
const TRIES = 3

/** Runs one handler; `timeout` is in milliseconds. One that cannot be run at all is tried three times. Messages are the kubelet's. */
export async function runProbe(handler: Handler, target: ProbeTarget, timeout: number): Promise<ProbeOutcome> {
  let message = ''
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const outcome = await runOnce(handler, target, timeout)
      if (outcome.result !== 'error') return outcome
      ;({ message } = outcome)
    } catch (error) {
      message = messageOf(error)
    }
  }
  return { result: 'error', message }
}

async function runOnce(handler: Handler, target: ProbeTarget, timeout: number): Promise<ProbeOutcome> {
  if (handler.exec !== undefined) return execProbe(handler.exec.command ?? [], target, timeout)
  if (handler.httpGet !== undefined) return httpProbe(handler.httpGet, target, timeout)
  if (handler.tcpSocket !== undefined) return tcpProbe(handler.tcpSocket, target, timeout)
  if (handler.grpc !== undefined) return grpcProbe(handler.grpc, target, timeout)
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
  { container, podIP, addressOf }: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  const port = portOf(get.port, container)
  if (port === undefined) return { result: 'error', message: `couldn't find port: ${String(get.port)}` }
  const answer = await askHttp({ get, port, podIP, addressOf, timeout, agent: 'kube-probe' })
  if ('fault' in answer) return { result: 'failure', message: answer.fault }
  const { status, body } = answer
  if (status >= 200 && status < 300) return { result: 'success' }
  return status >= 300 && status < 400
    ? { result: 'warning', message: `Probe terminated redirects, Response body: ${body}` }
    : { result: 'failure', message: `HTTP probe failed with statuscode: ${status}` }
}

async function tcpProbe(
  tcp: NonNullable<Handler['tcpSocket']>,
  { container, podIP, addressOf }: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  const port = portOf(tcp.port, container)
  if (port === undefined) return { result: 'error', message: `couldn't find port: ${String(tcp.port)}` }
  const host = (tcp.host ?? '') === '' ? podIP : (tcp.host ?? '')
  const shown = `${host}:${port}`
  const address = reach(host, port, addressOf)
  if (address === undefined) return { result: 'failure', message: `dial tcp ${shown}: connect: connection refused` }
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
  { port, service = '' }: NonNullable<Handler['grpc']>,
  { podIP, addressOf }: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  const shown = `${podIP}:${port}`
  const spelled = `${timeout / 1000}s`
  const address = addressOf(podIP, port)
  const found =
    address === undefined ? { fault: 'unreachable' as const } : await grpcHealth(address, { service, timeout })
  if (!('fault' in found))
    return found.status === 'SERVING'
      ? { result: 'success' }
      : { result: 'failure', message: `service unhealthy (responded with "${found.status}")` }
  const messages = {
    unreachable: `timeout: failed to connect service "${shown}" within ${spelled}: context deadline exceeded`,
    timeout: `timeout: health rpc did not complete within ${spelled}`,
    unimplemented: `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${found.message ?? ''}`,
    failed: `error: health rpc probe failed: ${found.message ?? ''}`,
  }
  return { result: 'failure', message: messages[found.fault] }
}
