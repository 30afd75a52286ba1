import { checkIgnoreRules, differenceOf, withLastApplied, withLiveIgnored, type IgnoreRule } from '@slipway/gitops'
import { applyDefaults, type KubeObject } from '@slipway/objects'
import { expect, test } from 'vitest'

function deployment(spec: object = {}, container: object = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'x' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1', ...container }] },
      },
      ...spec,
    },
  }
}

// What the API server makes of an applied object.
function stored(target: KubeObject): KubeObject {
  const live = structuredClone(withLastApplied(target))
  applyDefaults(live)
  Object.assign(live.metadata, {
    uid: 'u',
    resourceVersion: '5',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
  })
  live['status'] = { replicas: 2 }
  return live
}

const modified = (target: KubeObject, live: KubeObject, ignore: readonly IgnoreRule[] = []): boolean =>
  differenceOf(target, live, { ignore }).modified

test('what was applied is in sync, whatever defaults, status and other annotations came on top', () => {
  const target = deployment()
  const live = stored(target)
  live.metadata.annotations = { ...live.metadata.annotations, 'deployment.kubernetes.io/revision': '1' }
  expect(modified(target, live)).toBe(false)
})

test.each([
  ['an empty list', deployment({}, { env: [] })],
  ['an empty map', { ...deployment(), metadata: { name: 'web', namespace: 'x', labels: {} } }],
  ['a null', deployment({}, { command: null })],
  ['a quantity in another spelling', deployment({}, { resources: { requests: { cpu: '0.5', memory: '1024Mi' } } })],
])('%s in the manifest is no difference', (_, target) => {
  const live = stored(target as KubeObject)
  const spec = live['spec'] as { template: { spec: { containers: Record<string, unknown>[] } } }
  delete spec.template.spec.containers[0]?.['env']
  delete spec.template.spec.containers[0]?.['command']
  delete live.metadata.labels
  expect(modified(target as KubeObject, live)).toBe(false)
})

test('a false that the server does not store is no difference', () => {
  const target = deployment()
  const pod = (target['spec'] as { template: { spec: Record<string, unknown> } }).template.spec
  pod['hostNetwork'] = false
  const live = stored(target)
  delete (live['spec'] as { template: { spec: Record<string, unknown> } }).template.spec['hostNetwork']
  expect(modified(target, live)).toBe(false)
})

test('drift in a wanted field is a difference, in another one it is not', () => {
  const target = deployment()
  const scaled = stored(target)
  ;(scaled['spec'] as { replicas: number }).replicas = 5
  expect(modified(target, scaled)).toBe(true)
  const labelled = stored(target)
  labelled.metadata.labels = { by: 'hand' }
  expect(modified(target, labelled)).toBe(false)
})

test('a field that was applied and is not wanted any more is a difference', () => {
  const live = stored(
    deployment(
      {},
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
    ),
  )
  const { modified: changed, predicted } = differenceOf(deployment({}, { env: [{ name: 'B', value: '2' }] }), live)
  expect(changed).toBe(true)
  expect(JSON.stringify(predicted)).not.toContain('"A"')
})

test('an unknown field stays a difference, because the server drops it', () => {
  const target = deployment({}, { imge: 'typo' })
  const live = stored(deployment())
  live.metadata.annotations = withLastApplied(target).metadata.annotations ?? {}
  expect(modified(target, live)).toBe(true)
})

test('ignored pointers and fields of ignored managers do not count', () => {
  const target = deployment()
  const live = stored(target)
  ;(live['spec'] as { replicas: number }).replicas = 5
  live.metadata.managedFields = [{ manager: 'hpa', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }]
  expect(modified(target, live, [{ group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] }])).toBe(false)
  expect(modified(target, live, [{ group: '*', kind: '*', managedFieldsManagers: ['hpa'] }])).toBe(false)
  expect(
    modified(target, live, [{ group: 'apps', kind: 'Deployment', name: 'other', jsonPointers: ['/spec/replicas'] }]),
  ).toBe(true)
  const patched = withLiveIgnored(target, live, [
    { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] },
  ])
  expect((patched['spec'] as { replicas: number }).replicas).toBe(5)
})

test('a jq path is refused by name', () => {
  const rules = [{ kind: 'Deployment', jqPathExpressions: ['.spec.replicas'] }]
  expect(() => checkIgnoreRules(rules)).toThrow(expect.objectContaining({ code: 'GITOPS_JQ_PATH' }))
})

test('server-side, ownership tells what to remove', () => {
  const target = deployment()
  const live = stored(deployment({ paused: true }))
  delete live.metadata.annotations
  const paused = { 'f:spec': { 'f:paused': {} } }
  live.metadata.managedFields = [
    {
      manager: 'argocd-controller',
      operation: 'Apply',
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: paused,
    },
  ]
  expect(differenceOf(target, live, { serverSideApply: true }).modified).toBe(true)
  live.metadata.managedFields = []
  expect(differenceOf(target, live, { serverSideApply: true }).modified).toBe(false)
})

test('a secret in plain text equals its stored form', () => {
  const secret = (data: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'x' },
    ...data,
  })
  const target = secret({ stringData: { a: 'b' } })
  const live = stored(secret({ data: { a: 'Yg==' } }))
  expect(modified(target, live)).toBe(false)
  expect(modified(secret({ stringData: { a: 'c' } }), live)).toBe(true)
})
