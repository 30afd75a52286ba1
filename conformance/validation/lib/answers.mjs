import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient, httpTransport } from '@slipway/client'
import { startApiServer } from '../../argocd/lib/control-plane.mjs'
import { processGroup, until } from '../../argocd/lib/processes.mjs'

/** What a real API server answers to the cases of each file: `{ <file>: [{ name, steps, answer }] }`. */
export async function realAnswers(files, { bin }) {
  const folder = mkdtempSync(join(tmpdir(), 'validation-'))
  const group = processGroup(folder)
  try {
    const { client, server } = await startApiServer({ folder, bin, group })
    await prepare(client)
    const clients = { admin: client, robot: await robotClient(client, server) }
    const answers = {}
    for (const [file, cases] of Object.entries(files)) {
      answers[file] = []
      for (const one of cases) answers[file].push(await answerTo(clients, one))
    }
    return answers
  } finally {
    await group.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

// Pods need their account, which a controller makes; it is not started.
async function prepare(client) {
  await until('the namespace', () =>
    client.raw({ method: 'GET', path: '/api/v1/namespaces/default' }).then(({ status }) => status === 200),
  )
  await client.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'default' },
  })
}

// Somebody who is not the admin: a service account with a token of its own.
async function robotClient(client, server) {
  const path = '/api/v1/namespaces/default/serviceaccounts'
  await client.raw({ method: 'POST', path, contentType: 'application/json', body: { metadata: { name: 'robot' } } })
  const asked = { method: 'POST', path: `${path}/robot/token`, contentType: 'application/json', body: { spec: {} } }
  const { object } = await client.raw(asked)
  const { token } = object.status
  return createClient(httpTransport({ server, token, insecureSkipTlsVerify: true }), { userAgent: 'robot' })
}

async function answerTo(clients, { name, steps, after = [] }) {
  let answer
  for (const [index, step] of steps.entries()) {
    answer = await send(clients, step)
    if (answer.status >= 300 && index < steps.length - 1)
      throw new Error(`${name}: step ${index + 1} is refused: ${answer.object?.message}`)
  }
  for (const step of after) await send(clients, { ...step, body: { gracePeriodSeconds: 0 } })
  return { name, steps, ...(after.length === 0 ? {} : { after }), answer: shown(answer) }
}

// A rule that was just written is not known to the authorizer at once: what it refuses is asked again.
async function send(clients, { type = 'application/json', as = 'admin', ...request }) {
  for (let attempt = 0; ; attempt++) {
    const answer = await clients[as].raw({ ...request, contentType: type })
    const isEarly = answer.status === 403 && / cannot (create|patch) resource /.test(answer.object?.message)
    if (as === 'admin' || !isEarly || attempt === 50) return answer
    await pause(100)
  }
}

function shown({ status, object }) {
  if (status < 300) return { code: status }
  const { reason, message, details } = object
  return { code: status, reason, message, details }
}
