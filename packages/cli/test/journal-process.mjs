// A client in a process of its own, which outlives the cluster's: it writes ConfigMaps one after another, and notes each that was acknowledged in a file before it
// writes the next. Arguments: the cluster's state folder, the file. Runs until its input ends.
import { appendFileSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'

const [state = '', journal = ''] = process.argv.slice(2)
let stopped = false
process.stdin.resume().once('end', () => {
  stopped = true
})

async function write(name) {
  const { server } = JSON.parse(readFileSync(join(state, 'run.json'), 'utf8'))
  const { adminToken, certificates } = JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8'))
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { name } })
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
  const options = { method: 'POST', ca: certificates.ca, headers, timeout: 10_000 }
  return new Promise((resolve, reject) => {
    const sent = request(`${server}/api/v1/namespaces/default/configmaps`, options, (response) => {
      response.once('error', reject)
      response.resume().once('end', () => resolve(response.statusCode))
    })
    sent.once('timeout', () => sent.destroy(new Error('timeout')))
    sent.once('error', reject)
    sent.end(body)
  })
}

for (let count = 0; !stopped; count++) {
  // The server is down: what was not acknowledged may be there or not.
  const status = await write(`written-${count}`).catch(() => 0)
  if (status === 201) appendFileSync(journal, `written-${count}\n`)
  else await new Promise((resolve) => setTimeout(resolve, 20))
}
