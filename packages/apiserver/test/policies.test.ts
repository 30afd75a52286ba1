import { expect, test } from 'vitest'
import { startServer, type TestServer } from './https.ts'

const ADMISSION = '/apis/admissionregistration.k8s.io/v1'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const MERGE = 'application/merge-patch+json'
const DEPLOYMENT_RULE = {
  apiGroups: ['apps'],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources: ['deployments'],
}

const deployment = (name: string, replicas = 1, labels: object = {}) => ({
  metadata: { name, labels },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'a', image: 'x' }] } },
  },
})

interface Policy {
  readonly kind: 'validating' | 'mutating'
  readonly name: string
  readonly spec: object
  readonly binding?: object
}

async function add({ ask }: TestServer, { kind, name, spec, binding = {} }: Policy): Promise<void> {
  const matchConstraints = { resourceRules: [DEPLOYMENT_RULE] }
  const actions = kind === 'validating' ? { validationActions: ['Deny'] } : {}
  const needed = kind === 'mutating' ? { reinvocationPolicy: 'Never' } : {}
  const policy = await ask('POST', `${ADMISSION}/${kind}admissionpolicies`, {
    body: { metadata: { name }, spec: { matchConstraints, ...needed, ...spec } },
  })
  expect(policy.object.message).toBeUndefined()
  const bound = await ask('POST', `${ADMISSION}/${kind}admissionpolicybindings`, {
    body: { metadata: { name: `${name}-binding` }, spec: { policyName: name, ...actions, ...binding } },
  })
  expect(bound.object.message).toBeUndefined()
}

const apply = (expression: string) => ({
  mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
})
const jsonPatch = (expression: string) => ({ mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }] })

test('a configuration that a policy makes is merged into what is created, and into what is changed', async () => {
  const server = await startServer()
  await add(server, {
    kind: 'mutating',
    name: 'p',
    spec: apply(`Object{
      metadata: Object.metadata{annotations: {"by": request.operation, "who": request.userInfo.username}},
      spec: Object.spec{replicas: object.spec.replicas + 10}
    }`),
  })
  const made = await server.ask('POST', DEPLOYMENTS, { body: deployment('web', 1) })
  expect(made.object['spec']).toMatchObject({ replicas: 11 })
  expect(made.object.metadata.annotations).toEqual({ by: 'CREATE', who: 'admin' })
  const changed = await server.ask('PATCH', `${DEPLOYMENTS}/web`, { type: MERGE, body: { spec: { paused: true } } })
  expect(changed.object['spec']).toMatchObject({ replicas: 21, paused: true })
  expect(changed.object.metadata.annotations).toMatchObject({ by: 'UPDATE' })
})

test('lists are merged by their keys, what is added is defaulted', async () => {
  const server = await startServer()
  const container = 'Object.spec.template.spec.containers{name: "b", image: "y"}'
  await add(server, {
    kind: 'mutating',
    name: 'p',
    spec: apply(
      `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [${container}]}}}}`,
    ),
  })
  const { object } = await server.ask('POST', DEPLOYMENTS, { body: deployment('web') })
  expect(object['spec']).toMatchObject({
    template: { spec: { containers: [{ name: 'a' }, { name: 'b', terminationMessagePolicy: 'File' }] } },
  })
})

test('JSON patches are applied one after the other; one whose test fails changes nothing', async () => {
  const server = await startServer()
  const patch = `[
    JSONPatch{op: "test", path: "/spec/replicas", value: 1},
    JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("example.com/size"), value: "small"}
  ]`
  await add(server, { kind: 'mutating', name: 'p', spec: jsonPatch(patch) })
  const small = await server.ask('POST', DEPLOYMENTS, { body: deployment('small', 1, { a: 'b' }) })
  expect(small.object.metadata.labels).toEqual({ a: 'b', 'example.com/size': 'small' })
  const large = await server.ask('POST', DEPLOYMENTS, { body: deployment('large', 2, { a: 'b' }) })
  expect(large.object.metadata.labels).toEqual({ a: 'b' })
})

