import { quotaCovers, quotaUsage, sumUsage, type KubeObject } from '@slipway/objects'
import { expect, test } from 'vitest'

const object = (kind: string, spec: object, status: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', namespace: 'n' },
  spec,
  status,
})
const PODS = { group: '', plural: 'pods' }
const container = (requests: object, limits: object = {}) => ({ name: 'c', resources: { requests, limits } })

test('a pod takes its requests and limits, an ended one only its count', () => {
  const spec = {
    containers: [container({ cpu: '100m', 'example.com/gpu': '1' }, { memory: '1Gi' }), container({ cpu: '1' })],
  }
  expect(quotaUsage(object('Pod', spec), PODS)).toEqual({
    'count/pods': '1',
    pods: '1',
    cpu: '1100m',
    'requests.cpu': '1100m',
    'requests.example.com/gpu': '1',
    'limits.memory': '1Gi',
  })
  expect(quotaUsage(object('Pod', spec, { phase: 'Succeeded' }), PODS)).toEqual({ 'count/pods': '1' })
})

test('Services take node ports and balancers, claims their storage by class, other kinds their count', () => {
  const services = { group: '', plural: 'services' }
  expect(quotaUsage(object('Service', { type: 'LoadBalancer', ports: [{}, {}] }), services)).toMatchObject({
    'services.loadbalancers': '1',
    'services.nodeports': '2',
  })
  const claim = { storageClassName: 'gold', resources: { requests: { storage: '10Gi' } } }
  expect(quotaUsage(object('PersistentVolumeClaim', claim), { group: '', plural: 'persistentvolumeclaims' })).toEqual({
    'count/persistentvolumeclaims': '1',
    persistentvolumeclaims: '1',
    'requests.storage': '10Gi',
    'gold.storageclass.storage.k8s.io/requests.storage': '10Gi',
    'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
  })
  expect(quotaUsage(object('Deployment', {}), { group: 'apps', plural: 'deployments' })).toEqual({
    'count/deployments.apps': '1',
  })
  expect(sumUsage([{ cpu: '1' }, { cpu: '500m', pods: '1' }])).toEqual({ cpu: '1500m', pods: '1' })
})

test('a pod takes what its init containers need, when that is more, its sidecars, and its overhead', () => {
  const spec = {
    initContainers: [
      { ...container({ cpu: '500m' }, { cpu: '1' }), restartPolicy: 'Always' },
      container({ cpu: '2', memory: '64Mi' }),
    ],
    containers: [container({ cpu: '1', memory: '128Mi' }, { cpu: '1' })],
    overhead: { cpu: '250m', memory: '16Mi' },
  }
  expect(quotaUsage(object('Pod', spec), PODS)).toMatchObject({
    'requests.cpu': '2750m',
    'requests.memory': '144Mi',
    'limits.cpu': '2250m',
  })
})

test('scopes leave the pods that they name', () => {
  const plain = object('Pod', { containers: [{ name: 'c' }] })
  const bounded = object('Pod', {
    containers: [container({ cpu: '1' })],
    activeDeadlineSeconds: 5,
    priorityClassName: 'high',
  })
  const covered = (spec: object): boolean[] =>
    [plain, bounded].map((pod) => quotaCovers(object('ResourceQuota', spec), pod))
  expect(covered({})).toEqual([true, true])
  expect(covered({ scopes: ['BestEffort'] })).toEqual([true, false])
  expect(covered({ scopes: ['Terminating', 'NotBestEffort'] })).toEqual([false, true])
  const high = { scopeName: 'PriorityClass', operator: 'In', values: ['high'] }
  expect(covered({ scopeSelector: { matchExpressions: [high] } })).toEqual([false, true])
  expect(quotaCovers(object('ResourceQuota', { scopes: ['NotTerminating'] }), object('Service', {}))).toBe(false)
})
