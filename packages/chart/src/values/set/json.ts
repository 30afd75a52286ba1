const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/** Where the first JSON value of a text ends, as Go's json.Decoder would stop; the text's length when it does not end. */
export function jsonEnd(text: string): number {
  const open: string[] = []
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '"') at = stringEnd(text, at)
    else if (CLOSERS[char] !== undefined) open.push(CLOSERS[char])
    else if (char === open.at(-1)) open.pop()
    else if (open.length === 0) at = wordEnd(text, at)
    if (open.length === 0) return at + 1
  }
  return text.length
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++
    else if (text.charAt(at) === '"') return at
  }
  return text.length
}

/** The last character of a number, true, false or null. */
function wordEnd(text: string, start: number): number {
  const word = /^[-+.\w]+/.exec(text.slice(start))
  return start + (word === null ? 1 : word[0].length) - 1
}
