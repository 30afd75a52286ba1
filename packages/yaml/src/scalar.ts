import type { ScalarFacts } from './analyze.ts'
import type { ScalarStyle } from './node.ts'
import type { Writer } from './writer.ts'

/** Bytes that a key may have to stand before its colon; longer ones get a `?`. */
export const SIMPLE_KEY_LENGTH = 128

/** A scalar to write: its text, the style that is wished for, what the text allows, and the tag to put before it. */
export interface PlannedScalar {
  readonly text: string
  readonly style: ScalarStyle
  readonly facts: ScalarFacts
  readonly tag?: string | undefined
}

/** Where a scalar is written. */
export interface ScalarPlace {
  /** Before a colon on its line. */
  readonly simpleKey: boolean
  /** Inside of `{}` or `[]`. */
  readonly inFlow?: boolean
}

/** The style that a scalar gets: the one that is wished for, as far as its text and its place allow (yaml_emitter_select_scalar_style, for implicit tags). */
export function possibleStyle(scalar: PlannedScalar, { simpleKey, inFlow = false }: ScalarPlace): ScalarStyle {
  const { facts, text } = scalar
  const mayBePlain = inFlow ? facts.flowPlain : facts.blockPlain
  let style = simpleKey && facts.multiline ? 'double' : scalar.style
  if (style === 'plain' && (!mayBePlain || (text === '' && (simpleKey || inFlow)))) style = 'single'
  if (style === 'single' && !facts.singleQuoted) style = 'double'
  if ((style === 'literal' || style === 'folded') && (!facts.block || simpleKey || inFlow)) style = 'double'
  return style
}

/** How {@link writeScalar} writes. */
export interface ScalarWriting {
  readonly style: ScalarStyle
  /** Whether long lines may be folded. */
  readonly folds: boolean
  /** Writes the end of the first line of a block scalar; absent: a line break. */
  readonly endLine?: () => void
}

/** Writes one scalar in the style that was chosen for it. */
export function writeScalar(writer: Writer, text: string, how: ScalarWriting): void {
  switch (how.style) {
    case 'plain':
      return writer.plain(text, how.folds)
    case 'single':
      return writer.singleQuoted(text, how.folds)
    case 'double':
      return writer.doubleQuoted(text, how.folds)
    default:
      return writer.block(text, how.style, how.endLine ?? (() => writer.lineBreak()))
  }
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\x00-\x7f]*$/.test(text) ? text.length : new TextEncoder().encode(text).length
}
