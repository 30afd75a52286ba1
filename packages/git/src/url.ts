/**
 * A remote's URL in one spelling: `host/path` in lower-case host, without user, default port, `.git` and slashes at the end. `https://GitHub.com/a/b.git`,
 * `ssh://git@github.com:22/a/b` and `git@github.com:a/b.git` all give `github.com/a/b`; a local path gives `file:` and the path.
 */
export function normalUrl(url: string): string {
  const trimmed = url.trim()
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(trimmed)
  if (scheme !== null) return ofScheme((scheme[1] ?? '').toLowerCase(), scheme[2] ?? '')
  const scp = /^(?:[^/@:]+@)?([^/:]+):(.*)$/.exec(trimmed)
  if (scp !== null) return join(scp[1] ?? '', scp[2] ?? '')
  return `file:${tidy(trimmed)}`
}

/** True when two spellings name the same repository on a server or disk; the case of the path counts nowhere that hosts projects, so it does not here. */
export function sameRepository(a: string, b: string): boolean {
  const left = normalUrl(a)
  const right = normalUrl(b)
  if (left.startsWith('file:') || right.startsWith('file:')) return left === right
  return left.toLowerCase() === right.toLowerCase()
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  ssh: '22',
  'git+ssh': '22',
  http: '80',
  https: '443',
  git: '9418',
}

function ofScheme(scheme: string, rest: string): string {
  if (scheme === 'file') return `file:${tidy(rest.replace(/^localhost(?=\/)/, ''))}`
  const slash = rest.indexOf('/')
  const authority = slash < 0 ? rest : rest.slice(0, slash)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const port = DEFAULT_PORTS[scheme]
  const shown = port !== undefined && host.endsWith(`:${port}`) ? host.slice(0, -port.length - 1) : host
  return join(shown, slash < 0 ? '' : rest.slice(slash))
}

// ssh.github.com:443 is GitHub's second door for networks that block port 22.
function join(host: string, path: string): string {
  const name = host.toLowerCase().replace(/^ssh\.github\.com(:443)?$/, 'github.com')
  return `${name}/${tidy(path).replace(/^\/+/, '')}`
}

function tidy(path: string): string {
  return path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '')
}
