import { X509Certificate, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { FunctionTable, TemplateSet, fromJs } from '@slipway/gotemplate'
import { sprigFunctions } from '@slipway/sprig'
import { nodeCrypto, nodeRandom } from '@slipway/sprig/node'
import { expect, test } from 'vitest'

const NOW = Date.parse('2024-02-29T12:00:00Z')
const functions = new FunctionTable(
  sprigFunctions({
    random: nodeRandom,
    now: () => BigInt(NOW) * 1_000_000n,
    timeZone: 'UTC',
    crypto: nodeCrypto(),
  }),
)
const KEYS = {
  ed25519: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
  ecdsa: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }),
}

function render(text: string, key = KEYS.ed25519): string {
  const set = new TemplateSet({ functions })
  set.parse('t', text)
  return set.execute('t', fromJs({ key: key.toString() }))
}

test.each(Object.entries(KEYS))('an authority with a key of kind %s signs itself', (_kind, key) => {
  const cert = new X509Certificate(render('{{ (genCAWithKey "my-ca" 365 .key).Cert }}', key))
  expect(cert.subject).toBe('CN=my-ca')
  expect(cert.ca).toBe(true)
  expect(cert.verify(cert.publicKey)).toBe(true)
  expect(cert.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(Date.parse(cert.validFrom)).toBe(NOW)
  expect(Date.parse(cert.validTo) - NOW).toBe(365 * 86_400_000)
})

test('a signed certificate carries its names and leads to the authority', () => {
  const text =
    '{{ $ca := genCAWithKey "my-ca" 30 .key }}{{ $c := genSignedCertWithKey "svc" (list "10.0.0.1" "fe80::1") (list "a.example" "*.b.example") 7 $ca .key }}{{ $ca.Cert }}|{{ $c.Cert }}'
  const [authority, cert] = render(text)
    .split('|')
    .map((pem) => new X509Certificate(pem))
  if (authority === undefined || cert === undefined) throw new Error('two certificates are printed')
  expect(cert.subjectAltName).toBe('DNS:a.example, DNS:*.b.example, IP Address:10.0.0.1, IP Address:FE80:0:0:0:0:0:0:1')
  expect(cert.checkIssued(authority)).toBe(true)
  expect(cert.verify(authority.publicKey)).toBe(true)
  expect(cert.ca).toBe(false)
  expect(Date.parse(cert.validTo) - NOW).toBe(7 * 86_400_000)
})

test.each([
  ['genPrivateKey "ed25519"', 'ed25519'],
  ['genPrivateKey "ecdsa"', 'ec'],
  ['genPrivateKey "dsa"', 'dsa'],
])('%s makes a key that others read', (call, kind) => {
  expect(createPrivateKey(render(`{{ ${call} }}`)).asymmetricKeyType).toBe(kind)
})

test('the parts of a certificate of one`s own are checked and given back', () => {
  const text =
    '{{ $ca := genCAWithKey "a" 1 .key }}{{ $c := buildCustomCert (b64enc $ca.Cert) (b64enc $ca.Key) }}{{ eq $c.Cert $ca.Cert }}{{ eq $c.Key .key }}'
  expect(render(text)).toBe('truetrue')
  expect(() => render('{{ buildCustomCert (b64enc "x") (b64enc .key) }}')).toThrow('unable to decode certificate')
})
