/** A repository that a base lies in, as kustomize reads its URL. */
export interface RepoSpec {
  /** The text of the entry. */
  readonly raw: string
  /** What git clones. */
  readonly cloneUrl: string
  /** The directory in the repository. */
  readonly path: string
  /** A branch, tag or commit; '' for the default branch. */
  readonly ref: string
  readonly submodules: boolean
  readonly timeoutSeconds: number
}

const SCHEMES = ['ssh://', 'https://', 'http://', 'file://']
const DEFAULT_TIMEOUT = 27

/** Whether a file is to be had from an http or https URL. */
export function isRemoteFile(path: string): boolean {
  return /^https?:/i.test(path) && URL.canParse(path)
}

/** The repository that a text names, or undefined where it is a path. */
export function parseRepoSpec(raw: string): RepoSpec | undefined {
  if (raw.startsWith('/')) return undefined
  const at = raw.indexOf('?')
  const location = at < 0 ? raw : raw.slice(0, at)
  const host = extractHost(location)
  if (host === undefined) return undefined
  const parts = splitRepoPath(host.rest, host.host.startsWith('file://'))
  if (parts === undefined || parts.repo === '' || exitsRepo(parts.path)) return undefined
  const path = parts.path.replace(/^\//, '')
  return { raw, cloneUrl: host.host + parts.repo, path, ...parseQuery(at < 0 ? '' : raw.slice(at + 1)) }
}

function extractHost(location: string): { host: string; rest: string } | undefined {
  let rest = location.replace(/^git::/i, '')
  const scheme = SCHEMES.find((each) => rest.toLowerCase().startsWith(each)) ?? ''
  rest = rest.slice(scheme.length)
  const username = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(rest)?.[0] ?? ''
  rest = rest.slice(username.length)
  const github = /^github\.com[/:]/i.test(rest)
  const scp = scheme === '' && (username !== '' || github)
  if (scheme === '' && !scp) return undefined
  if (scheme === 'file://') return { host: scheme, rest: username + rest }
  const end = separatorOf(rest, scp)
  const host = end < 0 ? rest : rest.slice(0, end + 1)
  const behind = end < 0 ? '' : rest.slice(end + 1)
  if (github)
    return {
      host: scheme === 'ssh://' || username !== '' ? `${username}github.com:` : 'https://github.com/',
      rest: behind,
    }
  return host === '' ? undefined : { host: scheme + username + host, rest: behind }
}

function separatorOf(text: string, scp: boolean): number {
  const slash = text.indexOf('/')
  const colon = scp ? text.indexOf(':') : -1
  return scp && (slash < 0 || (colon > 0 && colon < slash)) ? colon : slash
}

function splitRepoPath(text: string, all: boolean): { repo: string; path: string } | undefined {
  const azure = text.indexOf('_git/')
  if (azure >= 0) {
    const [first = '', ...rest] = text.slice(azure + 5).split('/')
    return { repo: text.slice(0, azure + 5) + first, path: rest.join('/') }
  }
  const double = text.indexOf('//')
  if (double >= 0) return { repo: text.slice(0, double), path: text.slice(double + 2) }
  const suffix = text.indexOf('.git')
  if (suffix >= 0) return { repo: text.slice(0, suffix + 4), path: text.slice(suffix + 4) }
  if (all) return { repo: text, path: '' }
  const segments = text.split('/')
  return segments.length < 2 ? undefined : { repo: segments.slice(0, 2).join('/'), path: segments.slice(2).join('/') }
}

function exitsRepo(path: string): boolean {
  let depth = 0
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    depth += part === '..' ? -1 : 1
    if (depth < 0) return true
  }
  return false
}

function parseQuery(query: string): { ref: string; submodules: boolean; timeoutSeconds: number } {
  const values = new URLSearchParams(query)
  const submodules = values.get('submodules') ?? ''
  return {
    ref: values.get('ref') || values.get('version') || '',
    submodules: !/^(?:0|f|F|false|FALSE|False)$/.test(submodules),
    timeoutSeconds: parseTimeout(values.get('timeout') ?? ''),
  }
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 }

function parseTimeout(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) > 0 ? Number(text) : DEFAULT_TIMEOUT
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) return DEFAULT_TIMEOUT
  let seconds = 0
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g))
    seconds += Number(count) * (UNITS[unit ?? 's'] ?? 0)
  return seconds > 0 ? seconds : DEFAULT_TIMEOUT
}
