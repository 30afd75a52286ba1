import type { CopySource } from '../copy-source.ts'

/**
 * The paths that a source of COPY names, relative to the top of what it is copied from: itself, or all matches of its wildcards (`*`, `?`, `[a-c]`, as Go's
 * `filepath.Match`). Undefined for a plain path that does not exist; a wildcard that matches nothing is an empty list, as in BuildKit.
 */
export function expandSource(source: CopySource, pattern: string): readonly string[] | undefined {
  const parts = cleanParts(pattern)
  if (!parts.some((part) => /[*?[\\]/.test(part))) {
    const path = parts.join('/')
    return source.stat(source.real(path)) === undefined ? undefined : [path]
  }
  let paths = ['']
  for (const part of parts) paths = paths.flatMap((path) => step(source, path, part))
  return paths
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

function step(source: CopySource, directory: string, part: string): string[] {
  const below = (name: string): string => (directory === '' ? name : `${directory}/${name}`)
  const real = source.real(directory)
  if (source.stat(real) !== 'directory') return []
  const expression = compile(part)
  const names = source.list(real).map(({ name }) => name)
  return names
    .filter((name) => expression.test(name))
    .sort()
    .map(below)
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
