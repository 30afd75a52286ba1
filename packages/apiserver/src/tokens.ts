import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { TokenIssuer } from './subresources/token.ts'

const HEADER = encode({ alg: 'HS256', typ: 'JWT' })

/** Issues service account tokens as JWTs signed with a key of this cluster; `key` lets them outlive a restart. */
export function tokenIssuer(key: Uint8Array = randomBytes(32)): TokenIssuer {
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url')
  return {
    issue: (subject, { audiences, issuedAt, expiresAt }) => {
      const claims = {
        aud: audiences,
        exp: expiresAt,
        iat: issuedAt,
        nbf: issuedAt,
        iss: 'https://kubernetes.default.svc',
        'kubernetes.io': { namespace: subject.namespace, serviceaccount: { name: subject.name, uid: subject.uid } },
        sub: `system:serviceaccount:${subject.namespace}:${subject.name}`,
      }
      const text = `${HEADER}.${encode(claims)}`
      return `${text}.${sign(text)}`
    },
    verify: (token, now) => {
      const [header, payload, signature, ...more] = token.split('.')
      if (header !== HEADER || payload === undefined || signature === undefined || more.length > 0) return undefined
      if (!sameText(signature, sign(`${header}.${payload}`))) return undefined
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims
      if (claims.exp <= now) return undefined
      const { namespace, serviceaccount } = claims['kubernetes.io']
      return { namespace, ...serviceaccount }
    },
  }
}

interface Claims {
  readonly exp: number
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly serviceaccount: { readonly name: string; readonly uid: string }
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Compares secrets in constant time. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
