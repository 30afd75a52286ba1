import { utf8 } from '@slipway/gotemplate'
import { toBase64 } from '../bytes.ts'
import { base64Bytes } from '../encoding.ts'

/** A PEM block. */
export interface PemBlock {
  readonly type: string
  readonly bytes: Uint8Array
}

/** The first PEM block of a text; undefined where there is none (encoding/pem.Decode). */
export function decodePem(text: string): PemBlock | undefined {
  const match = /(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n([^]*?)(?:\n|^)-----END \1-----[ \t\r]*(?:\n|$)/.exec(text)
  if (match === null) return undefined
  const body = String(match[2])
    .replace(/^(?:[^\n:]+:[^\n]*\n)+\n/, '')
    .replace(/[ \t\r\n]/g, '')
  const decoded = base64Bytes(body)
  return 'bytes' in decoded ? { type: String(match[1]), bytes: decoded.bytes } : undefined
}

/** A PEM block in lines of 64 characters. */
export function encodePem(block: PemBlock): string {
  const lines = toBase64(block.bytes).replace(/.{1,64}/g, '$&\n')
  return `-----BEGIN ${block.type}-----\n${lines}-----END ${block.type}-----\n`
}

/** The bytes of a base64 text, or undefined. */
export function decodeBase64(text: string): string | undefined {
  const decoded = base64Bytes(text)
  return 'bytes' in decoded ? utf8.decodeBytes(decoded.bytes) : undefined
}
