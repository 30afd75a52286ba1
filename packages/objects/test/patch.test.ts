import { describe, expect, test } from 'vitest'
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  typeNamed,
  type JsonPatchOperation,
} from '@slipway/objects'

describe('JSON patch', () => {
  const document = { a: { b: [1, 2, 3] }, 'x/y': { '~': 1 } }
  test.each<[string, JsonPatchOperation[], unknown]>([
    ['add to a list', [{ op: 'add', path: '/a/b/1', value: 9 }], { ...document, a: { b: [1, 9, 2, 3] } }],
    ['append', [{ op: 'add', path: '/a/b/-', value: 4 }], { ...document, a: { b: [1, 2, 3, 4] } }],
    ['escaped names', [{ op: 'replace', path: '/x~1y/~0', value: 2 }], { ...document, 'x/y': { '~': 2 } }],
    ['move', [{ op: 'move', from: '/a/b/0', path: '/c' }], { ...document, a: { b: [2, 3] }, c: 1 }],
    ['copy', [{ op: 'copy', from: '/a', path: '/d' }], { ...document, d: { b: [1, 2, 3] } }],
    ['replace the root', [{ op: 'replace', path: '', value: { z: 1 } }], { z: 1 }],
    ['a passing test', [{ op: 'test', path: '/a/b', value: [1, 2, 3] }], document],
  ])('%s', (_, operations, expected) => {
    const before = structuredClone(document)
    expect(applyJsonPatch(document, operations)).toEqual(expected)
    expect(document).toEqual(before)
  })

  test.each<[string, JsonPatchOperation, string]>([
    [
      'remove of a missing member',
      { op: 'remove', path: '/nosuch' },
      'Unable to remove nonexistent key: nosuch: missing value',
    ],
    [
      'a missing parent',
      { op: 'add', path: '/no/such', value: 1 },
      'add operation does not apply: doc is missing path: "/no/such": missing value',
    ],
    [
      'an index past the end',
      { op: 'replace', path: '/a/b/7', value: 1 },
      'Unable to access invalid index: 7: invalid index referenced',
    ],
    ['a failing test', { op: 'test', path: '/a/b/0', value: 7 }, 'testing value /a/b/0 failed: test failed'],
  ])('%s is refused', (_, operation, message) => {
    expect(() => applyJsonPatch(document, [operation])).toThrow(message)
  })

  test('a member named __proto__ is data', () => {
    const result = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }])
    expect(Object.hasOwn(result, '__proto__')).toBe(true)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

test('a merge patch deletes by null, merges objects and replaces lists', () => {
  expect(applyMergePatch({ a: 1, b: { c: 1, d: 2 }, e: [1] }, { a: null, b: { c: 3, x: null }, e: [2, 3] })).toEqual({
    b: { c: 3, d: 2 },
    e: [2, 3],
  })
})

describe('strategic merge patch', () => {
  const type = typeNamed('apps/v1.Deployment')
  const container = (name: string, more: object = {}) => ({ name, image: `${name}:1`, ...more })
  const deployment = (containers: unknown[]) => ({ spec: { template: { spec: { containers } } } })
  const apply = (target: Record<string, unknown>, patch: Record<string, unknown>) => {
    if (type === undefined) throw new Error('the schema table has no Deployment')
    return applyStrategicMergePatch(target, patch, type)
  }

  test('merges lists by their key, new items last', () => {
    expect(
      apply(deployment([container('a'), container('b')]), deployment([{ name: 'b', image: 'b:2' }, container('c')])),
    ).toEqual(deployment([container('a'), { name: 'b', image: 'b:2' }, container('c')]))
  })

  test('deletes an item and a member', () => {
    const target = deployment([container('a', { command: ['x'] }), container('b')])
    const patch = deployment([
      { name: 'b', $patch: 'delete' },
      { name: 'a', command: null },
    ])
    expect(apply(target, patch)).toEqual(deployment([container('a')]))
  })

  test('replaces a list and a map when told to', () => {
    expect(apply(deployment([container('a')]), deployment([container('z'), { $patch: 'replace' }]))).toEqual(
      deployment([container('z')]),
    )
    expect(
      apply({ metadata: { labels: { a: '1' } } }, { metadata: { labels: { b: '2', $patch: 'replace' } } }),
    ).toEqual({ metadata: { labels: { b: '2' } } })
  })

  test('keeps the named members only for retainKeys, as for a deployment strategy', () => {
    const target = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    expect(apply(target, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    })
  })

  test('orders by setElementOrder and deletes from primitive lists', () => {
    const patch = {
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
            containers: [{ name: 'a', image: 'a:2' }],
          },
        },
      },
    }
    expect(apply(deployment([container('a'), container('b')]), patch)).toEqual(
      deployment([container('b'), { name: 'a', image: 'a:2' }]),
    )
    expect(
      apply({ metadata: { finalizers: ['x', 'y'] } }, { metadata: { '$deleteFromPrimitiveList/finalizers': ['x'] } }),
    ).toEqual({ metadata: { finalizers: ['y'] } })
  })

  test('a list item without its key is refused by name', () => {
    expect(() => apply(deployment([]), deployment([{ image: 'x' }]))).toThrow(
      'does not contain declared merge key: name',
    )
  })
})
