import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scryptSync,
  sign,
} from 'node:crypto'
import { FunctionError } from '@slipway/gotemplate'
import { childrenOf, der, readDer } from './crypto/der.ts'
import { encodePem } from './crypto/pem.ts'
import type { CryptoProvider, KeyKind, PrivateKey } from './crypto/provider.ts'

/** The cryptography of Node. */
export function nodeCrypto(): CryptoProvider {
  return {
    hash: (algorithm, data) => createHash(algorithm).update(data).digest(),
    hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
    scrypt: (password, salt, length) =>
      scryptSync(password, salt, length, { N: 32768, r: 8, p: 2, maxmem: 128 * 1024 * 1024 }),
    aesCbc,
    generateKey,
    parseKey,
  }
}

/** Random bytes of the operating system. */
export function nodeRandom(count: number): Uint8Array {
  return randomBytes(count)
}

function aesCbc(
  direction: 'encrypt' | 'decrypt',
  { key, iv }: { key: Uint8Array; iv: Uint8Array },
  data: Uint8Array,
): Uint8Array {
  const cipher =
    direction === 'encrypt' ? createCipheriv('aes-256-cbc', key, iv) : createDecipheriv('aes-256-cbc', key, iv)
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

function generateKey(kind: KeyKind, rsaBits: number): PrivateKey {
  switch (kind) {
    case 'rsa':
      return wrap(generateKeyPairSync('rsa', { modulusLength: rsaBits }).privateKey)
    case 'ecdsa':
      return wrap(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    case 'ed25519':
      return wrap(generateKeyPairSync('ed25519').privateKey)
    case 'dsa':
      return wrap(generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey)
  }
}

function parseKey(pem: string): PrivateKey {
  try {
    return wrap(createPrivateKey(pem))
  } catch (error) {
    throw new FunctionError(String(error), { cause: error })
  }
}

const KINDS: Readonly<Record<string, KeyKind>> = { rsa: 'rsa', ec: 'ecdsa', ed25519: 'ed25519', dsa: 'dsa' }

function wrap(key: KeyObject): PrivateKey {
  const type = String(key.asymmetricKeyType)
  const kind = KINDS[type]
  if (kind === undefined) throw new FunctionError(`unsupported key type ${type}`)
  return {
    kind,
    pem: pemOf(key, kind),
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    sign: (data) => sign(kind === 'ed25519' ? null : 'sha256', data, key),
  }
}

function pemOf(key: KeyObject, kind: KeyKind): string {
  if (kind === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString()
  if (kind === 'ecdsa') return key.export({ type: 'sec1', format: 'pem' }).toString()
  return kind === 'dsa' ? dsaPem(key) : key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** The form of OpenSSL: version, p, q, g, y, x; put together from PKCS#8 and the public key. */
function dsaPem(key: KeyObject): string {
  const [version, algorithm, secret] = childrenOf(readDer(key.export({ type: 'pkcs8', format: 'der' }))?.[0])
  const [, parameters] = childrenOf(algorithm)
  const [, bits] = childrenOf(readDer(createPublicKey(key).export({ type: 'spki', format: 'der' }))?.[0])
  const parts = [version?.bytes, parameters?.content, bits?.content.subarray(1), secret?.content]
  const bytes = der.sequence(...parts.filter((part) => part !== undefined))
  return encodePem({ type: 'DSA PRIVATE KEY', bytes })
}
