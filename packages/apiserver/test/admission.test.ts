import { expect, test } from 'vitest'
import { inDefault, startServer, type Answer, type TestServer } from './https.ts'

const MERGE = 'application/merge-patch+json'
const container = (resources: object = {}) => ({ name: 'c', image: 'i', resources })

async function withAccount(): Promise<TestServer> {
  const server = await startServer()
  await server.ask('POST', inDefault('serviceaccounts'), { body: { metadata: { name: 'default' } } })
  return server
}

function makePod({ ask }: TestServer, name: string, spec: object = {}): Promise<Answer> {
  return ask('POST', inDefault('pods'), { body: { metadata: { name }, spec: { containers: [container()], ...spec } } })
}

test('a LimitRange gives what a container does not ask for, and says so', async () => {
  const server = await withAccount()
  const limits = [{ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '50m' }, max: { cpu: '1' } }]
  await server.ask('POST', inDefault('limitranges'), { body: { metadata: { name: 'l' }, spec: { limits } } })
  const { object } = await makePod(server, 'a')
  expect(object['spec']).toMatchObject({
    containers: [{ resources: { limits: { cpu: '500m' }, requests: { cpu: '50m' } } }],
  })
  expect(object.metadata.annotations).toEqual({
    'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container c; cpu limit for container c',
  })
  const greedy = await makePod(server, 'b', { containers: [container({ limits: { cpu: '2' } })] })
  expect(greedy.object).toMatchObject({
    code: 403,
    message: 'pods "b" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
  })
})

test('a ResourceQuota counts objects and what pods ask for', async () => {
  const server = await withAccount()
  const hard = { pods: '2', 'requests.cpu': '100m' }
  await server.ask('POST', inDefault('resourcequotas'), { body: { metadata: { name: 'q' }, spec: { hard } } })
  const asking = (cpu: string) => ({ containers: [container({ requests: { cpu } })] })
  expect((await makePod(server, 'silent')).object.message).toBe(
    'pods "silent" is forbidden: failed quota: q: must specify requests.cpu',
  )
  expect((await makePod(server, 'a', asking('60m'))).status).toBe(201)
  expect((await makePod(server, 'b', asking('60m'))).object.message).toBe(
    'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=60m, used: requests.cpu=60m, limited: requests.cpu=100m',
  )
  expect((await makePod(server, 'b', asking('40m'))).status).toBe(201)
  expect((await makePod(server, 'c', asking('0'))).object.message).toContain('exceeded quota: q, requested: pods=1')
})

test('a pod that is not valid hears that before it hears of a quota', async () => {
  const server = await withAccount()
  const spec = { hard: { pods: '0' } }
  await server.ask('POST', inDefault('resourcequotas'), { body: { metadata: { name: 'q' }, spec } })
  const { object } = await makePod(server, 'p', { containers: [] })
  expect(object.message).toBe('Pod "p" is invalid: spec.containers: Required value')
})

test('every pod gets a token, unless it wants none or mounts its own', async () => {
  const server = await withAccount()
  const path = '/var/run/secrets/kubernetes.io/serviceaccount'
  const { object } = await makePod(server, 'a')
  const spec = object['spec'] as unknown as { volumes: { name: string }[]; containers: { volumeMounts: object[] }[] }
  expect(spec.volumes).toHaveLength(1)
  expect(spec.volumes[0]?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/)
  expect(spec.volumes[0]).toMatchObject({
    projected: {
      sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'kube-root-ca.crt' } }, {}],
    },
  })
  expect(spec.containers[0]?.volumeMounts).toEqual([{ name: spec.volumes[0]?.name, readOnly: true, mountPath: path }])
  const none = await makePod(server, 'b', { automountServiceAccountToken: false })
  expect(none.object['spec']).not.toHaveProperty('volumes')
  const volumeMounts = [{ name: 'mine', mountPath: path }]
  const own = { volumes: [{ name: 'mine', emptyDir: {} }], containers: [{ ...container(), volumeMounts }] }
  expect((await makePod(server, 'c', own)).object['spec']).toMatchObject({ volumes: [{ name: 'mine' }] })
})

test('a pod stays five minutes on a node in trouble, or as long as it says', async () => {
  const server = await withAccount()
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', tolerationSeconds: 7, effect: 'NoExecute' }
  const { object } = await makePod(server, 'a', { tolerations: [own] })
  expect(object['spec']).toMatchObject({
    tolerations: [own, { ...own, key: 'node.kubernetes.io/unreachable', tolerationSeconds: 300 }],
  })
})

test('nothing is made in a namespace that is not there, or that ends', async () => {
  const { ask } = await startServer()
  const path = '/api/v1/namespaces/gone/configmaps'
  const body = { metadata: { name: 'c' } }
  expect((await ask('POST', path, { body })).object.message).toBe('namespaces "gone" not found')
  await ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'gone' } } })
  await ask('DELETE', '/api/v1/namespaces/gone')
  expect((await ask('POST', path, { body })).object.message).toBe(
    'configmaps "c" is forbidden: unable to create new content in namespace gone because it is being terminated',
  )
})

