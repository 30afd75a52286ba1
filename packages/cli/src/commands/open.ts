import { spawn } from 'node:child_process'
import { readStatus } from '@slipway/environments'
import type { Io } from '../io.ts'
import { environmentNamed } from '../environments.ts'
import { connect } from '../place.ts'

const OPENERS: Readonly<Record<string, string>> = { darwin: 'open', linux: 'xdg-open' }

/** Prints the URL of an environment's Service, and opens it in the browser when there is a terminal. */
export async function run(options: { readonly environment: string }, io: Io): Promise<number> {
  const { client, place } = await connect(io)
  place.repository.close()
  const { environments } = await readStatus(client)
  const found = environmentNamed(environments, options.environment)
  if (found.url === '') {
    io.stderr.write(`${found.name} has no Service yet\n`)
    return 1
  }
  io.stdout.write(`${found.url}\n`)
  const opener = OPENERS[process.platform]
  // A machine without a browser still has the URL.
  if (io.isTerminal && opener !== undefined)
    spawn(opener, [found.url], { stdio: 'ignore', detached: true })
      .on('error', () => undefined)
      .unref()
  return 0
}
