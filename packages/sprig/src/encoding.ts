import { type GoFunc, fn, go, utf8 } from '@slipway/gotemplate'
import { toBase64 } from './bytes.ts'

/** Go's StdEncoding decoders: the bytes, or the offset of the first bad input byte. */
type Decoded = { readonly bytes: Uint8Array } | { readonly badOffset: number }

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function encodeBase64(text: string): string {
  return toBase64(utf8.encodeString(text))
}

function decodeBase64(text: string): string {
  const decoded = base64Bytes(text)
  if ('badOffset' in decoded) return `illegal base64 data at input byte ${decoded.badOffset}`
  return utf8.decodeBytes(decoded.bytes)
}

/** base64.StdEncoding.DecodeString: newlines are skipped, padding is needed, trailing bits are not checked. */
export function base64Bytes(text: string): Decoded {
  const input = utf8.encodeString(text)
  const out: number[] = []
  let quantum: number[] = []
  for (let at = 0; at < input.length; at++) {
    const byte = Number(input[at])
    if (byte === 10 || byte === 13) continue
    const value = BASE64.indexOf(String.fromCharCode(byte))
    if (value < 0) {
      if (byte !== 0x3d) return { badOffset: at }
      return finishPadded(input, { at, out, quantum })
    }
    quantum.push(value)
    if (quantum.length === 4) {
      pushBits(out, quantum, 6)
      quantum = []
    }
  }
  return quantum.length === 0 ? { bytes: Uint8Array.from(out) } : { badOffset: input.length - quantum.length }
}

interface Padded {
  readonly at: number
  readonly out: number[]
  readonly quantum: number[]
}

/** The input from its first `=` on. */
function finishPadded(input: Uint8Array, state: Padded): Decoded {
  const { quantum, out } = state
  if (quantum.length < 2) return { badOffset: state.at }
  let at = state.at + 1
  if (quantum.length === 2) {
    at = skipNewlines(input, at)
    if (at === input.length) return { badOffset: input.length }
    if (input[at] !== 0x3d) return { badOffset: at - 1 }
    at++
  }
  at = skipNewlines(input, at)
  if (at < input.length) return { badOffset: at }
  const bytes = [...out]
  pushBits(bytes, quantum, 6)
  return { bytes: Uint8Array.from(bytes) }
}

function skipNewlines(input: Uint8Array, from: number): number {
  let at = from
  while (input[at] === 10 || input[at] === 13) at++
  return at
}

/** Appends the whole bytes that groups of bits make. */
function pushBits(out: number[], groups: readonly number[], width: number): void {
  let bits = 0n
  for (const group of groups) bits = (bits << BigInt(width)) | BigInt(group)
  const total = groups.length * width
  for (let left = total - 8; left >= 0; left -= 8) out.push(Number((bits >> BigInt(left)) & 0xffn))
}

function encodeBase32(text: string): string {
  const bytes = utf8.encodeString(text)
  let out = ''
  for (let at = 0; at < bytes.length; at += 5) {
    const part = bytes.subarray(at, at + 5)
    const bits = [...part].map((byte) => byte.toString(2).padStart(8, '0')).join('')
    const digits = Array.from(bits.matchAll(/.{1,5}/g), ([group]) => digitOf(group.padEnd(5, '0')))
    out += digits.join('').padEnd(8, '=')
  }
  return out
}

function digitOf(bits: string): string {
  return BASE32.charAt(Number.parseInt(bits, 2))
}

function decodeBase32(text: string): string {
  const decoded = base32Bytes(text.replace(/[\r\n]/g, ''))
  if ('badOffset' in decoded) return `illegal base32 data at input byte ${decoded.badOffset}`
  return utf8.decodeBytes(decoded.bytes)
}

/** base32.StdEncoding.DecodeString of a text without newlines. */
function base32Bytes(text: string): Decoded {
  const input = utf8.encodeString(text)
  const out: number[] = []
  for (let start = 0; start < input.length; start += 8) {
    const quantum: number[] = []
    for (let j = 0; j < 8; j++) {
      const at = start + j
      if (at >= input.length) return { badOffset: input.length - j }
      const byte = Number(input[at])
      if (byte === 0x3d && j >= 2 && input.length - at - 1 < 8) return endBase32(input, { at, out, quantum })
      const value = BASE32.indexOf(String.fromCharCode(byte))
      if (value < 0) return { badOffset: at }
      quantum.push(value)
    }
    pushBits(out, quantum, 5)
  }
  return { bytes: Uint8Array.from(out) }
}

function endBase32(input: Uint8Array, state: Padded): Decoded {
  const { at, quantum } = state
  const length = quantum.length
  const left = input.length - at - 1
  if (left + length < 7) return { badOffset: input.length }
  for (let k = 0; k < 7 - length; k++) if (input[at + 1 + k] !== 0x3d) return { badOffset: at + k }
  if (length === 3 || length === 6) return { badOffset: at }
  const bytes = [...state.out]
  pushBits(bytes, quantum, 5)
  return { bytes: Uint8Array.from(bytes) }
}

/** b64enc, b64dec, b32enc, b32dec. */
export function encodingFunctions(): Record<string, GoFunc> {
  return {
    b64enc: fn([go.string], go.string, encodeBase64),
    b64dec: fn([go.string], go.string, decodeBase64),
    b32enc: fn([go.string], go.string, encodeBase32),
    b32dec: fn([go.string], go.string, decodeBase32),
  }
}
