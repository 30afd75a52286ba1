import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** An answer that is no success: HTTP status, one line for the person at the other end, and headers. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/**
 * Lets a request in: to a Host that is this machine (DNS rebinding), from no web page, with the token as the password of any user.
 *
 * @throws Refusal 403 or 401
 */
export function checkCaller(request: IncomingMessage, token: string): void {
  const { host, origin, authorization = '' } = request.headers
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host ?? ''))
    throw new Refusal(403, 'this Host is not served')
  // Git sends none: who sends one is a page in a browser.
  if (origin !== undefined) throw new Refusal(403, 'this Origin is not served')
  const given = Buffer.from(/^Basic (.+)$/i.exec(authorization)?.[1] ?? '', 'base64').toString()
  if (!isEqual(given.slice(given.indexOf(':') + 1), token))
    throw new Refusal(401, 'the password is the token of this cluster', { 'www-authenticate': 'Basic realm="slipway"' })
}

function isEqual(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
