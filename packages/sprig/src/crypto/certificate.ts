import { bytesOfIP } from '../url/address.ts'
import { concatBytes } from '../bytes.ts'
import { der, childrenOf, readDer, type DerElement } from './der.ts'
import type { CryptoProvider, KeyKind, PrivateKey } from './provider.ts'

/** What sprig's certificates differ in. */
export interface CertificateTemplate {
  readonly commonName: string
  readonly ips: readonly string[]
  readonly dnsNames: readonly string[]
  readonly serial: Uint8Array
  /** Unix seconds. */
  readonly notBefore: number
  readonly notAfter: number
  readonly isCa: boolean
}

/** Who signs: a key with the issuer's name and key identifier. */
export interface Issuer {
  /** DER of the issuer's subject; undefined for a certificate that signs itself. */
  readonly subject: Uint8Array | undefined
  readonly keyId: Uint8Array | undefined
  readonly key: PrivateKey
}

const ALGORITHMS: Readonly<Record<Exclude<KeyKind, 'dsa'>, () => Uint8Array>> = {
  rsa: () => der.sequence(der.oid('1.2.840.113549.1.1.11'), der.null()),
  ecdsa: () => der.sequence(der.oid('1.2.840.10045.4.3.2')),
  ed25519: () => der.sequence(der.oid('1.3.101.112')),
}

/** DER of a signed certificate, as x509.CreateCertificate of Go builds it; undefined for keys that cannot sign one. */
export function createCertificate(
  template: CertificateTemplate,
  subject: { key: PrivateKey; issuer: Issuer },
  crypto: CryptoProvider,
): Uint8Array | undefined {
  const { key, issuer } = subject
  if (issuer.key.kind === 'dsa') return undefined
  const algorithm = ALGORITHMS[issuer.key.kind]()
  const name = nameOf(template.commonName)
  const body = der.sequence(
    der.context(0, der.integer(Uint8Array.of(2)), true),
    der.integer(template.serial),
    algorithm,
    issuer.subject ?? name,
    der.sequence(der.time(template.notBefore), der.time(template.notAfter)),
    name,
    key.publicKey,
    der.context(3, der.sequence(...extensions(template, subject, crypto)), true),
  )
  return der.sequence(body, algorithm, der.bits(issuer.key.sign(body)))
}

function nameOf(commonName: string): Uint8Array {
  if (commonName === '') return der.sequence()
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.text(commonName))))
}

function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(value))
}

function extensions(
  template: CertificateTemplate,
  subject: { key: PrivateKey; issuer: Issuer },
  crypto: CryptoProvider,
): Uint8Array[] {
  const usage = template.isCa ? der.bits(Uint8Array.of(0xa4), 2) : der.bits(Uint8Array.of(0xa0), 5)
  const out = [
    extension('2.5.29.15', usage, true),
    extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.1'), der.oid('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.19', template.isCa ? der.sequence(der.boolean(true)) : der.sequence(), true),
  ]
  if (template.isCa) out.push(extension('2.5.29.14', der.octets(keyIdentifier(subject.key, crypto))))
  const { keyId } = subject.issuer
  if (keyId !== undefined) out.push(extension('2.5.29.35', der.sequence(der.context(0, keyId))))
  const names = alternativeNames(template)
  if (names.length > 0) out.push(extension('2.5.29.17', der.sequence(...names), template.commonName === ''))
  return out
}

/** The first 20 bytes of the SHA-256 of the public key's bits (RFC 7093, method 1), as Go does since 1.25. */
function keyIdentifier(key: PrivateKey, crypto: CryptoProvider): Uint8Array {
  const [, bits] = childrenOf(readDer(key.publicKey)?.[0])
  return crypto.hash('sha256', Uint8Array.from(bits?.content ?? []).subarray(1)).subarray(0, 20)
}

function alternativeNames(template: CertificateTemplate): Uint8Array[] {
  const encoder = new TextEncoder()
  const dns = template.dnsNames.map((name) => der.context(2, encoder.encode(name)))
  const ips = template.ips.map((ip) => der.context(7, bytesOfIP(ip) ?? new Uint8Array()))
  return [...dns, ...ips]
}

/** The subject and key identifier of a certificate; undefined when it does not parse. */
export function readCertificate(bytes: Uint8Array): { subject: Uint8Array; keyId: Uint8Array | undefined } | undefined {
  const [body] = childrenOf(readDer(bytes)?.[0])
  const fields = childrenOf(body)
  const first = fields[0]?.tag === 0xa0 ? 1 : 0
  const subject = fields[first + 4]
  if (subject === undefined || fields[first + 5] === undefined) return undefined
  return { subject: subject.bytes, keyId: subjectKeyId(fields.find(({ tag }) => tag === 0xa3)) }
}

const SUBJECT_KEY_ID = concatBytes(der.oid('2.5.29.14'))

function subjectKeyId(extensionsField: DerElement | undefined): Uint8Array | undefined {
  const [list] = childrenOf(extensionsField)
  const parts = childrenOf(list).map(childrenOf)
  const found = parts.find(([name]) => name?.bytes.toString() === SUBJECT_KEY_ID.toString())
  return childrenOf(found?.at(-1))[0]?.content
}
