import type { Clock } from '@slipway/objects'
import { NodeError } from '../errors.ts'
import type { LogOptions } from '../pod/logs.ts'
import type { PodWorker } from '../pod/worker.ts'

/** Options of a log as the API's query has them. */
export function logOptions(query: URLSearchParams, clock: Clock): LogOptions {
  const number = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined)
  const seconds = number('sinceSeconds')
  const since = query.get('sinceTime')
  const sinceTime =
    seconds === undefined ? (since === null ? undefined : Date.parse(since)) : clock.now() - seconds * 1000
  return {
    follow: query.get('follow') === 'true',
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    ...optional('tailLines', number('tailLines')),
    ...optional('limitBytes', number('limitBytes')),
    ...optional('sinceTime', sinceTime),
  }
}

function optional(name: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: value }
}

/**
 * The log of a pod's container.
 *
 * @throws NodeError `NO_SUCH_CONTAINER` in the kubelet's words, for a container that has no such log
 */
export function readLog(
  worker: PodWorker,
  query: URLSearchParams,
  at: { readonly clock: Clock; readonly signal: AbortSignal | undefined },
): AsyncIterable<Uint8Array> {
  const { pod } = worker
  const name = query.get('container') ?? pod.spec.containers[0]?.name ?? ''
  const container = worker.container(name)
  const status = container?.status()
  if (container === undefined || status === undefined) {
    throw new NodeError('NO_SUCH_CONTAINER', `container ${name} is not valid for pod ${pod.metadata.name ?? ''}`)
  }
  const options = logOptions(query, at.clock)
  if (options.previous === true && status.lastState.terminated === undefined) {
    throw new NodeError(
      'NO_SUCH_CONTAINER',
      `previous terminated container "${name}" in pod "${pod.metadata.name ?? ''}" not found`,
    )
  }
  if (status.state.waiting !== undefined && status.lastState.terminated === undefined) {
    throw new NodeError(
      'NO_SUCH_CONTAINER',
      `container "${name}" in pod "${pod.metadata.name ?? ''}" is waiting to start: ${status.state.waiting.reason}`,
    )
  }
  // In back-off the run that ended is the previous one and the newest: its file is still the current one.
  return container.log.read(status.state.waiting === undefined ? options : { ...options, previous: false }, at.signal)
}
