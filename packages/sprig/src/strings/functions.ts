import {
  type GoFunc,
  GoMap,
  GoSlice,
  type Value,
  MarkedText,
  bare,
  fn,
  fnIn,
  go,
  lazyText,
  plainCall,
  quote as quoteText,
  rest,
  sprintf,
  textOf,
  typeOf,
  types,
  untag,
  utf8,
} from '@slipway/gotemplate'
import { fail } from '../panics.ts'
import { swapCase, title, toLower, toUpper, untitle } from './case.ts'
import {
  abbreviate,
  deleteWhiteSpace,
  indent,
  initials,
  repeat,
  split,
  substring,
  trimRange,
  trimSpace,
  truncate,
  wrap,
} from './layout.ts'
import { bytewise, searchable } from './search.ts'
import { trackIndent, trackKept, trackReplace } from './tracking.ts'
import { stringList, strval } from './text.ts'
import { pascalCase, separateWords } from './words.ts'

function present(values: readonly Value[]): Value[] {
  return values.filter((value) => typeOf(value) !== undefined)
}

function quote(values: readonly Value[]): string {
  return present(values)
    .map((value) => quoteText(strval(value)))
    .join(' ')
}

function squote(values: readonly Value[]): string {
  return present(values)
    .map((value) => sprintf("'%v'", [value]))
    .join(' ')
}

function cat(values: readonly Value[]): string {
  return present(values)
    .map((value) => sprintf('%v', [value]))
    .join(' ')
}

/** Origins through functions that write each value between marks: whole, or by range when nothing inside is escaped. */
function trackEach(open: string): (args: readonly Value[], call: (args: readonly Value[]) => Value) => Value {
  return (args, call) => {
    if (args.some((arg) => isContainer(untag(arg)))) return enclosed(args, open).toValue()
    return lazyText(textOf(call(args.map(untag))), args, () => enclosed(args, open))
  }
}

/** What is in these may be another when somebody asks. */
function isContainer(value: Value): boolean {
  return value instanceof GoMap || value instanceof GoSlice
}

function enclosed(args: readonly Value[], open: string): MarkedText {
  const text = new MarkedText()
  present(args).forEach((arg, index) => {
    if (index > 0) text.plain(' ')
    const plain = bare(arg)
    const inner = open === '"' ? quoteText(strval(plain)).slice(1, -1) : sprintf('%v', [plain])
    text.plain(open)
    text.value(inner === textOf(arg) ? arg : plainCall([arg], () => inner), inner)
    text.plain(open)
  })
  return text
}

function splitMap(parts: readonly string[]): GoMap {
  return new GoMap(types.STRING_MAP, new Map(parts.map((part, index) => [`_${index}`, part])))
}

/** strings.SplitN with any count. */
function splitCount(text: string, separator: string, count: bigint): string[] {
  return split(text, separator, count < 0n ? -1 : Number(count))
}

function replace(from: string, to: string, text: string): string {
  if (utf8.hasEscape(from)) {
    const { part, text: bytes, back } = searchable(from, text)
    return back(bytes.replaceAll(part, () => bytewise(to)))
  }
  if (from !== '') return utf8.canonical(text.replaceAll(from, () => to))
  const runes = [...text]
  return to + runes.map((rune) => rune + to).join('')
}

const { string, int, bool } = go

function trimming(): Record<string, GoFunc> {
  const trimAll = fn([string, string], string, (set, text) => text.slice(...trimRange(text, set)), {
    tracking: trackKept(1),
  })
  return {
    trim: fn([string], string, trimSpace, { tracking: trackKept(0) }),
    trimAll,
    trimall: trimAll,
    trimSuffix: fn(
      [string, string],
      string,
      (end, text) => {
        const found = searchable(end, text)
        return end !== '' && found.text.endsWith(found.part)
          ? found.back(found.text.slice(0, -found.part.length))
          : text
      },
      {
        tracking: trackKept(1),
      },
    ),
    trimPrefix: fn(
      [string, string],
      string,
      (start, text) => {
        const found = searchable(start, text)
        return found.text.startsWith(found.part) ? found.back(found.text.slice(found.part.length)) : text
      },
      {
        tracking: trackKept(1),
      },
    ),
    trunc: fn([int, string], string, truncate, { tracking: trackKept(1) }),
    substr: fn([int, int, string], string, (from, to, text) => substring(Number(from), Number(to), text)),
    nospace: fn([string], string, deleteWhiteSpace),
  }
}

