import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refusal } from './answers.ts'

/**
 * Refuses what a web page of another site could send through the user's browser: a Host that is not this machine (DNS rebinding), and any Origin that is not
 * the registry itself.
 */
export function checkCaller(request: IncomingMessage): void {
  const { host, origin } = request.headers
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host ?? ''))
    throw new Refusal(403, 'DENIED', 'this Host is not served')
  if (origin !== undefined && origin !== `http://${host}`) throw new Refusal(403, 'DENIED', 'this Origin is not served')
}

/** Reading is free, writing takes the token: as `Bearer`, or as the password of any user (`docker login`). */
export function checkWriter(request: IncomingMessage, token: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const given = tokenOf(request.headers.authorization ?? '')
  if (given !== undefined && isEqual(given, token)) return
  throw new Refusal(401, 'UNAUTHORIZED', 'writing needs the token', { 'www-authenticate': 'Basic realm="slipway"' })
}

function tokenOf(authorization: string): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(authorization)?.[1]
  const basic = /^Basic (.+)$/i.exec(authorization)?.[1]
  if (basic === undefined) return bearer
  const text = Buffer.from(basic, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

function isEqual(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
