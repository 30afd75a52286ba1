import type { Client } from '@slipway/client'
import { ApiError } from '@slipway/client'
import type { Status } from '@slipway/objects'
import { type EnvironmentStatus, readStatus } from '@slipway/environments'
import { type Io, UsageError } from '../io.ts'
import { environmentNamed } from '../environments.ts'
import { connect } from '../place.ts'

/** Flags of `slipway logs`. */
export interface LogsOptions {
  readonly environment: string
  readonly follow?: boolean
  readonly previous?: boolean
  /** Lines of each pod, from the end. */
  readonly tail?: string
}

/** Prints the logs of all pods of an environment, each line with its pod's name. Exit code 1 when a pod has none to give, as kubectl has it. */
export async function run(options: LogsOptions, io: Io): Promise<number> {
  if (options.tail !== undefined && !/^\d+$/.test(options.tail))
    throw new UsageError(`--tail takes a number of lines, not "${options.tail}"`)
  const { client, place } = await connect(io)
  const { environments } = await readStatus(client)
  const environment = environmentNamed(environments, options.environment)
  place.repository.close()
  const printed = await Promise.all(
    environment.pods.map(({ name }) => print(client, { environment, pod: name, options }, io)),
  )
  return printed.every(Boolean) ? 0 : 1
}

interface Wanted {
  readonly environment: EnvironmentStatus
  readonly pod: string
  readonly options: LogsOptions
}

async function print(client: Client, { environment, pod, options }: Wanted, io: Io): Promise<boolean> {
  const query = new URLSearchParams()
  if (options.follow === true) query.set('follow', 'true')
  if (options.previous === true) query.set('previous', 'true')
  if (options.tail !== undefined) query.set('tailLines', options.tail)
  const path = `/api/v1/namespaces/${environment.namespace}/pods/${pod}/log?${query.toString()}`
  const response = await client.raw({ method: 'GET', path, signal: io.signal })
  if (response.status >= 400) {
    io.stderr.write(`error: ${pod}: ${new ApiError(response.object as Status).message}\n`)
    return false
  }
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.stream ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) io.stdout.write(`${pod} ${line}\n`)
  }
  if (rest !== '') io.stdout.write(`${pod} ${rest}\n`)
  return true
}
