import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApiServer } from '../../argocd/lib/control-plane.mjs'
import { processGroup, until } from '../../argocd/lib/processes.mjs'

/** What a real API server answers to the cases of each file: `{ <file>: [{ name, steps, answer }] }`. */
export async function realAnswers(files, { bin }) {
  const folder = mkdtempSync(join(tmpdir(), 'validation-'))
  const group = processGroup(folder)
  try {
    const { client } = await startApiServer({ folder, bin, group })
    await prepare(client)
    const answers = {}
    for (const [file, cases] of Object.entries(files)) {
      answers[file] = []
      for (const one of cases) answers[file].push(await answerTo(client, one))
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

async function answerTo(client, { name, steps, after }) {
  let answer
  for (const [index, { type = 'application/json', ...request }] of steps.entries()) {
    answer = await client.raw({ ...request, contentType: type })
    if (answer.status >= 300 && index < steps.length - 1)
      throw new Error(`${name}: step ${index + 1} is refused: ${answer.object?.message}`)
  }
  if (after !== undefined)
    await client.raw({ ...after, body: { gracePeriodSeconds: 0 }, contentType: 'application/json' })
  return { name, steps, ...(after === undefined ? {} : { after }), answer: shown(answer) }
}

function shown({ status, object }) {
  if (status < 300) return { code: status }
  const { reason, message, details } = object
  return { code: status, reason, message, details }
}