test('a change that cannot be made refuses the request, unless failures are to be ignored', async () => {
  const server = await startServer()
  const broken = apply('Object{spec: Object.spec{colour: "red"}}')
  await add(server, { kind: 'mutating', name: 'p', spec: broken })
  const refused = await server.ask('POST', DEPLOYMENTS, { body: deployment('web') })
  expect(refused.status).toBe(422)
  expect(refused.object.message).toBe(
    "policy 'p' with binding 'p-binding' denied request: error applying patch: failed to convert patch object to typed object: .spec.colour: field not declared in schema",
  )
  await server.ask('PATCH', `${ADMISSION}/mutatingadmissionpolicies/p`, {
    type: MERGE,
    body: { spec: { failurePolicy: 'Ignore' } },
  })
  expect((await server.ask('POST', DEPLOYMENTS, { body: deployment('web') })).status).toBe(201)
})

test('what could only be replaced as a whole is not', async () => {
  const server = await startServer()
  const spec = 'Object.spec.template.spec{tolerations: [Object.spec.template.spec.tolerations{key: "a"}]}'
  await add(server, {
    kind: 'mutating',
    name: 'p',
    spec: apply(`Object{spec: Object.spec{template: Object.spec.template{spec: ${spec}}}}`),
  })
  const { object } = await server.ask('POST', DEPLOYMENTS, { body: deployment('web') })
  expect(object.message).toContain('may not mutate atomic arrays, maps or structs: .spec.template.spec.tolerations')
})

test('a validation that does not hold denies, in the words of the real server', async () => {
  const server = await startServer()
  await add(server, {
    kind: 'validating',
    name: 'few',
    spec: {
      variables: [
        { name: 'most', expression: '3' },
        { name: 'over', expression: 'object.spec.replicas - variables.most' },
      ],
      validations: [
        {
          expression: 'variables.over <= 0',
          messageExpression: '"%d too many".format([variables.over])',
          reason: 'Forbidden',
        },
      ],
    },
  })
  expect((await server.ask('POST', DEPLOYMENTS, { body: deployment('web', 3) })).status).toBe(201)
  const { status, object } = await server.ask('POST', DEPLOYMENTS, { body: deployment('more', 5) })
  expect(status).toBe(403)
  expect(object).toMatchObject({
    reason: 'Forbidden',
    message:
      "deployments.apps \"more\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few-binding' denied request: 2 too many",
  })
  const scaled = await server.ask('PATCH', `${DEPLOYMENTS}/web`, { type: MERGE, body: { spec: { replicas: 9 } } })
  expect(scaled.object.message).toContain('6 too many')
  const dry = await server.ask('POST', `${DEPLOYMENTS}?dryRun=All`, { body: deployment('more', 5) })
  expect(dry.status).toBe(403)
})

test('without a message the expression is shown; Warn warns; conditions choose', async () => {
  const server = await startServer()
  await add(server, {
    kind: 'validating',
    name: 'never',
    spec: {
      matchConditions: [{ name: 'not-mine', expression: '!object.metadata.name.startsWith("my")' }],
      validations: [{ expression: ' 1 == 2 ' }],
    },
    binding: { validationActions: ['Warn'] },
  })
  const warned = await server.ask('POST', DEPLOYMENTS, { body: deployment('web') })
  expect(warned.status).toBe(201)
  expect(warned.headers.warning).toContain(
    "Validation failed for ValidatingAdmissionPolicy 'never' with binding 'never-binding': failed expression: 1 == 2",
  )
  expect((await server.ask('POST', DEPLOYMENTS, { body: deployment('mysql') })).headers.warning).toBeUndefined()
})

test('a failure denies or is ignored, as the policy says', async () => {
  const server = await startServer()
  await add(server, {
    kind: 'validating',
    name: 'p',
    spec: { validations: [{ expression: 'object.spec.nothing == 1' }] },
  })
  const refused = await server.ask('POST', DEPLOYMENTS, { body: deployment('web') })
  expect(refused.status).toBe(422)
  expect(refused.object.message).toContain(
    "expression 'object.spec.nothing == 1' resulted in error: no such key: nothing",
  )
  await server.ask('PATCH', `${ADMISSION}/validatingadmissionpolicies/p`, {
    type: MERGE,
    body: { spec: { failurePolicy: 'Ignore' } },
  })
  expect((await server.ask('POST', DEPLOYMENTS, { body: deployment('web') })).status).toBe(201)
})