test('a disruption budget that has nothing left answers evictions with 429', async () => {
  const server = await withAccount()
  const { ask } = server
  const labels = { app: 'web' }
  await ask('POST', inDefault('pods'), {
    body: { metadata: { name: 'a', labels }, spec: { containers: [container()] } },
  })
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
  await ask('PATCH', `${inDefault('pods', 'a')}/status`, { type: MERGE, body: { status } })
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
  const spec = { minAvailable: 1, selector: { matchLabels: labels } }
  await ask('POST', budgets, { body: { metadata: { name: 'b' }, spec } })
  const evict = () => ask('POST', `${inDefault('pods', 'a')}/eviction`, { body: { metadata: { name: 'a' } } })
  const early = await evict()
  expect(early.object).toMatchObject({ code: 429, reason: 'TooManyRequests' })
  expect(early.headers['retry-after']).toBe('10')
  const allow = (disruptionsAllowed: number) => {
    const facts = { observedGeneration: 1, disruptionsAllowed, desiredHealthy: 1, currentHealthy: 1 }
    return ask('PATCH', `${budgets}/b/status`, { type: MERGE, body: { status: facts } })
  }
  await allow(0)
  expect((await evict()).object).toMatchObject({
    code: 429,
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: { causes: [{ message: 'The disruption budget b needs 1 healthy pods and has 1 currently' }] },
  })
  await ask('PATCH', inDefault('pods', 'a'), { type: MERGE, body: { metadata: { finalizers: ['example.com/hold'] } } })
  await allow(1)
  const rehearse = await ask('POST', `${inDefault('pods', 'a')}/eviction`, {
    body: { metadata: { name: 'a' }, deleteOptions: { dryRun: ['All'] } },
  })
  expect(rehearse.status).toBe(201)
  expect((await ask('GET', `${budgets}/b`)).object['status']).toMatchObject({ disruptionsAllowed: 1 })
  expect((await evict()).status).toBe(201)
  const evicted = (await ask('GET', inDefault('pods', 'a'))).object['status'] as unknown as {
    conditions: object[]
  }
  expect(evicted.conditions).toContainEqual(
    expect.objectContaining({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    }),
  )
  await ask('PATCH', inDefault('pods', 'a'), { type: MERGE, body: { metadata: { finalizers: null } } })
  expect((await ask('GET', `${budgets}/b`)).object['status']).toMatchObject({ disruptionsAllowed: 0 })
  expect((await ask('GET', inDefault('pods', 'a'))).status).toBe(404)
})

test('a pod takes the overhead, the selector and the tolerations of its runtime class, and no other', async () => {
  const server = await withAccount()
  const classes = '/apis/node.k8s.io/v1/runtimeclasses'
  const scheduling = { nodeSelector: { kind: 'a' }, tolerations: [{ key: 'k', operator: 'Exists' }] }
  const overhead = { podFixed: { cpu: '10m' } }
  await server.ask('POST', classes, { body: { metadata: { name: 'a' }, handler: 'h', overhead, scheduling } })
  const made = await makePod(server, 'a', { runtimeClassName: 'a', nodeSelector: { own: 'x' } })
  expect(made.object['spec']).toMatchObject({
    overhead: { cpu: '10m' },
    nodeSelector: { own: 'x', kind: 'a' },
    tolerations: expect.arrayContaining([{ key: 'k', operator: 'Exists' }]) as unknown,
  })
  for (const [spec, message] of [
    [{ runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found'],
    [{ overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    [
      { runtimeClassName: 'a', overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      { runtimeClassName: 'a', nodeSelector: { kind: 'b' } },
      'conflict: runtimeClass.scheduling.nodeSelector[kind] = a; pod.spec.nodeSelector[kind] = b',
    ],
  ] as const) {
    const { status, object } = await makePod(server, 'b', spec)
    expect.soft(status, message).toBe(403)
    expect.soft(object.message).toBe(`pods "b" is forbidden: ${message}`)
  }
})

test('a pod has the priority of its class or of the default one, of which there is one', async () => {
  const server = await withAccount()
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'
  const make = (name: string, value: number, globalDefault = false) =>
    server.ask('POST', classes, { body: { metadata: { name }, value, globalDefault, preemptionPolicy: 'Never' } })
  expect((await makePod(server, 'none')).object['spec']).toMatchObject({ priority: 0 })
  expect((await make('usual', 7, true)).status).toBe(201)
  expect((await makePod(server, 'usual')).object['spec']).toMatchObject({
    priorityClassName: 'usual',
    priority: 7,
    preemptionPolicy: 'Never',
  })
  expect((await make('other', 8, true)).object.message).toBe(
    'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
  )
  const critical = await makePod(server, 'critical', { priorityClassName: 'system-node-critical' })
  expect(critical.object['spec']).toMatchObject({ priority: 2_000_001_000 })
  expect((await makePod(server, 'own', { priority: 5 })).object.message).toContain(
    'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 7',
  )
})
