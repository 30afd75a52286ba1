/** What the starter's placeholders become in another repository. */
export interface Replacements {
  /** The service, a DNS label: `shop`. */
  readonly name: string
  /** `https://github.com/acme/shop.git`, spelled as the remote is. */
  readonly repoURL: string
  /** The repository's page. */
  readonly sourceURL: string
  /** `ghcr.io/acme/shop`, in lower case as registries want it. */
  readonly image: string
  /** `@acme`. */
  readonly owners: string
}

const PLACEHOLDERS: readonly (readonly [string, keyof Replacements])[] = [
  ['https://github\\.com/acme/shop\\.git', 'repoURL'],
  ['https://github\\.com/acme/shop', 'sourceURL'],
  ['ghcr\\.io/acme/shop', 'image'],
  ['@acme/platform', 'owners'],
  ['\\bshop\\b', 'name'],
]
const PATTERN = new RegExp(PLACEHOLDERS.map(([pattern]) => `(${pattern})`).join('|'), 'g')

/** A file of the starter for another repository: every placeholder is replaced once, in one pass, so that no replacement is replaced again. */
export function replacePlaceholders(text: string, by: Replacements): string {
  return text.replace(PATTERN, (...match: unknown[]) => {
    const index = match.slice(1, PLACEHOLDERS.length + 1).findIndex((group) => group !== undefined)
    return by[PLACEHOLDERS[index]?.[1] ?? 'name']
  })
}

/**
 * What a remote's URL makes of the placeholders, in any spelling: `git@github.com:Acme/Shop.git` gives the image `ghcr.io/acme/shop`. Undefined for a URL without an
 * owner and a name.
 */
export function replacementsOf(url: string): Replacements | undefined {
  const match = /^(?:(?:https?|ssh|git):\/\/)?(?:[^@/]+@)?([^:/]+)(?::\d+)?[:/]+(.+?)\/([^/]+?)(?:\.git)?\/?$/.exec(url)
  if (match === null) return undefined
  const [, host = '', owner = '', repository = ''] = match
  const name = dnsLabel(repository)
  const registry = host === 'github.com' ? 'ghcr.io' : host
  return {
    name,
    repoURL: url,
    sourceURL: `https://${host}/${owner}/${repository}`,
    image: `${registry}/${owner}/${repository}`.toLowerCase(),
    owners: `@${owner.split('/')[0] ?? owner}`,
  }
}

/** A name as Kubernetes takes it for a Service: lower case letters, digits and hyphens, starting with a letter, 40 at most. */
export function dnsLabel(text: string): string {
  const label = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return label === '' ? 'app' : label
}