test('parameters are read by name or selector; a binding says what their absence means', async () => {
  const server = await startServer()
  const paramRef = { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' }
  await add(server, {
    kind: 'validating',
    name: 'p',
    spec: {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: 'object.spec.replicas <= int(params.data.most)' }],
    },
    binding: { paramRef },
  })
  const without = await server.ask('POST', DEPLOYMENTS, { body: deployment('web', 2) })
  expect(without.object.message).toContain(
    'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
  )
  const body = { metadata: { name: 'limits', labels: { kind: 'limit' } }, data: { most: '2' } }
  await server.ask('POST', '/api/v1/namespaces/default/configmaps', { body })
  expect((await server.ask('POST', DEPLOYMENTS, { body: deployment('web', 2) })).status).toBe(201)
  const selector = { matchLabels: { kind: 'limit' } }
  await server.ask('PATCH', `${ADMISSION}/validatingadmissionpolicybindings/p-binding`, {
    type: MERGE,
    body: { spec: { paramRef: { name: null, namespace: null, selector } } },
  })
  expect((await server.ask('POST', DEPLOYMENTS, { body: deployment('more', 3) })).status).toBe(422)
})

test('only the requests that are meant are asked about: namespaces, labels, names, subresources and excluded ones', async () => {
  const server = await startServer()
  const { ask } = server
  const rule = { ...DEPLOYMENT_RULE, resourceNames: [] }
  await add(server, {
    kind: 'validating',
    name: 'p',
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { team: 'a' } },
        objectSelector: { matchExpressions: [{ key: 'free', operator: 'DoesNotExist' }] },
        resourceRules: [rule],
        excludeResourceRules: [{ ...DEPLOYMENT_RULE, resourceNames: ['except'] }],
      },
      validations: [{ expression: 'false' }],
    },
  })
  await ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'a', labels: { team: 'a' } } } })
  const inA = '/apis/apps/v1/namespaces/a/deployments'
  expect((await ask('POST', inA, { body: deployment('web') })).status).toBe(422)
  expect((await ask('POST', DEPLOYMENTS, { body: deployment('web') })).status).toBe(201)
  expect((await ask('POST', inA, { body: deployment('free', 1, { free: '' }) })).status).toBe(201)
  expect((await ask('POST', inA, { body: deployment('except') })).status).toBe(201)
  const status = await ask('PATCH', `${inA}/except/status`, { type: MERGE, body: { status: { replicas: 1 } } })
  expect(status.status).toBe(200)
})

test('a deletion is asked about, too: there is no object then, only an old one', async () => {
  const server = await startServer()
  await add(server, {
    kind: 'validating',
    name: 'keep',
    spec: {
      matchConstraints: { resourceRules: [{ ...DEPLOYMENT_RULE, operations: ['DELETE'] }] },
      validations: [{ expression: 'object == null && oldObject.spec.replicas == 0', message: 'scale it down first' }],
    },
  })
  await server.ask('POST', DEPLOYMENTS, { body: deployment('web') })
  const { status, object } = await server.ask('DELETE', `${DEPLOYMENTS}/web`)
  expect(status).toBe(422)
  expect(object.message).toContain('scale it down first')
  const all = await server.ask('DELETE', DEPLOYMENTS)
  expect(all.status).toBe(422)
  await server.ask('PATCH', `${DEPLOYMENTS}/web`, { type: MERGE, body: { spec: { replicas: 0 } } })
  expect((await server.ask('DELETE', `${DEPLOYMENTS}/web`)).status).toBe(200)
})

test('an expression that cannot be compiled is refused with its field', async () => {
  const { ask } = await startServer()
  const spec = {
    matchConstraints: { resourceRules: [DEPLOYMENT_RULE] },
    validations: [{ expression: 'object.spec. == 1' }],
  }
  const { status, object } = await ask('POST', `${ADMISSION}/validatingadmissionpolicies`, {
    body: { metadata: { name: 'p' }, spec },
  })
  expect(status).toBe(422)
  expect(object.message).toContain(
    'spec.validations[0].expression: Invalid value: "object.spec. == 1": compilation failed:',
  )
})
