/** A block of a PEM text. */
export interface PemBlock {
  readonly type: string
  readonly bytes: Uint8Array
}

/** The blocks of a PEM text; what is between them is nothing. */
export function readPem(text: string): PemBlock[] {
  return [...text.matchAll(/-----BEGIN ([^-]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g)].map(
    ([, type = '', base64]) => ({
      type,
      bytes: Buffer.from(base64 ?? '', 'base64'),
    }),
  )
}

/** The members of a DER sequence, each with its tag and length; with `content` the single content of a value of any type. @throws Error for bytes that are no DER */
export function derMembers(bytes: Uint8Array, how: { readonly content?: boolean } = {}): Uint8Array[] {
  const { start, end } = extentOf(bytes, 0)
  if (how.content === true) return [bytes.subarray(start, end)]
  const members: Uint8Array[] = []
  for (let at = start; at < end; ) {
    const member = extentOf(bytes, at)
    members.push(bytes.subarray(at, member.end))
    at = member.end
  }
  return members
}

function extentOf(bytes: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  const first = bytes[at + 1]
  if (first === undefined) throw new Error('asn1: syntax error: data truncated')
  const count = first < 0x80 ? 0 : first - 0x80
  let length = count === 0 ? first : 0
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0)
  const start = at + 2 + count
  if (start + length > bytes.length) throw new Error('asn1: syntax error: data truncated')
  return { start, end: start + length }
}

// The last byte of the object identifiers of RSA with PKCS #1 (1.2.840.113549.1.1.x) and of ECDSA (1.2.840.10045.4.3.x).
const RSA: Readonly<Record<number, string>> = { 11: 'sha256', 12: 'sha384', 13: 'sha512' }
const ECDSA: Readonly<Record<number, string>> = { 2: 'sha256', 3: 'sha384', 4: 'sha512' }

/** The hash of a signature's algorithm; null for those that bring their own, as Ed25519 does. @throws Error for algorithms that nobody should use */
export function hashOf(algorithm: Uint8Array): string | null {
  const [identifier] = derMembers(algorithm)
  const hex = Buffer.from(identifier ?? []).toString('hex')
  const last = identifier?.at(-1) ?? 0
  if (hex === '06032b6570') return null
  const hash = hex.startsWith('06092a864886f70d0101')
    ? RSA[last]
    : hex.startsWith('06082a8648ce3d0403')
      ? ECDSA[last]
      : undefined
  if (hash === undefined) throw new Error('x509: cannot verify signature: algorithm unimplemented')
  return hash
}
