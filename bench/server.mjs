// An API server of its own process, over HTTPS: ours, or one that does nothing but make a request's body durable, which is the most that any can do.
// Started by `startServer`; sends `{ url, ca }` once it listens and the processor time that it has used whenever it is asked.
import { open } from 'node:fs/promises'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { load } from './lib.mjs'

const [kind, folder] = process.argv.slice(2)
const { openFileStore, startApiServer, listen, makeCertificates } = await load(`
  export { openFileStore } from '@slipway/store'
  export { startApiServer, listen, makeCertificates } from '@slipway/apiserver'
`)
const certificates = await makeCertificates()
const url = await { slipway, trivial }[kind]()
process.on('message', () => process.send(process.cpuUsage()))
process.on('disconnect', () => process.exit())
process.send({ url, ca: certificates.ca })

async function slipway() {
  const store = await openFileStore(join(folder, 'store'))
  const api = await startApiServer({ store })
  const authentication = { adminToken: 'bench', tokens: api.tokens, now: () => Date.now() / 1000 }
  return (await listen({ handle: api.handle, certificates, authentication })).url
}

async function trivial() {
  const file = await open(join(folder, 'raw'), 'a')
  const durable = inGroups(async (bodies) => {
    await file.write(Buffer.concat(bodies))
    await file.datasync()
  })
  const answer = async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    await durable(body)
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  }
  const options = { cert: certificates.certificate, key: certificates.key }
  const server = createServer(options, (request, response) => {
    answer(request, response).catch((error) => response.destroy(error))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `https://127.0.0.1:${server.address().port}`
}

// What comes while one group is written is the next one.
function inGroups(write) {
  let waiting = []
  let writing
  const writeAll = async () => {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await write(group.map(({ item }) => item))
      for (const { resolve } of group) resolve()
    }
    writing = undefined
  }
  return (item) =>
    new Promise((resolve) => {
      waiting.push({ item, resolve })
      writing ??= writeAll()
    })
}
