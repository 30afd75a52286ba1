import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inDefault, startServer } from './https.ts'

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1'
const APPLY = 'application/apply-patch+yaml'
const page = readFileSync(new URL('../../../docs/compatibility.md', import.meta.url), 'utf8')

test.each(['Mutating', 'Validating'])(
  'a %sWebhookConfiguration is refused by name: nobody would call it',
  async (kind) => {
    const { ask } = await startServer()
    const path = `${WEBHOOKS}/${kind.toLowerCase()}webhookconfigurations`
    const body = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: `${kind}WebhookConfiguration`,
      metadata: { name: 'a' },
      webhooks: [],
    }
    const made = await ask('POST', path, { body })
    expect(made.object).toMatchObject({ code: 501, reason: 'NotImplemented' })
    expect(made.object.message).toContain(`${kind}WebhookConfiguration is not supported by Slipway`)
    expect((await ask('PATCH', `${path}/a?fieldManager=t`, { body, type: APPLY })).status).toBe(501)
    expect((await ask('GET', path)).object.items).toEqual([])
    expect(page).toContain(`${kind}WebhookConfiguration`)
  },
)

test.each(['resize', 'ephemeralcontainers'])('pods/%s is refused by name, and the docs say so', async (name) => {
  const { ask } = await startServer()
  await ask('POST', inDefault('serviceaccounts'), { body: { metadata: { name: 'default' } } })
  const spec = { containers: [{ name: 'c', image: 'i' }] }
  await ask('POST', inDefault('pods'), { body: { metadata: { name: 'p' }, spec } })
  const body = { spec: { containers: [{ name: 'c', resources: { requests: { cpu: '2' } } }] } }
  const type = 'application/strategic-merge-patch+json'
  const answer = await ask('PATCH', `${inDefault('pods', 'p')}/${name}`, { body, type })
  expect(answer.object).toMatchObject({ code: 501, reason: 'NotImplemented' })
  expect(answer.object.message).toContain(`"${name}" of pods is not supported by Slipway`)
  expect(page).toContain(`pods/${name}`)
})
