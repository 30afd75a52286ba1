import { expect, test } from 'vitest'
import {
  applyConfiguration,
  shapeOfKind,
  trackUpdate,
  type KubeObject,
  type ManagedFieldsEntry,
} from '@slipway/objects'

const writer = (manager: string) => ({ manager, time: '2026-01-01T00:00:00Z', subresource: '' })
const deployment = (spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec,
})
const shape = shapeOfKind(deployment({}))
const apply = (live: KubeObject | undefined, config: KubeObject, manager = 'me', force = false) =>
  applyConfiguration(live, config, { writer: writer(manager), force, shape })
const entriesOf = (object: KubeObject | undefined) => (object?.metadata.managedFields ?? []) as ManagedFieldsEntry[]

test('an apply creates, owns what it sets, and a second one changes nothing', () => {
  const config = deployment({ replicas: 2, template: { spec: { containers: [{ name: 'a', image: 'x' }] } } })
  const first = apply(undefined, config).object
  expect(entriesOf(first)).toEqual([
    {
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:spec': {
          'f:replicas': {},
          'f:template': {
            'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
          },
        },
      },
      manager: 'me',
      operation: 'Apply',
      time: '2026-01-01T00:00:00Z',
    },
  ])
  expect(apply(first, config).object).toEqual(first)
})

test('a field that the manager applies no more is removed, unless somebody else owns it too', () => {
  const first = apply(undefined, deployment({ replicas: 2, paused: true })).object
  const second = apply(first, deployment({ replicas: 2 })).object
  expect(second?.['spec']).toEqual({ replicas: 2 })
  const shared = apply(first, deployment({ paused: true }), 'other').object
  expect(apply(shared, deployment({ replicas: 2 })).object?.['spec']).toEqual({ replicas: 2, paused: true })
})

test('a field of another manager is a conflict that names field and manager; force takes it', () => {
  const first = apply(undefined, deployment({ replicas: 2 })).object as KubeObject
  const scaled = trackUpdate(first, { ...first, spec: { replicas: 5 } }, { writer: writer('kubectl-scale'), shape })
  expect(entriesOf(scaled).map((entry) => entry.manager)).toEqual(['kubectl-scale'])
  const refused = apply(scaled, deployment({ replicas: 2 }))
  expect(refused.conflicts).toEqual([
    {
      field: '.spec.replicas',
      manager: 'kubectl-scale',
      description: '"kubectl-scale" using apps/v1',
    },
  ])
  const forced = apply(scaled, deployment({ replicas: 2 }), 'me', true).object
  expect(forced?.['spec']).toEqual({ replicas: 2 })
  expect(entriesOf(forced).map((entry) => entry.manager)).toEqual(['me'])
})

test('applying the value that is there already shares the ownership without a conflict', () => {
  const first = apply(undefined, deployment({ replicas: 2 }), 'one').object
  const shared = apply(first, deployment({ replicas: 2 }), 'two')
  expect(entriesOf(shared.object).map((entry) => entry.manager)).toEqual(['one', 'two'])
})

test('list items merge by all their keys, in the order of the configuration', () => {
  const ports = (list: object[]) => deployment({ template: { spec: { containers: [{ name: 'a', ports: list }] } } })
  const live = apply(undefined, ports([{ containerPort: 80 }, { containerPort: 81, protocol: 'UDP' }]), 'other').object
  const merged = apply(live, ports([{ containerPort: 90 }, { containerPort: 80, name: 'http' }])).object
  const spec = merged?.['spec'] as { template: { spec: { containers: { ports: unknown }[] } } }
  expect(spec.template.spec.containers[0]?.ports).toEqual([
    { containerPort: 90 },
    { containerPort: 80, name: 'http' },
    { containerPort: 81, protocol: 'UDP' },
  ])
})

test.each([
  // live, applied, merged: as structured-merge-diff orders them.
  ['ab', 'ac', 'abc'],
  ['a', 'ba', 'ba'],
  ['ab', 'ba', 'ba'],
  ['axb', 'ba', 'xba'],
  ['axb', 'ab', 'axb'],
  ['ab', 'c', 'abc'],
  ['abc', 'cxb', 'acxb'],
  ['', 'ab', 'ab'],
  ['ab', '', 'ab'],
  ['abcd', 'dbx', 'acdbx'],
  ['abcde', 'ebxc', 'adebxc'],
  ['pqrs', 'srq', 'psrq'],
])('the live list %s with %s applied is %s', (live, applied, merged) => {
  const containers = (names: string): object => ({
    template: { spec: { containers: [...names].map((name) => ({ name })) } },
  })
  const object = apply(deployment(containers(live)), deployment(containers(applied))).object
  expect(object?.['spec']).toEqual(containers(merged))
})

test('an update leaves what others own as it is, and writes a set of a client in the form of the API', () => {
  const first = apply(undefined, deployment({ replicas: 2, paused: true }, { labels: { a: 'b' } })).object as KubeObject
  const sent = {
    ...entriesOf(first)[0],
    manager: 'by-hand',
    operation: 'Update' as const,
    fieldsV1: { 'f:spec': { 'f:paused': { '.': {} }, 'f:gone': {}, '.': {} } },
  } as ManagedFieldsEntry
  const before = { ...first, metadata: { ...first.metadata, managedFields: [...entriesOf(first), sent] } }
  const after = { ...before, spec: { replicas: 3, paused: true } }
  const [applied, byHand, scaler] = entriesOf(trackUpdate(before, after, { writer: writer('scaler'), shape }))
  expect(applied?.fieldsV1['f:metadata']).toBe(entriesOf(first)[0]?.fieldsV1['f:metadata'])
  expect(applied?.fieldsV1['f:spec']).toEqual({ 'f:paused': {} })
  expect(JSON.stringify(byHand?.fieldsV1)).toBe('{"f:spec":{".":{},"f:paused":{}}}')
  expect(scaler?.fieldsV1).toEqual({ 'f:spec': { 'f:replicas': {} } })
})

test('the fields of items, set members and containers that an update removes are nobody’s any more', () => {
  const pod = (spec: object, finalizers: string[]): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', finalizers },
    spec,
  })
  const how = (manager: string) => ({ writer: writer(manager), shape: shapeOfKind(pod({}, [])) })
  const containers = [
    { name: 'a', image: 'x', ports: [{ containerPort: 80 }] },
    { name: 'b', image: 'y' },
  ]
  const first = trackUpdate(undefined, pod({ containers, nodeSelector: { disk: 'ssd' } }, ['a/b', 'c/d']), how('me'))
  const after = { ...first, ...pod({ containers: [{ name: 'a', image: 'x' }], nodeSelector: {} }, ['c/d']) }
  const [mine] = entriesOf(
    trackUpdate(first, { ...after, metadata: { ...first.metadata, finalizers: ['c/d'] } }, how('other')),
  )
  // What an update changes below a container makes the container its own.
  expect(mine?.fieldsV1).toEqual({
    'f:metadata': { 'f:finalizers': { 'v:"c/d"': {} } },
    'f:spec': { 'f:containers': { 'k:{"name":"a"}': { 'f:image': {}, 'f:name': {} } } },
  })
})
