/** The escape character of a file and what continues a line with it. */
export interface Continuation {
  readonly escape: string
}

/**
 * The arguments of an instruction on one line, as BuildKit joins them: the escape character at the end of a line (blanks may follow it) and the line
 * break go, comment lines and empty lines in between go, indentation stays.
 */
export function joinLines(text: string, { escape }: Continuation): string {
  const lines = text.split(/\r?\n/)
  const joined: string[] = []
  for (const [index, line] of lines.entries()) {
    if (index > 0 && (line.trim() === '' || line.trimStart().startsWith('#'))) continue
    joined.push(withoutContinuation(line, escape))
  }
  return joined.join('').trim()
}

function withoutContinuation(line: string, escape: string): string {
  const trimmed = line.replace(/[ \t]+$/, '')
  return trimmed.endsWith(escape) ? trimmed.slice(0, -1) : line
}

/** Splits at blanks outside quotes; quotes and escapes stay in the words, for `substitute` to resolve. */
export function splitWords(text: string, escape: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === escape && quote !== "'" && at + 1 < text.length) {
      word += character + (text[++at] ?? '')
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== '') words.push(word)
      word = ''
    } else {
      quote = nextQuote(quote, character)
      word += character
    }
  }
  if (word !== '') words.push(word)
  return words
}

function nextQuote(quote: string, character: string): string {
  if (quote === character) return ''
  return quote === '' && (character === '"' || character === "'") ? character : quote
}
