import { createPublicKey, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { inDefault, startServer, type TestServer } from './https.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/default'
const apiGroup = 'rbac.authorization.k8s.io'

async function grant({ ask }: TestServer, account: string, rules: object[]): Promise<void> {
  await ask('POST', `${RBAC}/roles`, { body: { metadata: { name: 'r' }, rules } })
  const roleRef = { apiGroup, kind: 'Role', name: 'r' }
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace: 'default' }]
  await ask('POST', `${RBAC}/rolebindings`, { body: { metadata: { name: 'b' }, roleRef, subjects } })
}

test('a service account may do what its roles say, and is told what it may not', async () => {
  const server = await startServer()
  const token = await server.tokenOf('default', 'robot')
  await grant(server, 'robot', [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['one'], verbs: ['get'] },
  ])
  const read = async (path: string) => (await server.ask('GET', path, { token })).status
  expect(await read(inDefault('configmaps'))).toBe(200)
  expect(await read(inDefault('configmaps', 'none'))).toBe(404)
  expect(await read(inDefault('secrets', 'one'))).toBe(404)
  expect(await read(inDefault('secrets', 'two'))).toBe(403)
  expect(await read('/api/v1/namespaces/kube-system/configmaps')).toBe(403)
  const refused = await server.ask('POST', inDefault('configmaps'), { token, body: { metadata: { name: 'c' } } })
  expect(refused.object).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message:
      'configmaps is forbidden: User "system:serviceaccount:default:robot" cannot create resource "configmaps" in API group "" in the namespace "default"',
  })
  const nodes = await server.ask('GET', '/api/v1/nodes', { token })
  expect(nodes.object.message).toBe(
    'nodes is forbidden: User "system:serviceaccount:default:robot" cannot list resource "nodes" in API group "" at the cluster scope',
  )
})

test('an account that may bind roles cannot make itself an admin', async () => {
  const server = await startServer()
  const cluster = '/apis/rbac.authorization.k8s.io/v1'
  const token = await server.tokenOf('default', 'robot')
  const rules = [{ apiGroups: [apiGroup], resources: ['clusterrolebindings'], verbs: ['create'] }]
  await server.ask('POST', `${cluster}/clusterroles`, { body: { metadata: { name: 'binder' }, rules } })
  const bind = (name: string, role: string, as: { token?: string } = {}) =>
    server.ask('POST', `${cluster}/clusterrolebindings`, {
      ...as,
      body: {
        metadata: { name },
        roleRef: { apiGroup, kind: 'ClusterRole', name: role },
        subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
      },
    })
  expect((await bind('may-bind', 'binder')).status).toBe(201)
  const refused = await bind('become-admin', 'cluster-admin', { token })
  expect(refused.object).toMatchObject({ code: 403, reason: 'Forbidden' })
  expect(refused.object.message).toContain('is attempting to grant RBAC permissions not currently held:')
  expect((await server.ask('GET', '/api/v1/secrets', { token })).status).toBe(403)
  // What it holds itself it may pass on.
  expect((await bind('again', 'binder', { token })).status).toBe(201)
})

test('subresources and paths have rules of their own', async () => {
  const server = await startServer()
  const token = await server.tokenOf('default', 'robot')
  await grant(server, 'robot', [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }])
  expect((await server.ask('GET', `${inDefault('pods', 'a')}/log`, { token })).status).toBe(404)
  expect((await server.ask('GET', inDefault('pods', 'a'), { token })).status).toBe(403)
  expect((await server.ask('GET', '/apis', { token })).status).toBe(200)
  expect((await server.ask('GET', '/metrics', { token })).object.message).toBe(
    'forbidden: User "system:serviceaccount:default:robot" cannot get path "/metrics"',
  )
})

test('a token that nobody issued is Unauthorized, and only the admin may be somebody else', async () => {
  const server = await startServer()
  const stranger = await server.ask('GET', '/api', { token: 'a.b.c' })
  expect(stranger.object).toMatchObject({ code: 401, reason: 'Unauthorized' })
  const headers = { 'impersonate-user': 'jane' }
  const asJane = await server.ask('GET', inDefault('pods'), { headers })
  expect(asJane.object.message).toContain('User "jane" cannot list resource "pods"')
  const token = await server.tokenOf('default', 'robot')
  const refused = await server.ask('GET', inDefault('pods'), { headers, token })
  expect(refused.object.message).toContain('cannot impersonate')
})

test('what somebody may do is told on request', async () => {
  const server = await startServer()
  const token = await server.tokenOf('default', 'robot')
  await grant(server, 'robot', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }])
  const review = async (verb: string) => {
    const resourceAttributes = { group: 'apps', resource: 'deployments', verb, namespace: 'default' }
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    return (await server.ask('POST', path, { token, body: { spec: { resourceAttributes } } })).object['status']
  }
  expect(await review('list')).toMatchObject({ allowed: true })
  expect(await review('delete')).toMatchObject({ allowed: false })
})

test('tokens can be checked by the published keys', async () => {
  const server = await startServer()
  const token = await server.tokenOf('default', 'robot')
  const { object } = await server.ask('GET', '/openid/v1/jwks', { token })
  const [jwk] = object['keys'] as unknown as [object]
  const [header = '', payload = '', signature = ''] = token.split('.')
  const key = { key: createPublicKey({ key: jwk as never, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const }
  expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true)
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
    sub: 'system:serviceaccount:default:robot',
    iss: 'https://kubernetes.default.svc',
  })
  const issuer = await server.ask('GET', '/.well-known/openid-configuration', { token })
  expect(issuer.object).toMatchObject({ issuer: 'https://kubernetes.default.svc' })
})

test('tokens of the same key outlive a restart, those of another do not', async () => {
  const tokenKey = Buffer.alloc(32, 7)
  const token = await (await startServer({ tokenKey })).tokenOf('default', 'robot')
  expect((await (await startServer({ tokenKey })).ask('GET', '/apis', { token })).status).toBe(200)
  expect((await (await startServer()).ask('GET', '/apis', { token })).status).toBe(401)
})
