const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}

/** A text as a string of one line. */
export function quotedText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped
  const escaped = text.replace(
    /["\\\u0000-\u001f\u007f]/g,
    (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `"${escaped}"`
}

/** One part of a key, quoted where it has to be. */
export function keyPart(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quotedText(key)
}

/** A key with all its parts. */
export function keyText(path: readonly string[]): string {
  return path.map(keyPart).join('.')
}
