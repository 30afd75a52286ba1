import type { IncomingMessage } from 'node:http'
import { badRequest, failure, noSuchPath } from '../status.ts'

const NAMES = new Set([
  '127.0.0.1',
  'localhost',
  '10.96.0.1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
])

/**
 * Refuses what a web page of somebody else can make a browser send: a Host that is no loopback name (DNS rebinding), and an Origin that is none.
 *
 * @throws StatusError Forbidden
 */
export function assertLoopback({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '')
  if (!NAMES.has(host)) throw refused(`the Host header names "${host}", expected a loopback name`)
  const { origin } = headers
  if (origin !== undefined && !isLoopbackOrigin(origin))
    throw refused(`the Origin header names "${origin}", expected none or that of a loopback name`)
}

function isLoopbackOrigin(origin: string): boolean {
  return NAMES.has(/^https?:\/\/([^/:@]+)(:\d+)?$/.exec(origin)?.[1] ?? '')
}

const refused = (message: string) => failure({ code: 403, reason: 'Forbidden', message })

/**
 * A request's path as it came. Segments that walk (`..`, also when encoded) name nothing here: what resolves them would make of a name the path of another resource.
 *
 * @throws StatusError NotFound, BadRequest
 */
export function pathOf({ url = '/' }: IncomingMessage): string {
  if (!url.startsWith('/') || url.startsWith('//')) throw noSuchPath()
  const [path = ''] = url.split(/[?#]/)
  for (const segment of path.split('/')) {
    const name = decoded(segment)
    if (name === '.' || name === '..' || /[/\\\0]/.test(name)) throw noSuchPath()
  }
  return url
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(segment)}`)
  }
}
