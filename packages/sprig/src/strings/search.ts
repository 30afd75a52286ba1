import { utf8 } from '@slipway/gotemplate'

/** Two texts in units in which a search of JavaScript finds what one of Go finds, and the way back. */
export interface Searchable {
  readonly part: string
  readonly text: string
  readonly back: (found: string) => string
}

/** Go searches bytes. Whole characters are found the same in both; where the part is none, both texts become one unit a byte. */
export function searchable(part: string, text: string): Searchable {
  if (!utf8.hasEscape(part)) return { part, text, back: (found) => found }
  return { part: bytewise(part), text: bytewise(text), back: (found) => utf8.decodeBytes(bytesOf(found)) }
}

/** A text with a character U+0000 to U+00FF for each byte. */
export function bytewise(text: string): string {
  return String.fromCharCode(...utf8.encodeString(text))
}

function bytesOf(units: string): Uint8Array {
  return Uint8Array.from(units, (unit) => unit.charCodeAt(0))
}
