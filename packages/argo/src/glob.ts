const cache = new Map<string, RegExp>()

/**
 * Matches as gobwas/glob does: `*` is any text without separators, `**` any text, `?` one character, `[a-z]` and `[!a-z]` classes, `{a,b}` alternatives,
 * `\` quotes. Without separators `*` and `**` are the same.
 */
export function globMatches(pattern: string, text: string, separators = ''): boolean {
  const key = `${separators}\n${pattern}`
  const known = cache.get(key) ?? compile(pattern, separators)
  if (cache.size > 1000) cache.clear()
  cache.set(key, known)
  return known.test(text)
}

function compile(pattern: string, separators: string): RegExp {
  const one = separators === '' ? '[^]' : `[^${quote(separators)}]`
  try {
    return new RegExp(`^${translate(pattern, one)}$`, 'u')
  } catch {
    // A pattern that does not compile matches nothing but itself.
    return new RegExp(`^${quote(pattern)}$`, 'u')
  }
}

function translate(pattern: string, one: string): string {
  let depth = 0
  return pattern.replaceAll(
    /\\(.)|\*\*|\*|\?|\[(!?)([^\]]+)\]|[{},]|[.+^$()|\\/\]]/gsu,
    (token, quoted?: string, not?: string, set?: string) => {
      if (quoted !== undefined) return quote(quoted)
      if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replaceAll(/[\\^[]/g, String.raw`\$&`)}]`
      if (token === '**') return '[^]*'
      if (token === '*') return `${one}*`
      if (token === '?') return one
      if (token === '{') depth++
      if (token === '{') return '(?:'
      if (token === '}' && depth-- > 0) return ')'
      if (token === ',') return depth > 0 ? '|' : ','
      return quote(token)
    },
  )
}

function quote(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}
