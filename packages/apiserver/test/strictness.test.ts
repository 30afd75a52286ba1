import { startApiServer } from '@slipway/apiserver'
import { createClient } from '@slipway/client'
import { openMemoryStore } from '@slipway/store'
import { expect, onTestFinished, test } from 'vitest'
import type { ResourceDefinition } from '../src/registry/definition.ts'
import { customSchema } from '../src/openapi/custom-schema.ts'

const resource = (schema: object): ResourceDefinition =>
  ({ group: 'example.com', version: 'v1', kind: 'Web', custom: { schema } }) as unknown as ResourceDefinition
const shown = (schema: object, version: 2 | 3 = 2): Record<string, unknown> => {
  const { 'x-kubernetes-group-version-kind': _, ...rest } = customSchema(resource(schema), { version, prefix: '#/' })
  return rest
}

test('version 2 shows no junctors, no defaults, no types that may be null, and nothing of kinds that keep unknown fields', () => {
  const preserve = { 'x-kubernetes-preserve-unknown-fields': true }
  expect(shown({ type: 'object', properties: { a: { type: 'string' } }, ...preserve })).toEqual({ type: 'object' })
  const schema = {
    type: 'object',
    required: ['maybe', 'sure'],
    oneOf: [{ required: ['sure'] }],
    properties: {
      maybe: { type: 'object', nullable: true, properties: { x: { type: 'string' } } },
      sure: { type: 'string', default: 'yes' },
      free: { type: 'object', ...preserve, properties: { x: { type: 'string' } } },
      list: { type: 'array', items: { type: 'string', nullable: true } },
      map: { type: 'object', additionalProperties: { type: 'integer', not: {} } },
    },
  }
  expect(shown(schema)).toMatchObject({
    required: ['sure'],
    properties: {
      maybe: {},
      sure: { type: 'string' },
      free: preserve,
      list: { type: 'array', items: {} },
      map: { type: 'object', additionalProperties: { type: 'integer' } },
      metadata: { $ref: '#/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
    },
  })
  expect(shown(schema)).not.toHaveProperty('oneOf')
  expect((shown(schema)['properties'] as Record<string, object>)['maybe']).toEqual({})
  expect(shown(schema, 3)).toMatchObject({ oneOf: schema.oneOf, properties: { sure: { default: 'yes' } } })
})

test('unknown and repeated fields are named in the order of the body', async () => {
  const api = await startApiServer({ store: openMemoryStore() })
  onTestFinished(() => api.stop())
  const body = Buffer.from(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"strange":1,"nodeName":"a",
    "nodeName":"b","odd":2,"containers":[{"name":"c","image":"i"}]}}`)
  const path = '/api/v1/namespaces/default/pods?fieldValidation=Strict'
  const { status, object } = await api.handle({ method: 'POST', path, body, contentType: 'application/json' })
  expect(status).toBe(400)
  expect((object as { message: string }).message).toContain(
    'strict decoding error: unknown field "spec.strange", duplicate field "spec.nodeName", unknown field "spec.odd"',
  )
})

test('a key that an applied configuration has twice is refused with its line, or warned of', async () => {
  const api = await startApiServer({ store: openMemoryStore() })
  onTestFinished(() => api.stop())
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: "1"\n  a: "2"\n'
  const send = (validation: string) =>
    api.handle({
      method: 'PATCH',
      path: `/api/v1/namespaces/default/configmaps/c?fieldManager=m&fieldValidation=${validation}`,
      body: Buffer.from(text),
      contentType: 'application/apply-patch+yaml',
    })
  const refused = await send('Strict')
  expect(refused.status).toBe(400)
  expect((refused.object as { message: string }).message).toContain('line 7: key "a" already set in map')
  const warned = await send('Warn')
  expect(warned.status).toBe(201)
  expect(JSON.stringify(warned.headers)).toContain('line 7: key')
})

test('creations that ask at the same time get no more than a quota leaves', async () => {
  const api = await startApiServer({ store: openMemoryStore() })
  onTestFinished(() => api.stop())
  const client = createClient(api.handle, { userAgent: 'test' })
  const metadata = { name: 'few', namespace: 'default' }
  await client.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { secrets: '2' } } })
  const results = await Promise.allSettled(
    ['a', 'b', 'c', 'd'].map((name) =>
      client.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' } }),
    ),
  )
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
})

test('a review has no table, a signing request is found by its signer', async () => {
  const api = await startApiServer({ store: openMemoryStore() })
  onTestFinished(() => api.stop())
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: {} }
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  expect(await api.handle({ method: 'POST', path, body: review, accept })).toMatchObject({ status: 406 })
  const selector = encodeURIComponent('spec.signerName=example.com/a')
  const requests = `/apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=${selector}`
  expect(await api.handle({ method: 'GET', path: requests })).toMatchObject({ status: 200, object: { items: [] } })
})
