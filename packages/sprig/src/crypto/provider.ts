/** The kinds of private key that sprig makes and reads. */
export type KeyKind = 'rsa' | 'ecdsa' | 'ed25519' | 'dsa'

/** A private key with what certificates need of it. */
export interface PrivateKey {
  readonly kind: KeyKind
  /** As sprig prints it: PKCS#1 for RSA, SEC 1 for ECDSA, PKCS#8 for Ed25519, the OpenSSL form for DSA. */
  readonly pem: string
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Signs with SHA-256, or as Ed25519 does. */
  sign(data: Uint8Array): Uint8Array
}

/** The cryptography that sprig needs, handed in so that the functions themselves run anywhere. All calls are synchronous. */
export interface CryptoProvider {
  hash(algorithm: 'sha1' | 'sha256' | 'sha512', data: Uint8Array): Uint8Array
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array
  /** N 32768, r 8, p 2. */
  scrypt(password: Uint8Array, salt: Uint8Array, length: number): Uint8Array
  /** AES-256 in CBC mode without padding. */
  aesCbc(direction: 'encrypt' | 'decrypt', key: { key: Uint8Array; iv: Uint8Array }, data: Uint8Array): Uint8Array
  generateKey(kind: KeyKind, rsaBits: number): PrivateKey
  /** A key from PEM; throws with the reason when it is none. */
  parseKey(pem: string): PrivateKey
}
