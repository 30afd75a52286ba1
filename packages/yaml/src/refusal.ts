// biome-ignore lint/suspicious/noControlCharactersInRegex: YAML's reader refuses exactly these
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|(?<![\ud800-\udbff])[\udc80-\udcff]/
/** A byte that is no part of UTF-8 stands in a text as U+DC00 and the byte. */
const BYTE = 0xdc00
const MAX_WIDTH = 4

/** What YAML's reader refuses, and where. */
export interface Refusal {
  readonly at: number
  readonly problem: string
}

/** The first character that YAML's reader refuses. */
export function refusalIn(text: string): Refusal | undefined {
  const at = text.search(FORBIDDEN)
  if (at < 0) return undefined
  const isByte = (text.charCodeAt(at) & 0xff00) === BYTE
  return { at, problem: isByte ? octetProblem(bytesFrom(text, at)) : 'control characters are not allowed' }
}

/** The bytes that the reader looks at to read one character. */
function bytesFrom(text: string, at: number): number[] {
  return Array.from(text.slice(at, at + MAX_WIDTH))
    .flatMap((char) => {
      const code = char.charCodeAt(0)
      return char.length === 1 && (code & 0xff00) === BYTE ? [code & 0xff] : [...new TextEncoder().encode(char)]
    })
    .slice(0, MAX_WIDTH)
}

function octetProblem(bytes: readonly number[]): string {
  const [first = 0, ...more] = bytes
  const width = first < 0xc0 || first >= 0xf8 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (width === 0) return 'invalid leading UTF-8 octet'
  if (width > bytes.length) return 'incomplete UTF-8 octet sequence'
  const rest = more.slice(0, width - 1)
  if (rest.some((byte) => (byte & 0xc0) !== 0x80)) return 'invalid trailing UTF-8 octet'
  const value = rest.reduce((sum, byte) => sum * 64 + (byte & 0x3f), first & (0x7f >> width))
  const least = [0x80, 0x800, 0x10000][width - 2] ?? 0
  return value < least ? 'invalid length of a UTF-8 sequence' : 'invalid Unicode character'
}
