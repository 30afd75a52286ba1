import { RE2JS, RE2JSException } from 're2js'
import { type GoFunc, FunctionError, fn, go, grownCapacity, sprintf, utf8 } from '@slipway/gotemplate'
import { fail } from './panics.ts'
import { stringList } from './strings/text.ts'

const CACHE_SIZE = 500

/** Compiled expressions, the oldest dropped first. */
class ExpressionCache {
  readonly #known = new Map<string, RE2JS>()

  compile(expression: string): RE2JS {
    const known = this.#known.get(expression)
    if (known !== undefined) return known
    const made = compile(expression)
    if (this.#known.size >= CACHE_SIZE) this.#known.delete(String(this.#known.keys().next().value))
    this.#known.set(expression, made)
    return made
  }
}

function compile(expression: string): RE2JS {
  const invalid = expression.search(INVALID)
  if (invalid >= 0) return fail(`error parsing regexp: invalid UTF-8: \`${expression.slice(invalid)}\``)
  try {
    return RE2JS.compile(expression)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return fail(error.message.replace(/trailing backslash at end of expression$/, '$&: ``'))
  }
}

/** A byte that is no UTF-8. */
const INVALID = /\p{Surrogate}/u

const expressions = new ExpressionCache()

/**
 * An expression in Go's syntax; it takes time linear in the text. `matches` says whether it is found anywhere.
 *
 * @throws FunctionError with Go's words for what is none
 */
export function compileExpression(expression: string): { matches(text: string): boolean } {
  const compiled = expressions.compile(expression)
  return { matches: (text) => compiled.matcher(utf8.replaceInvalid(text)).find() }
}

interface Found {
  readonly start: number
  readonly end: number
  readonly groups: readonly (readonly [number, number] | undefined)[]
}

/** All matches as Go finds them: an empty match right after another match does not count. */
function findAll(expression: RE2JS, text: string, limit: number): Found[] {
  const matcher = expression.matcher(utf8.replaceInvalid(text))
  const found: Found[] = []
  let at = 0
  let previousEnd = -1
  while ((limit < 0 || found.length < limit) && at <= text.length && matcher.find(at)) {
    const [start, end] = [matcher.start(), matcher.end()]
    const accept = end > start || start !== previousEnd
    if (accept) {
      const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i): readonly [number, number] | undefined =>
        matcher.start(i) < 0 ? undefined : [matcher.start(i), matcher.end(i)],
      )
      found.push({ start, end, groups })
    }
    previousEnd = end
    at = end > at ? end : at + (utf8.pointAt(text, at) > 0xffff ? 2 : 1)
    if (end > start) at = end
  }
  return found
}

/** Replaces every match by what `replacement` gives. */
function replaceAll(expression: RE2JS, text: string, replacement: (match: Found) => string): string {
  let out = ''
  let last = 0
  for (const match of findAll(expression, text, -1)) {
    out += text.slice(last, match.start) + replacement(match)
    last = match.end
  }
  return utf8.canonical(out + text.slice(last))
}

/** `$1`, `${name}` and `$$` of a template (regexp.Expand). */
function expand(expression: RE2JS, template: string, match: { text: string; groups: Found['groups'] }): string {
  const names = expression.namedGroups()
  return template.replace(
    /\$(?:\$|\{([0-9A-Za-z_\p{L}\p{Nd}]+)\}|([0-9A-Za-z_\p{L}\p{Nd}]+))?/gu,
    (whole, braced?: string, bare?: string) => {
      if (whole === '$$') return '$'
      const name = braced ?? bare
      if (name === undefined) return whole
      const index = /^\d+$/.test(name) ? Number(name) : names[name]
      const range = index === undefined ? undefined : match.groups[index]
      return range === undefined ? '' : match.text.slice(range[0], range[1])
    },
  )
}

/** Go's FindAll begins with so much room, when it finds something. */
const FIRST_ROOM = 10

/** The capacity of a list that began with some room and was appended to, item by item. */
function grown(length: number, room: number): number {
  let capacity = length === 0 ? 0 : room
  while (capacity < length) capacity = grownCapacity(capacity + 1, capacity)
  return capacity
}

/** The parts between matches, and how much room Go made for them before it knew. */
function split(expression: RE2JS, text: string, limit: number): { parts: string[]; room: number } {
  if (limit === 0) return { parts: [], room: 0 }
  if (expression.pattern() !== '' && text === '') return { parts: [''], room: 1 }
  const found = findAll(expression, text, limit)
  const parts: string[] = []
  let last = 0
  let end = 0
  for (const match of found) {
    if (limit > 0 && parts.length === limit - 1) break
    end = match.start
    if (match.end !== 0) parts.push(text.slice(last, end))
    last = match.end
  }
  if (end !== text.length) parts.push(text.slice(last))
  return { parts, room: found.length }
}

/** The regex functions; RE2 syntax by re2js. `must` names return errors where the others panic, with the same text. */
export function regexFunctions(): Record<string, GoFunc> {
  const cache = new ExpressionCache()
  const matches = (expression: string, text: string) =>
    cache.compile(expression).matcher(utf8.replaceInvalid(text)).find()
  const lenient = (expression: string, text: string) => {
    try {
      return matches(expression, text)
    } catch (error) {
      if (error instanceof FunctionError) return false
      throw error
    }
  }
  const { string } = go
  return {
    regexMatch: fn([string, string], go.bool, lenient),
    mustRegexMatch: fn([string, string], go.bool, matches),
    ...prefixed(
      'mustRegex',
      families((expression) => cache.compile(expression)),
    ),
    ...prefixed(
      'regex',
      families((expression) => panicking(cache, expression)),
    ),
    regexQuoteMeta: fn([string], string, (text) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  }
}

/** What the names without `must` do: regexp.MustCompile, which panics. */
function panicking(cache: ExpressionCache, expression: string): ReturnType<ExpressionCache['compile']> {
  try {
    return cache.compile(expression)
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    return fail(`regexp: Compile(${sprintf('%#q', [expression])}): ${error.message}`)
  }
}

function prefixed(prefix: string, functions: Readonly<Record<string, GoFunc>>): Record<string, GoFunc> {
  return Object.fromEntries(Object.entries(functions).map(([name, func]) => [`${prefix}${name}`, func]))
}

/** The functions that come in both manners. */
function families(compile: ExpressionCache['compile']): Record<string, GoFunc> {
  const { string, int, strings } = go
  return {
    FindAll: fn([string, string, int], strings, (expression, text, count) => {
      const found = findAll(compile(expression), text, Number(count)).map(({ start, end }) => text.slice(start, end))
      return stringList(found, { isNil: found.length === 0, capacity: grown(found.length, FIRST_ROOM) })
    }),
    Find: fn([string, string], string, (expression, text) => {
      const matcher = compile(expression).matcher(utf8.replaceInvalid(text))
      return matcher.find() ? text.slice(matcher.start(), matcher.end()) : ''
    }),
    ReplaceAll: fn([string, string, string], string, (expression, text, template) => {
      const compiled = compile(expression)
      return replaceAll(compiled, text, ({ groups }) => expand(compiled, template, { text, groups }))
    }),
    ReplaceAllLiteral: fn([string, string, string], string, (expression, text, literal) =>
      replaceAll(compile(expression), text, () => literal),
    ),
    Split: fn([string, string, int], strings, (expression, text, count) => {
      const { parts, room } = split(compile(expression), text, Number(count))
      return stringList(parts, { isNil: count === 0n, capacity: grown(parts.length, room) })
    }),
  }
}
