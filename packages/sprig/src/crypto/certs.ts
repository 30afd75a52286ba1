import {
  FunctionError,
  type GoFunc,
  GoSlice,
  GoStruct,
  type Value,
  fn,
  go,
  goType,
  quote,
  sprint,
  types,
  untag,
} from '@slipway/gotemplate'
import { fail } from '../panics.ts'
import { randomInt, type RandomBytes } from '../random.ts'
import { bytesOfIP } from '../url/address.ts'
import { createCertificate, readCertificate, type CertificateTemplate, type Issuer } from './certificate.ts'
import { decodeBase64, decodePem, encodePem } from './pem.ts'
import type { CryptoProvider, PrivateKey } from './provider.ts'

/** What the certificate functions get from outside. */
export interface CertificateContext {
  readonly crypto: CryptoProvider
  readonly random: RandomBytes
  /** Nanoseconds of the Unix epoch. */
  readonly now: () => bigint
}

interface Certificate {
  readonly cert: string
  readonly key: string
}

const CERTIFICATE = types.defineType({
  name: 'sprig.certificate',
  kind: 'struct',
  fields: [
    { name: 'Cert', type: types.STRING },
    { name: 'Key', type: types.STRING },
  ],
})

const certificate = goType<Certificate>(CERTIFICATE, fromStruct, ({ cert, key }) => {
  return new GoStruct(
    CERTIFICATE,
    new Map([
      ['Cert', cert],
      ['Key', key],
    ]),
  )
})

function fromStruct(value: Value): Certificate {
  if (!(value instanceof GoStruct)) throw new TypeError('argument is no sprig.certificate')
  return { cert: String(untag(value.values.get('Cert'))), key: String(untag(value.values.get('Key'))) }
}

const RSA_BITS = 2048
const DAY = 86400

/** genCA, genSelfSignedCert, genSignedCert, their WithKey forms, buildCustomCert. */
export function certificateFunctions(context: CertificateContext): Record<string, GoFunc> {
  const maker = new CertificateMaker(context)
  const { string, int, list } = go
  return {
    buildCustomCert: fn([string, string], certificate, (cert, key) => maker.custom(cert, key)),
    genCA: fn([string, int], certificate, (name, days) => maker.authority(name, days, maker.newKey())),
    genCAWithKey: fn([string, int, string], certificate, (name, days, pem) =>
      maker.authority(name, days, maker.key(pem)),
    ),
    genSelfSignedCert: fn([string, list, list, int], certificate, (name, ips, dns, days) =>
      maker.selfSigned({ name, ips, dns, days }, maker.newKey()),
    ),
    genSelfSignedCertWithKey: fn([string, list, list, int, string], certificate, (name, ips, dns, days, pem) =>
      maker.selfSigned({ name, ips, dns, days }, maker.key(pem)),
    ),
    genSignedCert: fn([string, list, list, int, certificate], certificate, (name, ips, dns, days, ca) =>
      maker.signed({ name, ips, dns, days }, maker.newKey(), ca),
    ),
    genSignedCertWithKey: fn(
      [string, list, list, int, certificate, string],
      certificate,
      (name, ips, dns, days, ca, pem) => maker.signed({ name, ips, dns, days }, maker.key(pem), ca),
    ),
  }
}

interface Request {
  readonly name: string
  readonly ips: GoSlice
  readonly dns: GoSlice
  readonly days: bigint
}

class CertificateMaker {
  readonly #context: CertificateContext

  constructor(context: CertificateContext) {
    this.#context = context
  }

  newKey(): PrivateKey {
    return this.#context.crypto.generateKey('rsa', RSA_BITS)
  }

