import type { CopySource } from './copy.ts'

/**
 * The paths that a source of COPY names, relative to the top of what it is copied from: itself, or all matches of its wildcards (`*`, `?`, `[a-c]`, as Go's
 * `filepath.Match`). Undefined for a plain path that does not exist; a wildcard that matches nothing is an empty list, as in BuildKit.
 */
export async function expandSource(source: CopySource, pattern: string): Promise<readonly string[] | undefined> {
  const parts = cleanParts(pattern)
  if (!parts.some((part) => /[*?[\\]/.test(part))) {
    const path = parts.join('/')
    return (await exists(source, path)) ? [path] : undefined
  }
  let paths = ['']
  for (const part of parts) paths = (await Promise.all(paths.map((path) => step(source, path, part)))).flat()
  return paths
}

async function exists(source: CopySource, path: string): Promise<boolean> {
  return (await source.stat(await source.real(path))) !== undefined
}

/** `..` stops at the top. */
function cleanParts(pattern: string): string[] {
  const parts: string[] = []
  for (const part of pattern.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

async function step(source: CopySource, directory: string, part: string): Promise<string[]> {
  const below = (name: string): string => (directory === '' ? name : `${directory}/${name}`)
  const real = await source.real(directory)
  if ((await source.stat(real)) !== 'directory') return []
  const expression = compile(part)
  return (await source.list(real)).filter((name) => expression.test(name)).map(below)
}

function compile(part: string): RegExp {
  const source = part.replace(/\\(.)|\[\^?[^\]]*\]|[.+^${}()|*?[\]]/gs, (token, escaped: string | undefined) => {
    if (token === '*') return '.*'
    if (token === '?') return '.'
    if (escaped !== undefined) return escaped.replace(/\W/g, '\\$&')
    return token.length > 1 ? token : `\\${token}`
  })
  return new RegExp(`^${source}$`, 's')
}
