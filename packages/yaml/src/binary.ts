const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const MAX_SEQUENCE = 4
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes of a `!!binary` scalar, as Go's encoding/base64 reads them; undefined for what is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\r\n]/g, '')
  if (!BASE64.test(digits)) return undefined
  return Uint8Array.from(atob(digits), (char) => char.charCodeAt(0))
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
