import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { startServer, type TestServer } from './https.ts'

const APPLY = 'application/apply-patch+yaml'
const PATH = '/apis/example.com/v1/namespaces/default/gears'

const spec = {
  type: 'object',
  properties: {
    size: { type: 'integer' },
    template: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port'],
      items: {
        type: 'object',
        required: ['port'],
        properties: { port: { type: 'integer' }, name: { type: 'string' } },
      },
    },
    words: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    whole: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
  },
}

async function withGears(): Promise<TestServer> {
  const server = await startServer()
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } }
  const names = { plural: 'gears', kind: 'Gear', listKind: 'GearList' }
  const definition = {
    group: 'example.com',
    scope: 'Namespaced',
    names,
    versions: [{ name: 'v1', served: true, storage: true, schema }],
  }
  await server.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: { metadata: { name: 'gears.example.com' }, spec: definition },
  })
  await eventually(async () => expect((await server.ask('GET', PATH)).status).toBe(200))
  return server
}

const strange = {
  apiVersion: 'example.com/v1',
  kind: 'Gear',
  metadata: { name: 'g', colour: 'red' },
  spec: {
    template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', odd: 1 }, spec: { any: 1 } },
    ports: [{ port: 1, weight: 2 }],
    alpha: 1,
  },
}
const STRANGE = ['metadata.colour', 'spec.alpha', 'spec.ports[0].weight', 'spec.template.metadata.odd']

test('strict validation names unknown fields of the metadata, of the object and of embedded metadata, in this order', async () => {
  const { ask } = await withGears()
  const { status, object } = await ask('POST', `${PATH}?fieldValidation=Strict`, { body: strange })
  expect(status).toBe(400)
  expect(object.message).toBe(
    `Gear in version "v1" cannot be handled as a Gear: strict decoding error: ${STRANGE.map((field) => `unknown field "${field}"`).join(', ')}`,
  )
})

test('by default they are warned of and dropped; Ignore drops them without a word', async () => {
  const { ask } = await withGears()
  const warned = await ask('POST', PATH, { body: strange })
  expect(warned.status).toBe(201)
  expect(warned.headers.warning).toBe(STRANGE.map((field) => `299 - "unknown field \\"${field}\\""`).join(', '))
  expect(warned.object['spec']).toEqual({
    template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { any: 1 } },
    ports: [{ port: 1 }],
  })
  expect(warned.object.metadata).not.toHaveProperty('colour')
  const ignored = await ask('POST', `${PATH}?fieldValidation=Ignore`, { body: { ...strange, metadata: { name: 'h' } } })
  expect(ignored.status).toBe(201)
  expect(ignored.headers.warning).toBeUndefined()
})

test('fields that a body has twice come before unknown ones', async () => {
  const { ask } = await withGears()
  const body = Buffer.from(
    '{"apiVersion":"example.com/v1","kind":"Gear","metadata":{"name":"g"},"spec":{"size":1,"odd":1,"size":2}}',
  )
  const { object } = await ask('POST', `${PATH}?fieldValidation=Strict`, { body })
  expect(object.message).toContain('strict decoding error: duplicate field "spec.size", unknown field "spec.odd"')
})

test('a patch that adds an unknown field is refused when it asks to be', async () => {
  const { ask } = await withGears()
  await ask('POST', PATH, { body: { metadata: { name: 'g' }, spec: { size: 1 } } })
  const type = 'application/merge-patch+json'
  const { status, object } = await ask('PATCH', `${PATH}/g?fieldValidation=Strict`, {
    type,
    body: { spec: { odd: 1 } },
  })
  expect(status).toBe(422)
  expect(object.message).toContain('strict decoding error: unknown field "spec.odd"')
})

test('an apply refuses what nobody declares, even where unknown fields are to be ignored', async () => {
  const { ask } = await withGears()
  const path = `${PATH}/g?fieldManager=me&fieldValidation=Ignore`
  const { status, object } = await ask('PATCH', path, { type: APPLY, body: strange })
  expect(status).toBe(500)
  expect(object.message).toBe(
    [
      'failed to create typed patch object (default/g; example.com/v1, Kind=Gear): errors:',
      '  .metadata.colour: field not declared in schema',
      '  .spec.alpha: field not declared in schema',
      '  .spec.ports[port=1].weight: field not declared in schema',
      '  .spec.template.metadata.odd: field not declared in schema',
    ].join('\n'),
  )
})

test('an apply of a built-in kind does the same', async () => {
  const { ask } = await withGears()
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'a', imge: 'x' }] },
  }
  const path = '/api/v1/namespaces/default/pods/p?fieldManager=me'
  const { object } = await ask('PATCH', path, { type: APPLY, body })
  expect(object.message).toBe(
    'failed to create typed patch object (default/p; /v1, Kind=Pod): .spec.containers[name="a"].imge: field not declared in schema',
  )
})

test('applies of two managers merge lists by their keys and sets by their values, and own whole lists otherwise', async () => {
  const { ask } = await withGears()
  const apply = (manager: string, of: object) =>
    ask('PATCH', `${PATH}/g?fieldManager=${manager}`, {
      type: APPLY,
      body: { apiVersion: 'example.com/v1', kind: 'Gear', metadata: { name: 'g' }, spec: of },
    })
  await apply('one', { ports: [{ port: 1, name: 'a' }], words: ['x'], whole: [{ a: '1' }] })
  const both = await apply('two', { ports: [{ port: 2 }], words: ['y'] })
  expect(both.object['spec']).toEqual({
    ports: [{ port: 1, name: 'a' }, { port: 2 }],
    words: ['x', 'y'],
    whole: [{ a: '1' }],
  })
  const against = await apply('two', { whole: [{ a: '2' }] })
  expect(against.object.message).toContain('conflict with "one": .spec.whole')
  const without = await apply('one', { words: ['x'] })
  expect(without.object['spec']).toEqual({ ports: [{ port: 2 }], words: ['x', 'y'] })
})
