import { expect, test } from 'vitest'
import type { KubeObject } from '@slipway/objects'
import { SET_IMAGES_ANNOTATION, setImages } from '@slipway/delivery'

const DIGEST = `ghcr.io/acme/shop@sha256:${'a'.repeat(64)}`

function workload(kind: string, spec: object): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name: 'x', annotations: { kept: 'yes' } },
    spec,
  } as unknown as KubeObject
}

const pod = (...images: string[]) => ({ containers: images.map((image) => ({ name: 'c', image, ports: [] })) })

test.each([
  ['Pod', (spec: object) => spec],
  ['Deployment', (spec: object) => ({ replicas: 1, template: { metadata: {}, spec } })],
  ['CronJob', (spec: object) => ({ jobTemplate: { spec: { template: { spec } } } })],
])('%s: every container of the image, init containers included', (kind, wrap) => {
  const before = {
    initContainers: [{ name: 'i', image: 'ghcr.io/acme/shop' }],
    ...pod('ghcr.io/acme/shop:1.2', 'busybox:1'),
  }
  const object = workload(kind, wrap(before))
  const text = JSON.stringify(object)
  const after = setImages(object, [DIGEST])
  const expected = { initContainers: [{ name: 'i', image: DIGEST }], ...pod(DIGEST, 'busybox:1') }
  expect(after).toEqual({
    ...workload(kind, wrap(expected)),
    metadata: {
      name: 'x',
      annotations: { kept: 'yes', [SET_IMAGES_ANNOTATION]: 'ghcr.io/acme/shop,ghcr.io/acme/shop:1.2' },
    },
  })
  expect(JSON.stringify(object)).toBe(text)
})

test('the very object comes back where there is nothing to set', () => {
  for (const object of [
    workload('Pod', pod('other:1')),
    workload('Pod', pod(DIGEST)),
    workload('ConfigMap', pod('ghcr.io/acme/shop')),
    workload('Deployment', {}),
  ]) {
    expect(setImages(object, [DIGEST])).toBe(object)
  }
  const object = workload('Pod', pod('ghcr.io/acme/shop:1'))
  expect(setImages(object, [])).toBe(object)
})
