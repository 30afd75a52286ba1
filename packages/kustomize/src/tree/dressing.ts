import type { Extent } from '@slipway/yaml'
import type { Node } from './node.ts'

// A line with nothing but a comment, the mark of a list item, or both.
const BARE_LINE = /^\s*(?:-\s+)*-?(?:\s*#.*)?$/
const COMMENT_OR_TAG = /(?:^|[\s,[{])(?:#|!\S*\s)/

/**
 * Whether comments or tags may stand in the lines that a value was read from, or next to them. Nodes of resources do not keep them; a number sign or an
 * exclamation mark inside of quotes counts, too.
 */
export function mayHaveDressing(value: Node): boolean {
  if (value.content.length > 0) return value.content.some(mayHaveDressing)
  return value.at !== undefined && COMMENT_OR_TAG.test(linesAround(value.at))
}

const COMMENT_BEHIND = /[ \t]+(#.*)/y

/** The comment behind a value on its line, where it was read from one. */
export function commentBehind(value: Node): string | undefined {
  if (value.at === undefined) return undefined
  COMMENT_BEHIND.lastIndex = value.at.end
  return COMMENT_BEHIND.exec(value.at.source.text)?.[1]
}

function linesAround({ source: { text }, start, end }: Extent): string {
  let from = lineStart(text, start)
  while (from > 0 && BARE_LINE.test(text.slice(lineStart(text, from - 1), from - 1))) from = lineStart(text, from - 1)
  let to = lineEnd(text, end)
  while (to < text.length && BARE_LINE.test(text.slice(to + 1, lineEnd(text, to + 1)))) to = lineEnd(text, to + 1)
  return text.slice(from, to)
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}
