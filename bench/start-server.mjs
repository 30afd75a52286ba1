import { fork } from 'node:child_process'
import { once } from 'node:events'
import { load, temporary } from './lib.mjs'

const SERVER = new URL('server.mjs', import.meta.url).pathname

/**
 * Runs a body against a server in a process of its own: `slipway`, or `trivial`. The body gets a client of it, and `cpu`, which tells the milliseconds of
 * processor time that it has used. The variable BENCH_NODE_OPTIONS is for the server alone: `--cpu-prof --cpu-prof-dir=FOLDER` profiles it.
 */
export async function withServer(kind, body) {
  const { createClient, httpTransport } = await load(`export { createClient, httpTransport } from '@slipway/client'`)
  const flags = process.env.BENCH_NODE_OPTIONS?.split(' ') ?? []
  const child = fork(SERVER, [kind, temporary()], { execArgv: flags })
  try {
    const [{ url: server, ca }] = await once(child, 'message')
    return await body({
      client: createClient(httpTransport({ server, ca, token: 'bench' })),
      cpu: async () => {
        child.send('cpu')
        const [{ user, system }] = await once(child, 'message')
        return (user + system) / 1000
      },
    })
  } finally {
    child.disconnect()
    await once(child, 'exit')
  }
}
