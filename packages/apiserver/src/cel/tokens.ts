/** A token of an expression. A literal has its value. */
export type Token =
  | { readonly kind: 'name' | 'symbol' | 'end'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string; readonly value: string | number | boolean | null }

/** An expression that cannot be read, or that uses something that is not there. */
export class CelUnsupported extends Error {}

const SPACE = /(?:\s+|\/\/[^\n]*)*/y
const NAME = /[A-Za-z_]\w*/y
const NUMBER = /(0x[0-9a-fA-F]+|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)u?/y
const TEXT = /([rR]?)("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/y
const RAW_TEXT = /[rR]("[^"\n]*"|'[^'\n]*')/y
const SYMBOL = /&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()[\]{}]/y
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/** Splits an expression of the Common Expression Language. @throws CelUnsupported */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found !== null) at = pattern.lastIndex
    return found
  }
  for (;;) {
    take(SPACE)
    if (at >= source.length) return [...tokens, { kind: 'end', text: '' }]
    tokens.push(next(take))
  }
}

function next(take: (pattern: RegExp) => RegExpExecArray | null): Token {
  const raw = take(RAW_TEXT)
  if (raw !== null) return { kind: 'literal', text: raw[0], value: (raw[1] ?? '').slice(1, -1) }
  const text = take(TEXT)
  if (text !== null) return { kind: 'literal', text: text[0], value: textValue(text[2] ?? '', text[1] !== '') }
  const number = take(NUMBER)
  if (number !== null) return { kind: 'literal', text: number[0], value: Number(number[1]) }
  const name = take(NAME)
  if (name !== null) {
    const value = WORDS[name[0]]
    return value === undefined ? { kind: 'name', text: name[0] } : { kind: 'literal', text: name[0], value }
  }
  const symbol = take(SYMBOL)
  if (symbol === null) throw new CelUnsupported('the expression has a character that starts nothing')
  return { kind: 'symbol', text: symbol[0] }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }

function textValue(quoted: string, raw: boolean): string {
  const width = quoted.startsWith('"""') || quoted.startsWith("'''") ? 3 : 1
  const inner = quoted.slice(width, -width)
  if (raw) return inner
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)/gs, (_, code: string) => {
    if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16))
    if (/^\d{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8))
    return ESCAPES[code] ?? code
  })
}
