import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { startServer, type TestServer } from './https.ts'

const MERGE = 'application/merge-patch+json'
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets'

const spec = {
  type: 'object',
  required: ['size'],
  'x-kubernetes-validations': [
    { rule: "self.size != 's' || self.replicas <= 2", message: 'small is at most 2' },
    { rule: 'self.replicas >= oldSelf.replicas', messageExpression: "'not below ' + string(oldSelf.replicas)" },
  ],
  properties: {
    size: { type: 'string', enum: ['s', 'm'] },
    replicas: { type: 'integer', default: 1, minimum: 0 },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    parts: { type: 'array', items: { type: 'object', properties: { kind: { type: 'string', default: 'plain' } } } },
  },
}

async function withWidgets(): Promise<TestServer> {
  const server = await startServer()
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status: { type: 'object' } } } }
  const columns = [{ name: 'Size', type: 'string', jsonPath: '.spec.size' }]
  const version = { name: 'v1', served: true, storage: true, schema, additionalPrinterColumns: columns }
  const names = { plural: 'widgets', kind: 'Widget', listKind: 'WidgetList', shortNames: ['wd'] }
  const definition = { group: 'example.com', scope: 'Namespaced', names, versions: [version] }
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  await server.ask('POST', path, { body: { metadata: { name: 'widgets.example.com' }, spec: definition } })
  await eventually(async () => expect((await server.ask('GET', WIDGETS)).status).toBe(200))
  return server
}

const widget = (of: object) => ({ metadata: { name: 'w' }, spec: of })

test('unknown fields are pruned, defaults filled in, free parts kept', async () => {
  const { ask } = await withWidgets()
  const body = widget({ size: 'm', colour: 'red', free: { any: 1 }, parts: [{ colour: 'blue' }] })
  const { object } = await ask('POST', WIDGETS, { body })
  expect(object['spec']).toEqual({ size: 'm', replicas: 1, free: { any: 1 }, parts: [{ kind: 'plain' }] })
})

