import { utf8 } from '@slipway/gotemplate'
import { concatBytes } from '../bytes.ts'
import type { CryptoProvider } from './provider.ts'

/** What a derived password depends on. */
export interface PasswordRequest {
  readonly counter: number
  readonly type: string
  readonly password: string
  readonly user: string
  readonly site: string
}

const SEED = 'com.lyndir.masterpassword'

/** The shapes of the Master Password algorithm, version 1. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  maximum: ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno'],
  long: (
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv ' +
    'CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc ' +
    'CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'
  ).split(' '),
  medium: ['CvcnoCvc', 'CvcCvcno'],
  short: ['Cvcn'],
  basic: ['aaanaaan', 'aannaaan', 'aaannaaa'],
  pin: ['nnnn'],
}

const CHARACTERS: Readonly<Record<string, string>> = {
  V: 'AEIOU',
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  A: 'AEIOUBCDFGHJKLMNPQRSTVWXYZ',
  a: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz',
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()',
}

function uint32(value: number): Uint8Array {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, value)
  return out
}

/** A text with its length before it. */
function sized(text: string): Uint8Array {
  const bytes = utf8.encodeString(text)
  return concatBytes(uint32(bytes.length), bytes)
}

/** sprig's derivePassword. */
export function derivePassword(crypto: CryptoProvider, request: PasswordRequest): string {
  const templates = Object.hasOwn(TEMPLATES, request.type) ? TEMPLATES[request.type] : undefined
  if (templates === undefined) return `cannot find password template ${request.type}`
  const seed = utf8.encodeString(SEED)
  const key = crypto.scrypt(utf8.encodeString(request.password), concatBytes(seed, sized(request.user)), 64)
  const sum = crypto.hmacSha256(key, concatBytes(seed, sized(request.site), uint32(request.counter)))
  const template = String(templates[Number(sum[0]) % templates.length])
  let out = ''
  for (const [index, kind] of [...template].entries()) {
    const characters = String(CHARACTERS[kind])
    out += characters.charAt(Number(sum[index + 1]) % characters.length)
  }
  return out
}
