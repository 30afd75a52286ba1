import { expect, test } from 'vitest'
import { applyDefaults, type KubeObject, validateObject } from '@slipway/objects'

const name = 'x'

test('quantities are canonical wherever a type has them, in a status, too', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      overhead: { cpu: '1000m' },
      containers: [{ name, image: 'a', resources: { limits: { memory: '1024Mi' } } }],
      volumes: [{ name, emptyDir: { sizeLimit: '2048Ki' } }],
    },
    status: { containerStatuses: [{ name, allocatedResources: { cpu: '0.5' } }] },
  } as KubeObject
  applyDefaults(pod)
  expect(pod).toMatchObject({
    spec: {
      overhead: { cpu: '1' },
      containers: [{ resources: { limits: { memory: '1Gi' } } }],
      volumes: [{ emptyDir: { sizeLimit: '2Mi' } }],
    },
    status: { containerStatuses: [{ allocatedResources: { cpu: '500m' } }] },
  })
})

test('values out of a list of supported ones are found at any depth, and in types that contain themselves', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Always',
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 1,
      containers: [{ name, image: 'a', imagePullPolicy: 'Always', ports: [{ containerPort: 1, protocol: 'ICMP' }] }],
    },
  } as KubeObject
  expect(validateObject(pod).map(({ field }) => field)).toContain('spec.containers[0].ports[0].protocol')
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'as.b.c' },
    spec: { versions: [{ schema: { openAPIV3Schema: { properties: { a: { type: 'string' } } } } }] },
  } as KubeObject
  expect(validateObject(definition)).toEqual([])
})