test('values that do not fit the schema are refused, all of them at once', async () => {
  const { ask } = await withWidgets()
  const { object } = await ask('POST', WIDGETS, { body: widget({ size: 'xl', replicas: -1 }) })
  expect(object.details?.causes?.map(({ field, message }) => `${field}: ${message}`)).toEqual([
    'spec.size: Unsupported value: "xl": supported values: "s", "m"',
    'spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0',
    '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  ])
  const missing = await ask('POST', WIDGETS, { body: widget({}) })
  expect(missing.object.message).toContain('spec.size: Required value')
})

test('rules look at the object, and at what it was before', async () => {
  const { ask } = await withWidgets()
  const refused = await ask('POST', WIDGETS, { body: widget({ size: 's', replicas: 3 }) })
  expect(refused.object.message).toBe('Widget.example.com "w" is invalid: spec: Invalid value: small is at most 2')
  expect((await ask('POST', WIDGETS, { body: widget({ size: 's', replicas: 2 }) })).status).toBe(201)
  const less = await ask('PATCH', `${WIDGETS}/w`, { type: MERGE, body: { spec: { replicas: 1 } } })
  expect(less.object.message).toBe('Widget.example.com "w" is invalid: spec: Invalid value: not below 2')
  const more = await ask('PATCH', `${WIDGETS}/w`, { type: MERGE, body: { spec: { size: 'm', replicas: 5 } } })
  expect(more.object['spec']).toMatchObject({ replicas: 5 })
})

test('they are discovered, printed in their columns and described by OpenAPI', async () => {
  const { ask } = await withWidgets()
  await ask('POST', WIDGETS, { body: widget({ size: 'm' }) })
  const group = await ask('GET', '/apis/example.com/v1')
  expect(group.object['resources']).toMatchObject([{ name: 'widgets', kind: 'Widget', shortNames: ['wd'] }])
  const table = await ask('GET', WIDGETS, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
  expect(table.object['columnDefinitions']).toMatchObject([{ name: 'Name' }, { name: 'Size' }])
  expect(table.object['rows']).toMatchObject([{ cells: ['w', 'm'] }])
  const { object } = await ask('GET', '/openapi/v3/apis/example.com/v1')
  const { schemas } = object['components'] as unknown as { schemas: Record<string, { properties: object }> }
  expect(schemas['com.example.v1.Widget']?.properties).toMatchObject({
    apiVersion: { description: expect.stringContaining('APIVersion defines the versioned schema') as unknown },
    metadata: {
      description: expect.stringContaining("Standard object's metadata") as unknown,
      allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
    },
  })
})

test('a definition that goes takes its path with it', async () => {
  const { ask } = await withWidgets()
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com'
  expect((await ask('DELETE', path)).status).toBe(200)
  await eventually(async () => expect((await ask('GET', WIDGETS)).status).toBe(404))
})

const DEFINITION = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com'
const schemaPath = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties'

test('what was stored before a schema changed is read by the schema of now, and not written', async () => {
  const { ask, watch } = await withWidgets()
  const made = await ask('POST', WIDGETS, { body: widget({ size: 'm', free: { any: 1 } }) })
  const patch = [
    { op: 'add', path: `${schemaPath}/colour`, value: { type: 'string', default: 'red' } },
    { op: 'remove', path: `${schemaPath}/free` },
  ]
  await ask('PATCH', DEFINITION, { type: 'application/json-patch+json', body: patch })
  const now = { size: 'm', replicas: 1, colour: 'red' }
  await eventually(async () => expect((await ask('GET', `${WIDGETS}/w`)).object['spec']).toEqual(now))
  const read = await ask('GET', `${WIDGETS}/w`)
  expect(read.object.metadata.resourceVersion).toBe(made.object.metadata.resourceVersion)
  expect((await ask('GET', WIDGETS)).object.items[0]?.['spec']).toEqual(now)
  expect((await watch(`${WIDGETS}?watch=1`, 1))[0]?.object['spec']).toEqual(now)
})

test('a watch shows objects by the schema of now, whatever it was when the watch began', async () => {
  const { ask, watch } = await withWidgets()
  const named = (name: string, of: object): object => ({ metadata: { name }, spec: of })
  await ask('POST', WIDGETS, { body: named('before', { size: 'm' }) })
  const seen = watch(`${WIDGETS}?watch=1`, 3)
  await ask('POST', WIDGETS, { body: named('meanwhile', { size: 'm' }) })
  const patch = [{ op: 'add', path: `${schemaPath}/colour`, value: { type: 'string' } }]
  await ask('PATCH', DEFINITION, { type: 'application/json-patch+json', body: patch })
  await eventually(async () => {
    const body = named('colourful', { size: 'm', colour: 'blue' })
    const { object } = await ask('POST', `${WIDGETS}?dryRun=All`, { body })
    expect(object['spec']).toMatchObject({ colour: 'blue' })
  })
  await ask('POST', WIDGETS, { body: named('colourful', { size: 'm', colour: 'blue' }) })
  expect((await seen).map(({ object }) => object['spec'])).toEqual([
    { size: 'm', replicas: 1 },
    { size: 'm', replicas: 1 },
    { size: 'm', replicas: 1, colour: 'blue' },
  ])
})

test('fields that a definition makes selectable select, others are refused', async () => {
  const { ask, watch } = await withWidgets()
  const select = (text: string): string => `${WIDGETS}?fieldSelector=${encodeURIComponent(text)}`
  expect((await ask('GET', select('spec.size=m'))).object.message).toContain('field label not supported: spec.size')
  const body = { spec: { versions: [] as object[] } }
  const definition = await ask('GET', DEFINITION)
  const [version] = (definition.object['spec'] as unknown as { versions: object[] }).versions
  body.spec.versions = [{ ...version, selectableFields: [{ jsonPath: '.spec.size' }, { jsonPath: '.spec.replicas' }] }]
  await ask('PATCH', DEFINITION, { type: MERGE, body })
  await eventually(async () => expect((await ask('GET', select('spec.size=m'))).status).toBe(200))
  for (const [name, of] of Object.entries({ a: { size: 'm' }, b: { size: 's' }, c: { size: 'm', replicas: 4 } }))
    await ask('POST', WIDGETS, { body: { metadata: { name }, spec: of } })
  const names = async (text: string): Promise<unknown[]> =>
    (await ask('GET', select(text))).object.items.map(({ metadata }) => metadata.name)
  expect(await names('spec.size=m')).toEqual(['a', 'c'])
  expect(await names('spec.size=m,spec.replicas!=4')).toEqual(['a'])
  const { resourceVersion } = (await ask('GET', WIDGETS)).object.metadata
  await ask('PATCH', `${WIDGETS}/a`, { type: MERGE, body: { spec: { size: 's', replicas: 1 } } })
  const [left] = await watch(`${select('spec.size=m')}&watch=1&resourceVersion=${resourceVersion}`, 1)
  expect(left).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a' } } })
})
