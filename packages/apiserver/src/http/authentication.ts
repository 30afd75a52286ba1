import type { IncomingHttpHeaders } from 'node:http'
import type { UserInfo } from '@slipway/objects'
import { serviceAccountUser } from '../subresources/virtual.ts'
import type { TokenIssuer } from '../subresources/token.ts'
import { sameText } from '../tokens.ts'
import { failure, forbidden } from '../status.ts'

/** Who may come in: the holder of the cluster's token is its admin; service accounts have tokens of their own. */
export interface Authentication {
  readonly adminToken: string
  readonly tokens: TokenIssuer
  /** Seconds since 1970. */
  readonly now: () => number
}

const ADMIN: UserInfo = { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'] }

/** The user of a request, after impersonation. @throws StatusError Unauthorized, Forbidden */
export function authenticate(headers: IncomingHttpHeaders, authentication: Authentication): UserInfo {
  const user = userOfToken(bearerOf(headers), authentication)
  return impersonated(headers, user)
}

function userOfToken(token: string, { adminToken, tokens, now }: Authentication): UserInfo {
  if (sameText(token, adminToken)) return ADMIN
  const subject = tokens.verify(token, now())
  if (subject === undefined) throw failure({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })
  return serviceAccountUser(subject)
}

// Browsers cannot set headers on a WebSocket: the token comes as a subprotocol, as k8s.io/apiserver's websocket authenticator takes it.
const SUBPROTOCOL = 'base64url.bearer.authorization.k8s.io.'

function bearerOf(headers: IncomingHttpHeaders): string {
  const match = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')
  if (match?.[1] !== undefined) return match[1]
  const protocol = (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .find((part) => part.startsWith(SUBPROTOCOL))
  return protocol === undefined ? '' : Buffer.from(protocol.slice(SUBPROTOCOL.length), 'base64url').toString('utf8')
}

function impersonated(headers: IncomingHttpHeaders, user: UserInfo): UserInfo {
  const name = headers['impersonate-user']
  if (typeof name !== 'string' || name === '') return user
  if (!user.groups.includes('system:masters')) {
    throw forbidden(
      { group: '', resource: 'users' },
      name,
      `User "${user.username}" cannot impersonate resource "users" in API group "" at the cluster scope`,
    )
  }
  const given = headers['impersonate-group']
  const groups =
    given === undefined ? [] : (Array.isArray(given) ? given : given.split(',')).map((group) => group.trim())
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name)
  if (account !== null)
    return { ...serviceAccountUser({ namespace: account[1] ?? '', name: account[2] ?? '', uid: '' }) }
  return { username: name, groups: [...new Set([...groups, 'system:authenticated'])] }
}
