import { startApiServer } from '@slipway/apiserver'
import { createClient } from '@slipway/client'
import { openMemoryStore } from '@slipway/store'
import { expect, onTestFinished, test } from 'vitest'

const definition = (
  plural: string,
  subresources: object,
): { apiVersion: string; kind: string; metadata: { name: string }; spec: object } => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.example.com` },
  spec: {
    group: 'example.com',
    names: { plural, kind: plural, listKind: `${plural}List` },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['metadata'],
            properties: { status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
})

test('a custom resource without a status subresource takes its status with the object; one with it does not', async () => {
  const api = await startApiServer({ store: openMemoryStore() })
  onTestFinished(() => api.stop())
  const client = createClient(api.handle)
  for (const [plural, subresources, kept] of [
    ['plains', {}, true],
    ['withs', { status: {} }, false],
  ] as const) {
    await client.create(definition(plural, subresources))
    const ref = { apiVersion: 'example.com/v1', kind: plural, namespace: 'default', name: 'a' }
    await client.create({ apiVersion: ref.apiVersion, kind: plural, metadata: { name: 'a', namespace: 'default' } })
    await client.patch(ref, { type: 'merge', body: { status: { phase: 'Up' } } })
    const found = await client.get(ref)
    expect(found['status']).toEqual(kept ? { phase: 'Up' } : undefined)
    expect(found.metadata.generation).toBe(kept ? 2 : 1)
  }
})
