import type { ApiRequest, ApiResponse } from '@slipway/objects'
import { expect, test } from 'vitest'
import { createClient } from '@slipway/client'

const list = (...kinds: string[]): ApiResponse => ({
  status: 200,
  object: {
    kind: 'APIResourceList',
    resources: kinds.flatMap((kind) => {
      const name = `${kind.toLowerCase()}s`
      const of = { kind, namespaced: true, verbs: ['get'] }
      return [
        { ...of, name },
        { ...of, name: `${name}/status` },
      ]
    }),
  },
})

function scripted(answers: (() => ApiResponse)[]) {
  const asked: string[] = []
  const client = createClient(async (request: ApiRequest) => {
    asked.push(`${request.method} ${request.path}`)
    const next = answers.shift()
    if (next === undefined) return { status: 200, object: {} }
    return next()
  })
  return { client, asked }
}

const WIDGET = { apiVersion: 'example.com/v1', kind: 'Widget' }

test('a group and version is asked for once, and once more when a kind is missing', async () => {
  const { client, asked } = scripted([() => list('Gear'), () => list('Gear', 'Widget')])
  await client.resources.find({ ...WIDGET, kind: 'Gear' })
  await client.resources.find(WIDGET)
  await client.resources.find(WIDGET)
  expect(asked).toEqual(['GET /apis/example.com/v1', 'GET /apis/example.com/v1'])
})

test('a kind that is nowhere is refused in the words of kubectl', async () => {
  const missing = (): ApiResponse => ({ status: 404, object: {} })
  const { client } = scripted([missing, missing])
  await expect(client.resources.find(WIDGET)).rejects.toMatchObject({
    code: 'API_UNKNOWN_KIND',
    message: 'no matches for kind "Widget" in version "example.com/v1"',
  })
})

test('a discovery that failed is not remembered', async () => {
  const broken = (): ApiResponse => {
    throw new Error('connection refused')
  }
  const { client } = scripted([broken, () => ({ status: 503, object: {} }), () => list('Widget')])
  await expect(client.resources.find(WIDGET)).rejects.toThrow('connection refused')
  await expect(client.resources.find(WIDGET)).rejects.toMatchObject({ code: 'API_STATUS' })
  await expect(client.resources.find(WIDGET)).resolves.toMatchObject({ plural: 'widgets' })
})

test.each([
  [{ apiVersion: 'v1', kind: 'Pod', namespace: 'a b', name: 'x/y' }, '/api/v1/namespaces/a%20b/pods/x%2Fy'],
  [
    { ...WIDGET, namespace: 'd', name: 'w', subresource: 'status' },
    '/apis/example.com/v1/namespaces/d/widgets/w/status',
  ],
  [{ ...WIDGET, name: 'w' }, '/apis/example.com/v1/widgets/w'],
])('%j lies at %s', async (ref, path) => {
  const { client, asked } = scripted([() => list('Pod', 'Widget')])
  await client.get(ref)
  expect(asked.at(-1)).toBe(`GET ${path}`)
})

test('options become queries, empty ones none', async () => {
  const { client, asked } = scripted([() => list('Widget')])
  await client.list(WIDGET, { namespace: 'd', labelSelector: 'a=b,c in (d)', limit: 5, continue: '' })
  await client.delete({ ...WIDGET, namespace: 'd', name: 'w' }, { dryRun: true })
  const object = { ...WIDGET, metadata: { name: 'w', namespace: 'd' } }
  await client.apply(object, { fieldManager: 'me', force: true })
  await client.apply(object, { fieldManager: 'me', force: false, fieldValidation: 'Strict' })
  expect(asked.slice(1)).toEqual([
    'GET /apis/example.com/v1/namespaces/d/widgets?labelSelector=a%3Db%2Cc+in+%28d%29&limit=5',
    'DELETE /apis/example.com/v1/namespaces/d/widgets/w?dryRun=All',
    'PATCH /apis/example.com/v1/namespaces/d/widgets/w?fieldManager=me&force=true',
    'PATCH /apis/example.com/v1/namespaces/d/widgets/w?fieldManager=me&fieldValidation=Strict',
  ])
})

test('items of a list know what they are', async () => {
  const answer = (): ApiResponse => ({
    status: 200,
    object: { items: [{ metadata: { name: 'w' } }], metadata: { resourceVersion: '7' } },
  })
  const { client } = scripted([() => list('Widget'), answer])
  expect(await client.list(WIDGET)).toEqual({
    items: [{ ...WIDGET, metadata: { name: 'w' } }],
    resourceVersion: '7',
    continue: '',
  })
})

test('a refusal carries the status; an answer without one is told by its code', async () => {
  const status = { kind: 'Status', reason: 'NotFound', message: 'widgets "w" not found', code: 404 }
  const { client } = scripted([
    () => list('Widget'),
    () => ({ status: 404, object: status }),
    () => ({ status: 502 }),
    () => ({ status: 200 }),
  ])
  const ref = { ...WIDGET, name: 'w' }
  await expect(client.get(ref)).rejects.toMatchObject({
    code: 'API_STATUS',
    reason: 'NotFound',
    message: status.message,
  })
  await expect(client.get(ref)).rejects.toMatchObject({ code: 'API_STATUS', message: 'the API answered 502' })
  await expect(client.get(ref)).rejects.toMatchObject({ code: 'API_BAD_ANSWER' })
})
