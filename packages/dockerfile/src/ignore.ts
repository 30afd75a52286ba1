/** One line of a .dockerignore file. */
interface Pattern {
  readonly expression: RegExp
  /** True for `!pattern`, which takes files back in. */
  readonly negated: boolean
}

/** Tells whether a path of the build context (relative, `/`) is left out. */
export type Ignore = (path: string) => boolean

/**
 * Reads a .dockerignore file by the rules of moby/patternmatcher: `#` lines are comments, `!` negates, a leading `/` means nothing, the last matching
 * line wins, and a line that matches a folder holds for all below it. `*` and `?` stop at `/`, a double star does not.
 * A pattern that is no valid one (an unclosed class) matches nothing.
 */
export function parseIgnore(text: string): Ignore {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap(readPattern)
  return (path) => {
    const prefixes = prefixesOf(path)
    let ignored = false
    for (const { expression, negated } of patterns) {
      if (negated === ignored && prefixes.some((prefix) => expression.test(prefix))) ignored = !negated
    }
    return ignored
  }
}

function prefixesOf(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
}

function readPattern(line: string): Pattern[] {
  if (line.startsWith('#')) return []
  const trimmed = line.trim()
  const negated = trimmed.startsWith('!')
  const pattern = cleanPath(negated ? trimmed.slice(1).trim() : trimmed)
  if (pattern === '') return []
  const expression = compile(pattern)
  return expression === undefined ? [] : [{ expression, negated }]
}

/** `filepath.Clean`, then without a leading slash; '' for nothing left to match. */
function cleanPath(pattern: string): string {
  const parts: string[] = []
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '..' || !pattern.startsWith('/')) parts.push(part)
  }
  return parts.join('/')
}

function compile(pattern: string): RegExp | undefined {
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    if (character === '*' && pattern[at + 1] === '*') {
      at++
      if (pattern[at + 1] === '/') at++
      source += at + 1 >= pattern.length ? '.*' : '(.*/)?'
    } else if (character === '\\') source += escapeCharacter(pattern[++at] ?? '\\')
    else source += translate(character)
  }
  try {
    return new RegExp(`^${source}$`, 's')
  } catch {
    return undefined
  }
}

function translate(character: string): string {
  if (character === '*') return '[^/]*'
  if (character === '?') return '[^/]'
  return '.+()|{}$'.includes(character) ? `\\${character}` : character
}

function escapeCharacter(character: string): string {
  return /[A-Za-z0-9]/.test(character) ? character : `\\${character}`
}