  key(pem: string): PrivateKey {
    return prefixed('parsing private key: ', () => parsePrivateKey(this.#context.crypto, pem))
  }

  custom(cert: string, key: string): Certificate {
    const certText = decodeBase64(cert) ?? fail('unable to decode base64 certificate')
    const keyText = decodeBase64(key) ?? fail('unable to decode base64 private key')
    const block = decodePem(certText) ?? fail('unable to decode certificate')
    if (readCertificate(block.bytes) === undefined)
      fail('error parsing certificate: decodedCert.Bytes: x509: malformed certificate')
    prefixed('error parsing private key: ', () => parsePrivateKey(this.#context.crypto, keyText))
    return { cert: certText, key: keyText }
  }

  authority(name: string, days: bigint, key: PrivateKey): Certificate {
    const none = new GoSlice()
    return this.#issue(this.#template({ name, ips: none, dns: none, days }, true), key, {
      subject: undefined,
      keyId: undefined,
      key,
    })
  }

  selfSigned(request: Request, key: PrivateKey): Certificate {
    return this.#issue(this.#template(request, false), key, { subject: undefined, keyId: undefined, key })
  }

  signed(request: Request, key: PrivateKey, ca: Certificate): Certificate {
    const block = decodePem(ca.cert) ?? fail('unable to decode certificate')
    const parent =
      readCertificate(block.bytes) ??
      fail('error parsing certificate: decodedSignerCert.Bytes: x509: malformed certificate')
    const signer = parsePrivateKey(this.#context.crypto, ca.key)
    return this.#issue(this.#template(request, false), key, { ...parent, key: signer })
  }

  #template(request: Request, isCa: boolean): CertificateTemplate {
    const ips = request.ips.items.map((ip) => ipOf(untag(ip)))
    const dnsNames = request.dns.items.map((name) => dnsOf(untag(name)))
    const foreign = dnsNames.find((name) => [...name].some((char) => char > '\x7f'))
    if (foreign !== undefined)
      fail(`error creating certificate: x509: ${quote(foreign)} cannot be encoded as an IA5String`)
    const notBefore = Number(this.#context.now() / 1_000_000_000n)
    const serial = randomInt(this.#context.random, 1n << 128n)
    return {
      commonName: request.name,
      ips,
      dnsNames,
      serial: bigEndian(serial),
      notBefore,
      notAfter: notBefore + Number(request.days) * DAY,
      isCa,
    }
  }

  #issue(template: CertificateTemplate, key: PrivateKey, issuer: Issuer): Certificate {
    const bytes = createCertificate(template, { key, issuer }, this.#context.crypto)
    if (bytes === undefined)
      return fail('error creating certificate: x509: certificate private key does not implement crypto.Signer')
    return { cert: encodePem({ type: 'CERTIFICATE', bytes }), key: key.pem }
  }
}

function prefixed<T>(prefix: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof FunctionError) return fail(prefix + error.message)
    throw error
  }
}

/** sprig's parsePrivateKeyPEM. */
function parsePrivateKey(crypto: CryptoProvider, pem: string): PrivateKey {
  const block = decodePem(pem) ?? fail('no PEM data in input')
  if (block.type !== 'PRIVATE KEY' && !block.type.endsWith(' PRIVATE KEY'))
    fail(`no private key data in PEM block of type ${block.type}`)
  const kind = block.type === 'PRIVATE KEY' ? '' : block.type.slice(0, -' PRIVATE KEY'.length)
  if (!['', 'RSA', 'EC', 'DSA'].includes(kind)) fail(`invalid private key type ${block.type}`)
  return crypto.parseKey(encodePem(block))
}

function ipOf(value: Value): string {
  if (typeof value !== 'string') return fail(`error parsing ip: ${sprint([value])} is not a string`)
  return bytesOfIP(value) === undefined ? fail(`error parsing ip: ${value}`) : value
}

function dnsOf(value: Value): string {
  return typeof value === 'string'
    ? value
    : fail(`error processing alternate dns name: ${sprint([value])} is not a string`)
}

function bigEndian(value: bigint): Uint8Array {
  const hex = value.toString(16)
  const even = hex.padStart(hex.length + (hex.length % 2), '0')
  return Uint8Array.from(even.matchAll(/../g), ([pair]) => Number.parseInt(pair, 16))
}
