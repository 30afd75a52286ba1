// A client in a process of its own, which outlives the cluster's: it creates, changes and deletes ConfigMaps, one call after another, and notes each in a file: what it
// is about to do, and then that it was acknowledged. Arguments: the cluster's state folder, the file. Runs until its input ends.
import { appendFileSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'

const [state = '', journal = ''] = process.argv.slice(2)
const KEPT = 50
let stopped = false
process.stdin.resume().once('end', () => {
  stopped = true
})

async function call(method, path, body) {
  const { server } = JSON.parse(readFileSync(join(state, 'run.json'), 'utf8'))
  const { adminToken, certificates } = JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8'))
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': type }
  const options = { method, ca: certificates.ca, headers, timeout: 10_000 }
  return new Promise((resolve, reject) => {
    const sent = request(`${server}/api/v1/namespaces/default/configmaps${path}`, options, (response) => {
      response.once('error', reject)
      response.resume().once('end', () => resolve(response.statusCode))
    })
    sent.once('timeout', () => sent.destroy(new Error('timeout')))
    sent.once('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const note = (entry) => appendFileSync(journal, `${JSON.stringify(entry)}\n`)

// A call that was not acknowledged may have been done or not: whoever reads the journal knows that it was begun.
async function write(name, value, send) {
  note({ name, begun: value })
  const status = await send().catch(() => 0)
  if (status === 200 || status === 201) note({ name, value })
  else await new Promise((resolve) => setTimeout(resolve, 20))
}

for (let count = 0; !stopped; count++) {
  const name = `written-${count}`
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value: 'made' } }
  await write(name, 'made', () => call('POST', '', body))
  if (count % 2 === 0) await write(name, 'changed', () => call('PATCH', `/${name}`, { data: { value: 'changed' } }))
  const old = `written-${count - KEPT}`
  if (count >= KEPT && count % 3 === 0) await write(old, 'deleted', () => call('DELETE', `/${old}`))
}
