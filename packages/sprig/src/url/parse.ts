import { FunctionError, quote } from '@slipway/gotemplate'
import { isIPv4 } from './address.ts'
import { addressError } from './netip.ts'
import { fail } from '../panics.ts'
import { escapePart, unescapePart } from './escape.ts'

/** A URL as net/url holds it, but for what only its own String needs: what is parsed here is never written as a whole. */
export interface Url {
  scheme: string
  opaque: string
  user: { name: string; password: string | undefined } | undefined
  host: string
  path: string
  rawQuery: string
  fragment: string
}

/** A URL with nothing in it. */
export function emptyUrl(): Url {
  return {
    scheme: '',
    opaque: '',
    user: undefined,
    host: '',
    path: '',
    rawQuery: '',
    fragment: '',
  }
}

/** Go's url.Parse. Throws a FunctionError with its text. */
export function parseUrl(raw: string): Url {
  const hash = raw.indexOf('#')
  const main = hash < 0 ? raw : raw.slice(0, hash)
  const fragment = hash < 0 ? '' : raw.slice(hash + 1)
  const url = worded(main, () => parseMain(main))
  if (fragment !== '') url.fragment = worded(raw, () => unescapePart(fragment, 'fragment'))
  return url
}

function worded<T>(text: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof FunctionError) return fail(`parse ${quote(text)}: ${error.message}`)
    throw error
  }
}

function parseMain(raw: string): Url {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Go refuses
  if (/[\u0000-\u001f\u007f]/.test(raw)) fail('net/url: invalid control character in URL')
  const url = emptyUrl()
  if (raw === '*') return { ...url, path: '*' }
  const { scheme, rest: afterScheme } = splitScheme(raw)
  url.scheme = scheme.toLowerCase()
  let rest = takeQuery(url, afterScheme)
  if (!rest.startsWith('/')) {
    if (url.scheme !== '') return { ...url, opaque: rest }
    if (/^[^/]*:/.test(rest)) fail('first path segment in URL cannot contain colon')
  }
  if ((url.scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) rest = takeAuthority(url, rest.slice(2))
  url.path = unescapePart(rest, 'path')
  return url
}

function splitScheme(raw: string): { scheme: string; rest: string } {
  if (raw.startsWith(':')) return fail('missing protocol scheme')
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(raw)
  return match === null
    ? { scheme: '', rest: raw }
    : { scheme: match[0].slice(0, -1), rest: raw.slice(match[0].length) }
}

function takeQuery(url: Url, text: string): string {
  const mark = text.indexOf('?')
  if (mark < 0) return text
  url.rawQuery = text.slice(mark + 1)
  return text.slice(0, mark)
}

function takeAuthority(url: Url, text: string): string {
  const slash = text.indexOf('/')
  const authority = slash < 0 ? text : text.slice(0, slash)
  const at = authority.lastIndexOf('@')
  url.host = parseHost(url.scheme, authority.slice(at + 1))
  if (at >= 0) url.user = parseUser(authority.slice(0, at))
  return slash < 0 ? '' : text.slice(slash)
}

function parseUser(text: string): Url['user'] {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) return fail('net/url: invalid userinfo')
  const colon = text.indexOf(':')
  if (colon < 0) return { name: unescapePart(text, 'userPassword'), password: undefined }
  return {
    name: unescapePart(text.slice(0, colon), 'userPassword'),
    password: unescapePart(text.slice(colon + 1), 'userPassword'),
  }
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[')
  if (open > 0) return fail('invalid IP-literal')
  if (open === 0) return parseBracketed(host)
  const colon = host.indexOf(':')
  if (colon >= 0) {
    const from = scheme === 'http' || scheme === 'https' ? colon : host.lastIndexOf(':')
    checkPort(host.slice(from))
  }
  return unescapePart(host, 'host')
}

function parseBracketed(host: string): string {
  const close = host.lastIndexOf(']')
  if (close < 0) return fail("missing ']' in host")
  const port = host.slice(close + 1)
  checkPort(port)
  const name = host.slice(1, close)
  const zone = name.indexOf('%25')
  const plain =
    zone < 0
      ? unescapePart(name, 'host')
      : unescapePart(name.slice(0, zone), 'host') + unescapePart(name.slice(zone), 'zone')
  const error = addressError(plain)
  if (error !== undefined) fail(`invalid host: ${error}`)
  if (isIPv4(plain)) fail('invalid IP-literal')
  return `[${plain}]${unescapePart(port, 'host')}`
}

function checkPort(text: string): void {
  if (!/^(:[0-9]*)?$/.test(text)) fail(`invalid port ${quote(text)} after host`)
}

/** Go's URL.String of a URL that was put together. */
export function urlText(url: Url): string {
  let out = url.scheme === '' ? '' : `${url.scheme}:`
  out += url.opaque === '' ? hierarchy(url, out === '') : url.opaque
  if (url.rawQuery !== '') out += `?${url.rawQuery}`
  return url.fragment === '' ? out : `${out}#${escapePart(url.fragment, 'fragment')}`
}

function hierarchy(url: Url, first: boolean): string {
  let out = ''
  if (url.scheme !== '' || url.host !== '' || url.user !== undefined) {
    if (url.host !== '' || url.path !== '' || url.user !== undefined) out += '//'
    if (url.user !== undefined) out += `${userText(url.user)}@`
    out += escapePart(url.host, 'host')
  }
  const path = url.path === '*' ? '*' : escapePart(url.path, 'path')
  if (path !== '' && !path.startsWith('/') && url.host !== '') out += '/'
  if (first && out === '' && /^[^/]*:/.test(path)) out += './'
  return out + path
}

/** Go's Userinfo.String. */
export function userText(user: NonNullable<Url['user']>): string {
  const name = escapePart(user.name, 'userPassword')
  return user.password === undefined ? name : `${name}:${escapePart(user.password, 'userPassword')}`
}

/** The host without port and brackets (URL.Hostname). */
export function hostname(url: Url): string {
  const colon = url.host.lastIndexOf(':')
  const host = colon >= 0 && /^:[0-9]*$/.test(url.host.slice(colon)) ? url.host.slice(0, colon) : url.host
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
