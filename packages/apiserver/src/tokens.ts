import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import type { TokenIssuer, TokenSubject } from './subresources/token.ts'

const CURVE = 'prime256v1'
const ISSUER = 'https://kubernetes.default.svc'
// The issuer of tokens that live in Secrets: pkg/serviceaccount/legacy.go.
const LEGACY = 'kubernetes/serviceaccount'
const CLAIM = 'kubernetes.io/serviceaccount'

/** Tells whether a token without an end is still the one in its Secret, and its account still there. */
export type LiveToken = (token: string, of: { readonly subject: TokenSubject; readonly secret: string }) => boolean

/** Issues service account tokens as JWTs signed by a key of this cluster (ES256); the secret `key` of 32 bytes lets them outlive a restart. */
export function tokenIssuer(key: Uint8Array = randomBytes(32), isLive: LiveToken = () => false): TokenIssuer {
  const pair = keyPairOf(key)
  const header = encode({ alg: 'ES256', kid: pair.jwk.kid, typ: 'JWT' })
  const form = 'ieee-p1363' as const
  const signed = (text: string): string =>
    sign('sha256', Buffer.from(text), { key: pair.private, dsaEncoding: form }).toString('base64url')
  return {
    keys: () => ({ keys: [pair.jwk] }),
    configuration: () => ({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    }),
    issue: (subject, { audiences, issuedAt, expiresAt }) => {
      const claims = {
        aud: audiences,
        exp: expiresAt,
        iat: issuedAt,
        nbf: issuedAt,
        iss: ISSUER,
        'kubernetes.io': { namespace: subject.namespace, serviceaccount: { name: subject.name, uid: subject.uid } },
        sub: `system:serviceaccount:${subject.namespace}:${subject.name}`,
      }
      const text = `${header}.${encode(claims)}`
      return `${text}.${signed(text)}`
    },
    issueForSecret: ({ namespace, name, uid }, secret) => {
      const claims = {
        iss: LEGACY,
        [`${CLAIM}/namespace`]: namespace,
        [`${CLAIM}/secret.name`]: secret,
        [`${CLAIM}/service-account.name`]: name,
        [`${CLAIM}/service-account.uid`]: uid,
        sub: `system:serviceaccount:${namespace}:${name}`,
      }
      const text = `${header}.${encode(claims)}`
      return `${text}.${signed(text)}`
    },
    verify: (token, now, audiences = [ISSUER]) => {
      const [head, payload, signature, ...more] = token.split('.')
      if (head !== header || payload === undefined || signature === undefined || more.length > 0) return undefined
      const text = Buffer.from(`${head}.${payload}`)
      const of = { key: pair.public, dsaEncoding: form }
      if (!verify('sha256', text, of, Buffer.from(signature, 'base64url'))) return undefined
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims | LegacyClaims
      if (claims.iss === LEGACY) {
        const legacy = readLegacy(claims as LegacyClaims)
        return audiences.includes(ISSUER) && isLive(token, legacy) ? legacy.subject : undefined
      }
      return subjectOf(claims as Claims, now, audiences)
    },
  }
}

function subjectOf(claims: Claims, now: number, audiences: readonly string[]): TokenSubject | undefined {
  if (claims.exp <= now || claims.iss !== ISSUER || !claims.aud.some((one) => audiences.includes(one))) return undefined
  const { namespace, serviceaccount } = claims['kubernetes.io']
  return { namespace, ...serviceaccount }
}

function readLegacy(claims: LegacyClaims): { readonly subject: TokenSubject; readonly secret: string } {
  const read = (name: string): string => claims[`${CLAIM}/${name}`] ?? ''
  const subject = { namespace: read('namespace'), name: read('service-account.name'), uid: read('service-account.uid') }
  return { subject, secret: read('secret.name') }
}

// The secret is a number below the curve's order, which 32 random bytes can be no more than once in 2^32 tries: then its hash is taken.
function keyPairOf(secret: Uint8Array): { private: KeyObject; public: KeyObject; jwk: PublicJwk } {
  const curve = createECDH(CURVE)
  try {
    curve.setPrivateKey(secret)
  } catch {
    return keyPairOf(createHash('sha256').update(secret).digest())
  }
  const point = curve.getPublicKey()
  const jwk = {
    kty: 'EC' as const,
    crv: 'P-256' as const,
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url')
  const scalar = curve.getPrivateKey()
  const d = Buffer.concat([Buffer.alloc(32 - scalar.length), scalar]).toString('base64url')
  return {
    private: createPrivateKey({ key: { ...jwk, d }, format: 'jwk' }),
    public: createPublicKey({ key: jwk, format: 'jwk' }),
    jwk: { use: 'sig', ...jwk, kid, alg: 'ES256' },
  }
}

interface PublicJwk {
  readonly use: 'sig'
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly kid: string
  readonly alg: 'ES256'
}

interface Claims {
  readonly aud: readonly string[]
  readonly iss: string
  readonly exp: number
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly serviceaccount: { readonly name: string; readonly uid: string }
  }
}

// Each claim is text; none names an audience or an end.
type LegacyClaims = Readonly<Record<string, string>>

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Compares secrets in constant time. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
