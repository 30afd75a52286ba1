const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const MAX_SEQUENCE = 4
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes of a `!!binary` scalar, as Go's encoding/base64 reads them; undefined for what is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\r\n]/g, '')
  if (!BASE64.test(digits)) return undefined
  return Uint8Array.from(atob(digits), (char) => char.charCodeAt(0))
}

/** A byte that is no part of UTF-8 stands in a text as U+DC00 and the byte. */
const BYTE = 0xdc00
const LINE = 70

/** A text with bytes that are no UTF-8 as go-yaml writes base64: in lines when it is long; undefined for well-formed texts. */
export function binaryText(text: string): string | undefined {
  if (!/\p{Surrogate}/u.test(text)) return undefined
  const bytes = Array.from(text, (char) => bytesOf(char)).join('')
  const digits = btoa(bytes)
  if (digits.length <= LINE) return digits
  return digits.replace(/.{1,70}/g, (line) => `${line}\n`)
}

function bytesOf(char: string): string {
  if (/\p{Surrogate}/u.test(char)) return String.fromCharCode((char.charCodeAt(0) - BYTE) & 0xff)
  return String.fromCharCode(...new TextEncoder().encode(char))
}

/** The text that bytes are in UTF-8, each byte that is no part of it replaced by itself: the Encoding Standard replaces several at once, Go does not. */
export function textOfBytes(bytes: Uint8Array, replaced: (byte: number) => string): string {
  const whole = strictText(bytes)
  if (whole !== undefined) return whole
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.subarray(at, at + MAX_SEQUENCE)
    const length = sequenceLength(rest)
    text += length === 0 ? replaced(Number(rest[0])) : strictDecoder.decode(rest.subarray(0, length))
    at += Math.max(length, 1)
  }
  return text
}

// The length of the character that the bytes begin with; 0 where there is none.
function sequenceLength(bytes: Uint8Array): number {
  const lengths = Array.from(bytes, (_, at) => at + 1)
  return lengths.find((length) => strictText(bytes.subarray(0, length)) !== undefined) ?? 0
}

function strictText(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return undefined
  }
}