function casing(): Record<string, GoFunc> {
  return {
    upper: fn([string], string, toUpper, { tracking: trackKept(0) }),
    lower: fn([string], string, toLower, { tracking: trackKept(0) }),
    title: fn([string], string, title, { tracking: trackKept(0) }),
    untitle: fn([string], string, untitle, { tracking: trackKept(0) }),
    swapcase: fn([string], string, swapCase, { tracking: trackKept(0) }),
    snakecase: fn([string], string, (text) => separateWords(text, '_')),
    kebabcase: fn([string], string, (text) => separateWords(text, '-')),
    camelcase: fn([string], string, pascalCase),
    initials: fn([string], string, initials),
  }
}

function layout(): Record<string, GoFunc> {
  const padded = (count: bigint, text: string) => Number(count) * (text.split('\n').length + 1)
  return {
    indent: fnIn(
      [int, string],
      string,
      (context, count, text) => {
        context.reserve(padded(count, text))
        return indent(count, text)
      },
      { tracking: trackIndent('') },
    ),
    nindent: fnIn(
      [int, string],
      string,
      (context, count, text) => {
        context.reserve(padded(count, text))
        return `\n${indent(count, text)}`
      },
      { tracking: trackIndent('\n') },
    ),
    repeat: fnIn([int, string], string, (context, count, text) => {
      if (count < 0n) fail('strings: negative Repeat count')
      context.reserve(count * BigInt(text.length))
      return repeat(text, text === '' ? 0n : count)
    }),
    wrap: fn([int, string], string, (length, text) =>
      wrap(text, { length: Number(length), separator: '', longWords: false }),
    ),
    wrapWith: fn([int, string, string], string, (length, separator, text) =>
      wrap(text, { length: Number(length), separator, longWords: true }),
    ),
    abbrev: fn([int, string], string, (width, text) => (width < 4n ? text : abbreviate(text, 0, Number(width)))),
    abbrevboth: fn([int, int, string], string, (left, right, text) =>
      right < 4n || (left > 0n && right < 7n) ? text : abbreviate(text, Number(left), Number(right)),
    ),
  }
}

function test(holds: (part: string, text: string) => boolean): GoFunc {
  return fn([string, string], bool, (given, whole) => {
    const { part, text } = searchable(given, whole)
    return holds(part, text)
  })
}

/** Strings: case, trimming, layout, quoting, splitting, tests. */
export function stringFunctions(): Record<string, GoFunc> {
  const values = rest(go.any)
  return {
    ...trimming(),
    ...casing(),
    ...layout(),
    quote: fn([values], string, quote, { tracking: trackEach('"') }),
    squote: fn([values], string, squote, { tracking: trackEach("'") }),
    cat: fn([values], string, cat),
    replace: fn([string, string, string], string, replace, { tracking: trackReplace }),
    plural: fn([string, string, int], string, (one, many, count) => (count === 1n ? one : many)),
    toString: fn([go.any], string, strval, { tracking: trackKept(0) }),
    contains: test((part, text) => text.includes(part)),
    hasPrefix: test((part, text) => text.startsWith(part)),
    hasSuffix: test((part, text) => text.endsWith(part)),
    split: fn([string, string], go.stringMap, (separator, text) => splitMap(split(text, separator))),
    splitn: fn([string, int, string], go.stringMap, (separator, count, text) =>
      splitMap(splitCount(text, separator, count)),
    ),
    splitList: fn([string, string], go.strings, (separator, text) => stringList(split(text, separator))),
  }
}
