import { startApiServer } from '@slipway/apiserver'
import type { ApiRequest, ApiResponse, Status } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { expect, onTestFinished, test } from 'vitest'

async function server(): Promise<
  (method: ApiRequest['method'], path: string, body?: unknown, contentType?: string) => Promise<ApiResponse>
> {
  const api = await startApiServer({ store: openMemoryStore() })
  onTestFinished(() => api.stop())
  return (method, path, body, contentType = 'application/json') =>
    api.handle({
      method,
      path,
      contentType,
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    })
}

const message = (response: ApiResponse): string | undefined => (response.object as Status).message

test('a JSON patch that cannot be applied is refused in the words of the real server', async () => {
  const call = await server()
  const patch = [{ op: 'test', path: '/data/a', value: 'x' }]
  await call('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'a' }, data: { a: 'b' } })
  const response = await call('PATCH', '/api/v1/namespaces/default/configmaps/a', patch, 'application/json-patch+json')
  expect(response).toMatchObject({
    status: 422,
    object: { reason: 'Invalid', message: 'the server rejected our request due to an error in our request' },
  })
})

test('a field selector that a kind does not have is refused', async () => {
  const call = await server()
  expect(message(await call('GET', '/api/v1/namespaces/default/pods?fieldSelector=spec.nosuch%3D1'))).toBe(
    'field label not supported: spec.nosuch',
  )
})

test('Endpoints are served with a warning that they are deprecated', async () => {
  const call = await server()
  expect((await call('GET', '/api/v1/endpoints')).headers?.['warning']).toContain(
    'v1 Endpoints is deprecated in v1.33+',
  )
})

test('the scale of a custom resource without a selector path has no selector', async () => {
  const call = await server()
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  await call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: { name: 'ws.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'ws', kind: 'W', listKind: 'WList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: { scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        },
      ],
    },
  })
  await call('POST', '/apis/example.com/v1/namespaces/default/ws', {
    apiVersion: 'example.com/v1',
    kind: 'W',
    metadata: { name: 'w' },
    spec: { replicas: 2 },
  })
  const { object } = await call('GET', '/apis/example.com/v1/namespaces/default/ws/w/scale')
  expect(object).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { replicas: 0 } })
  expect((object as { status: object }).status).not.toHaveProperty('selector')
})

test('a rule that uses an unknown part of CEL is stored, and a warning names it', async () => {
  const call = await server()
  const rules = [{ rule: 'duration(self) < duration("1h")' }]
  const schema = {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { size: { type: 'string', 'x-kubernetes-validations': rules } } },
    },
  }
  const response = await call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: { name: 'cs.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'cs', kind: 'C', listKind: 'CList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  })
  expect(response.status).toBe(201)
  expect(response.headers?.['warning']).toContain(
    'x-kubernetes-validations are stored, not enforced by Slipway: v1: spec.size',
  )
})

test('sysctls have names of their own form, and each only once', async () => {
  const call = await server()
  const sysctls = ['kernel.shm_rmid_forced', 'foo-', 'net/ipv4/a.b', '', 'kernel.shm_rmid_forced'].map((name) => ({
    name,
    value: '1',
  }))
  const spec = { containers: [{ name: 'a', image: 'a' }], securityContext: { sysctls } }
  const refused = await call('POST', '/apis/apps/v1/namespaces/default/deployments', {
    metadata: { name: 'a' },
    spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec } },
  })
  const field = (index: number): string => `spec.template.spec.securityContext.sysctls[${index}].name`
  const form = String.raw`^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`
  expect((refused.object as Status).details?.causes).toEqual([
    {
      field: field(1),
      message: `Invalid value: "foo-": must have at most 253 characters and match regex ${form}`,
      reason: 'FieldValueInvalid',
    },
    { field: field(3), message: 'Required value', reason: 'FieldValueRequired' },
    { field: field(4), message: 'Duplicate value: "kernel.shm_rmid_forced"', reason: 'FieldValueDuplicate' },
  ])
})

test.each([
  ['2001:db8::1', 201, undefined],
  ['192.168.1.5', 201, undefined],
  ['2001:DB8::1', 422, 'must be a canonical format IP address'],
  ['2001:db8:0:0:0:0:0:1', 422, 'must be a canonical format IP address'],
  ['::ffff:10.0.0.1', 201, undefined],
  ['10.0.0.1000', 422, 'ParseAddr("10.0.0.1000"): unable to parse IP'],
])('an IPAddress has the address as its name, in the one form of it: %s', async (name, status, fault) => {
  const call = await server()
  const parentRef = { group: '', resource: 'services', name: 'a', namespace: 'default' }
  const answer = await call('POST', '/apis/networking.k8s.io/v1/ipaddresses', {
    metadata: { name },
    spec: { parentRef },
  })
  expect(answer.status).toBe(status)
  if (fault !== undefined) expect(message(answer)).toContain(fault)
})
