import { FunctionError, type GoFunc, GoMap, fn, go, kindOf, typeOf, untag } from '@slipway/gotemplate'
import { NIL_DEREFERENCE, fail } from '../panics.ts'
import { emptyUrl, hostname, parseUrl, urlText, userText } from './parse.ts'

function parseToMap(text: string): GoMap {
  const url = prefixed('unable to parse url: ', () => parseUrl(text))
  const entries: [string, string][] = [
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostname(url)],
    ['path', url.path],
    ['query', url.rawQuery],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.user === undefined ? '' : userText(url.user)],
  ]
  return new GoMap(undefined, new Map(entries))
}

function prefixed<T>(prefix: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof FunctionError) return fail(prefix + error.message)
    throw error
  }
}

function textField(dict: GoMap, key: string): string {
  if (!dict.entries.has(key)) return ''
  const value = untag(dict.entries.get(key))
  if (typeOf(value) === undefined) return fail(NIL_DEREFERENCE)
  if (typeof value === 'string') return value
  return fail(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`)
}

function joinMap(dict: GoMap): string {
  const url = {
    ...emptyUrl(),
    scheme: textField(dict, 'scheme'),
    host: textField(dict, 'host'),
    path: textField(dict, 'path'),
    rawQuery: textField(dict, 'query'),
    opaque: textField(dict, 'opaque'),
    fragment: textField(dict, 'fragment'),
  }
  const userinfo = textField(dict, 'userinfo')
  if (userinfo === '') return urlText(url)
  const { user } = prefixed('unable to parse userinfo in dict: ', () => parseUrl(`proto://${userinfo}@host`))
  return urlText({ ...url, user })
}

/** urlParse, urlJoin, and getHostByName, which never asks the network. */
export function urlFunctions(): Record<string, GoFunc> {
  return {
    urlParse: fn([go.string], go.map, parseToMap),
    urlJoin: fn([go.map], go.string, joinMap),
    getHostByName: fn([go.string], go.string, () => ''),
  }
}
