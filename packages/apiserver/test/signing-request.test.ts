import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { expect, test } from 'vitest'
import { startServer, type TestServer } from './https.ts'

const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const MERGE = 'application/merge-patch+json'
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

async function requestPem(): Promise<string> {
  x509.cryptoProvider.set(webcrypto)
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: 'CN=me', keys, signingAlgorithm: ECDSA })
  return request.toString('pem')
}

async function certificatePem(): Promise<string> {
  x509.cryptoProvider.set(webcrypto)
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=me',
    keys,
    signingAlgorithm: ECDSA,
  })
  return certificate.toString('pem')
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const body = (request: string, of: object = {}) => ({
  metadata: { name: 'mine' },
  spec: { request: base64(request), signerName: 'example.com/signer', usages: ['client auth'], ...of },
})

async function withRequest(): Promise<TestServer> {
  const server = await startServer()
  const made = await server.ask('POST', PATH, {
    body: body(await requestPem(), { username: 'somebody', groups: ['x'] }),
  })
  expect(made.status).toBe(201)
  return server
}

const conditionsOf = (object: Record<string, unknown>): Record<string, string>[] =>
  (object['status'] as { conditions: Record<string, string>[] }).conditions

test('a request says who made it, whatever it says itself, and has no generation', async () => {
  const { ask } = await withRequest()
  const { object } = await ask('GET', `${PATH}/mine`)
  expect(object['spec']).toMatchObject({ username: 'admin', groups: ['system:masters', 'system:authenticated'] })
  expect(object.metadata).not.toHaveProperty('generation')
  const changed = await ask('PATCH', `${PATH}/mine`, { type: MERGE, body: { spec: { signerName: 'other.com/x' } } })
  expect(changed.object['spec']).toMatchObject({ signerName: 'example.com/signer' })
})

test('approval takes conditions, dates them, and nothing else', async () => {
  const { ask } = await withRequest()
  const condition = { type: 'Approved', status: 'True', reason: 'ok' }
  const certificate = base64(await certificatePem())
  const { status, object } = await ask('PATCH', `${PATH}/mine/approval`, {
    type: MERGE,
    body: { metadata: { annotations: { by: 'hand' } }, status: { conditions: [condition], certificate } },
  })
  expect(status).toBe(200)
  expect(object.metadata.annotations).toEqual({ by: 'hand' })
  expect(object['status']).not.toHaveProperty('certificate')
  const [dated] = conditionsOf(object)
  expect(dated).toMatchObject(condition)
  expect(dated?.['lastUpdateTime']).toBe(dated?.['lastTransitionTime'])
  const both = await ask('PATCH', `${PATH}/mine/approval`, {
    type: MERGE,
    body: { status: { conditions: [condition, { type: 'Denied', status: 'True' }] } },
  })
  expect(both.object.message).toContain('Approved and Denied conditions are mutually exclusive')
  const taken = await ask('PATCH', `${PATH}/mine/approval`, { type: MERGE, body: { status: { conditions: [] } } })
  expect(taken.object.message).toContain('updates may not remove a condition of type "Approved"')
  expect((await ask('GET', `${PATH}/mine/approval`)).object.metadata.name).toBe('mine')
})

test('the status takes a certificate once, and no verdict', async () => {
  const { ask } = await withRequest()
  const patch = (of: object) => ask('PATCH', `${PATH}/mine/status`, { type: MERGE, body: { status: of } })
  const verdict = await patch({ conditions: [{ type: 'Approved', status: 'True' }] })
  expect(verdict.object.message).toContain('updates may not add a condition of type "Approved"')
  const text = await patch({ certificate: base64('no certificate') })
  expect(text.object.message).toContain('must contain at least one CERTIFICATE PEM block')
  const certificate = base64(await certificatePem())
  expect((await patch({ certificate })).object['status']).toMatchObject({ certificate })
  const other = await patch({ certificate: base64(await certificatePem()) })
  expect(other.object.message).toContain('updates may not modify existing certificate content')
})

test('what is no request, what its key did not sign, and a signer that nobody could be are refused', async () => {
  const { ask } = await startServer()
  const pem = await requestPem()
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----`
  for (const [request, of, message] of [
    ['nothing', {}, 'PEM block type must be CERTIFICATE REQUEST'],
    [forged, {}, 'the signature does not fit the key'],
    [pem.replace(/[A-Za-z0-9+/]{40}\n/, 'AAAA\n'), {}, 'spec.request: Invalid value'],
    [pem, { signerName: 'signer' }, "of the form 'example.com/signer-name'"],
    [pem, { signerName: 'kubernetes.io/legacy-unknown' }, 'the legacy signerName is not allowed'],
    [pem, { usages: ['painting'] }, 'spec.usages[0]: Unsupported value: "painting"'],
    [pem, { usages: [] }, 'spec.usages: Required value'],
    [pem, { expirationSeconds: 60 }, 'may not specify a duration less than 600 seconds (10 minutes)'],
  ] as const) {
    const { status, object } = await ask('POST', PATH, { body: body(request, of) })
    expect.soft(status, message).toBe(422)
    expect.soft(object.message).toContain(message)
  }
})

test('only kinds that count their changes have a generation', async () => {
  const { ask } = await startServer()
  const metadata = { name: 'a' }
  const service = await ask('POST', '/api/v1/namespaces/default/services', {
    body: { metadata, spec: { ports: [{ port: 1 }] } },
  })
  expect(service.object.metadata).not.toHaveProperty('generation')
  const policy = await ask('POST', '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies', {
    body: { metadata, spec: { podSelector: {} } },
  })
  expect(policy.object.metadata.generation).toBe(1)
  const more = await ask('PATCH', '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/a', {
    type: MERGE,
    body: { spec: { policyTypes: ['Egress'] } },
  })
  expect(more.object.metadata.generation).toBe(2)
})
