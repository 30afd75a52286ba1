import { type Extent, type YamlNode, dereference } from '@slipway/yaml'
import type { TextSource } from '../resource/read.ts'

/** Where a text within a file stands: the node that it is read from, or else the stretch that stands for all of it. */
export interface InlinePlace {
  readonly node: YamlNode | undefined
  readonly file: string
  readonly whole?: Extent | undefined
}

/**
 * A text that stands in a scalar of a file, to be parsed so that what comes out has places of that file: a block scalar is taken with its indentation,
 * as it stands there. Other scalars have no place for each of their characters.
 */
export function inlineText(text: string, { node, file, whole }: InlinePlace): TextSource {
  const scalar = node === undefined ? undefined : dereference(node)
  if (scalar?.kind !== 'scalar' || scalar.source === undefined) {
    return whole === undefined ? { text, file } : { text, file, place: { source: whole.source, offset: 0, whole } }
  }
  const { source, start, end } = scalar
  // A separator of documents has to stay at the start of its line.
  if (scalar.style !== 'literal' || /^---/m.test(text))
    return { text, file, place: { source, offset: 0, whole: { source, start, end } } }
  const raw = source.text.slice(start, end)
  const skipped = /^[^\n]*\n(?:[ \t]*\n)*/.exec(raw)?.[0].length ?? 0
  return {
    text: raw.slice(skipped).trimEnd() + (/\s*$/.exec(text)?.[0] ?? ''),
    file,
    place: { source, offset: start + skipped },
  }
}
