import { type GoFunc, fn, go, utf8 } from '@slipway/gotemplate'
import { toBase64, toHex } from '../bytes.ts'
import { base64Bytes } from '../encoding.ts'
import { fail } from '../panics.ts'
import type { RandomBytes } from '../random.ts'
import { bcryptHash } from './bcrypt.ts'
import { derivePassword } from './password.ts'
import type { CryptoProvider, KeyKind } from './provider.ts'

const bytes = utf8.encodeString
const BLOCK = 16

function adler32(text: string): string {
  let a = 1
  let b = 0
  for (const byte of bytes(text)) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return String(b * 65536 + a)
}

/** The password cut or filled with zeros to 32 bytes. */
function aesKey(password: string): Uint8Array {
  const key = new Uint8Array(32)
  key.set(bytes(password).subarray(0, 32))
  return key
}

function encryptAes(crypto: CryptoProvider, random: RandomBytes, args: { password: string; text: string }): string {
  const content = bytes(args.text)
  if (content.length === 0) return ''
  const padding = BLOCK - (content.length % BLOCK)
  const padded = new Uint8Array(content.length + padding).fill(padding)
  padded.set(content)
  const iv = random(BLOCK)
  const encrypted = crypto.aesCbc('encrypt', { key: aesKey(args.password), iv }, padded)
  const all = new Uint8Array(BLOCK + encrypted.length)
  all.set(iv)
  all.set(encrypted, BLOCK)
  return toBase64(all)
}

function decryptAes(crypto: CryptoProvider, password: string, text: string): string {
  if (text === '') return ''
  const decoded = base64Bytes(text)
  if ('badOffset' in decoded) return fail(`illegal base64 data at input byte ${decoded.badOffset}`)
  const all = decoded.bytes
  if (all.length < BLOCK) fail(`runtime error: slice bounds out of range [:${BLOCK}] with capacity ${capacity(text)}`)
  const data = all.subarray(BLOCK)
  if (data.length % BLOCK !== 0) fail('crypto/cipher: input not full blocks')
  if (data.length === 0) fail('runtime error: index out of range [-1]')
  const plain = crypto.aesCbc('decrypt', { key: aesKey(password), iv: all.subarray(0, BLOCK) }, data)
  const end = plain.length - Number(plain.at(-1))
  if (end < 0) fail(`runtime error: slice bounds out of range [:${end}]`)
  return utf8.decodeBytes(plain.subarray(0, end))
}

/** What base64.DecodeString allocates: the most that the text could hold. */
function capacity(text: string): number {
  return Math.floor(utf8.byteLength(text) / 4) * 3
}

const KEY_KINDS: ReadonlyMap<string, KeyKind> = new Map([
  ['', 'rsa'],
  ['rsa', 'rsa'],
  ['dsa', 'dsa'],
  ['ecdsa', 'ecdsa'],
  ['ed25519', 'ed25519'],
])
/** sprig makes RSA keys of this size here, and of 2048 bits for certificates. */
const RSA_BITS = 4096

function privateKey(crypto: CryptoProvider, type: string): string {
  const kind = KEY_KINDS.get(type)
  return kind === undefined ? `Unknown type ${type}` : crypto.generateKey(kind, RSA_BITS).pem
}

/** Sums, ciphers, passwords and keys; certificates are in `certs.ts`. */
export function cryptoFunctions(crypto: CryptoProvider, random: RandomBytes): Record<string, GoFunc> {
  const { string, uint32 } = go
  const sum = (algorithm: 'sha1' | 'sha256' | 'sha512') =>
    fn([string], string, (text) => toHex(crypto.hash(algorithm, bytes(text))))
  return {
    sha1sum: sum('sha1'),
    sha256sum: sum('sha256'),
    sha512sum: sum('sha512'),
    adler32sum: fn([string], string, adler32),
    bcrypt: fn([string], string, (password) => bcryptHash(password, random)),
    htpasswd: fn([string, string], string, (user, password) =>
      user.includes(':') ? `invalid username: ${user}` : `${user}:${bcryptHash(password, random)}`,
    ),
    derivePassword: fn([uint32, string, string, string, string], string, (counter, type, password, user, site) =>
      derivePassword(crypto, { counter: Number(counter), type, password, user, site }),
    ),
    encryptAES: fn([string, string], string, (password, text) => encryptAes(crypto, random, { password, text })),
    decryptAES: fn([string, string], string, (password, text) => decryptAes(crypto, password, text)),
    genPrivateKey: fn([string], string, (type) => privateKey(crypto, type)),
  }
}
