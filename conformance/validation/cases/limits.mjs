import { collectionOf } from '../lib/cases.mjs'

const container = (resources, more = {}) => ({ name: 'c', image: 'i', resources, ...more })
const pod = (...containers) => ({ kind: 'Pod', spec: { automountServiceAccountToken: false, containers } })
const claim = (storage) => ({
  kind: 'PersistentVolumeClaim',
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
})
const ask = (requests, limits) => ({ ...(requests && { requests }), ...(limits && { limits }) })

/** Something that is made where one LimitRange bounds it. */
function bounded(name, limits, { kind, ...members }) {
  const range = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits } }
  const path = collectionOf('LimitRange')
  const body = { apiVersion: 'v1', kind, metadata: { name: 'a' }, ...members }
  return {
    name,
    steps: [
      { method: 'POST', path, body: range },
      { method: 'POST', path: `${collectionOf(kind)}?dryRun=All`, body },
    ],
    after: [{ method: 'DELETE', path: `${path}/l` }],
  }
}

const ofContainers = (members) => [{ type: 'Container', ...members }]
const ofPods = (members) => [{ type: 'Pod', ...members }]
const two = pod(container(ask({ cpu: '500m' }, { cpu: '1' })), {
  ...container(ask({ cpu: '500m' }, { cpu: '1' })),
  name: 'd',
})

export const cases = [
  bounded('a pod within', ofPods({ min: { cpu: '1' }, max: { cpu: '2' } }), two),
  bounded('a pod above', ofPods({ max: { cpu: '1' } }), two),
  bounded('a pod below', ofPods({ min: { cpu: '2' } }), two),
  bounded('a pod without a limit', ofPods({ max: { cpu: '1', memory: '1Gi' } }), pod(container(ask({ cpu: '500m' })))),
  bounded('a pod without a request', ofPods({ min: { memory: '1Gi' } }), two),
  bounded('a pod of a ratio too high', ofPods({ maxLimitRequestRatio: { cpu: '1500m' } }), two),
  bounded('a pod of no ratio', ofPods({ maxLimitRequestRatio: { memory: '2' } }), two),
  bounded('a pod whose first container asks for more', ofPods({ max: { cpu: '2' } }), {
    ...two,
    spec: { ...two.spec, initContainers: [{ ...container(ask({ cpu: '3' }, { cpu: '3' })), name: 'i' }] },
  }),
  bounded('a pod whose first container asks for less', ofPods({ max: { cpu: '2' } }), {
    ...two,
    spec: { ...two.spec, initContainers: [{ ...container(ask({ cpu: '2' }, { cpu: '2' })), name: 'i' }] },
  }),
  bounded('a pod with a sidecar', ofPods({ max: { cpu: '2' } }), {
    ...two,
    spec: {
      ...two.spec,
      initContainers: [{ ...container(ask({ cpu: '1' }, { cpu: '1' }), { restartPolicy: 'Always' }), name: 'i' }],
    },
  }),
  bounded('a pod that says it for all', ofPods({ max: { cpu: '3' } }), {
    ...two,
    spec: { ...two.spec, resources: ask({ cpu: '1' }, { cpu: '4' }) },
  }),
  bounded(
    'a container within',
    ofContainers({ min: { cpu: '1' }, max: { cpu: '2' } }),
    pod(container(ask({ cpu: '1' }, { cpu: '2' }))),
  ),
  bounded('a container above', ofContainers({ max: { cpu: '1' } }), pod(container(ask({ cpu: '1' }, { cpu: '2' })))),
  bounded('a container below', ofContainers({ min: { cpu: '1' } }), pod(container(ask({ cpu: '500m' }, { cpu: '2' })))),
  bounded('a container without anything', ofContainers({ min: { memory: '1Mi' } }), pod(container({}))),
  bounded(
    'a container that asks for too little and too much',
    ofContainers({ min: { cpu: '1' }, max: { memory: '1Mi' } }),
    pod(container(ask({ cpu: '500m' }, { memory: '2Mi' }))),
  ),
  bounded(
    'a container of a ratio too high',
    ofContainers({ maxLimitRequestRatio: { cpu: '2' } }),
    pod(container(ask({ cpu: '500m' }, { cpu: '8' }))),
  ),
  bounded(
    'a container of no ratio',
    ofContainers({ maxLimitRequestRatio: { cpu: '2' } }),
    pod(container(ask({ cpu: '500m' }))),
  ),
  bounded('two containers above', ofContainers({ max: { cpu: '500m' } }), two),
  bounded(
    'a container with defaults above',
    ofContainers({ default: { cpu: '2' }, max: { cpu: '2' } }),
    pod(container(ask({ cpu: '3' }))),
  ),
  bounded(
    'a claim within',
    [{ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } }],
    claim('1Gi'),
  ),
  bounded('a claim above', [{ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }], claim('5Gi')),
  bounded('a claim below', [{ type: 'PersistentVolumeClaim', min: { storage: '1Gi' } }], claim('1Mi')),
]
