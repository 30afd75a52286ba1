import { type YamlNode, dereference } from '@slipway/yaml'

/**
 * Text of a block scalar, put where it stands in its file by empty lines in front and its own indentation, so that whatever is parsed from it has places
 * of that file. Other scalars come back as they are.
 */
export function inPlace(text: string, node: YamlNode | undefined): string {
  const scalar = node === undefined ? undefined : dereference(node)
  if (scalar?.kind !== 'scalar' || scalar.source === undefined || scalar.style !== 'literal') return text
  // A separator of documents has to stay at the start of its line.
  if (/^---/m.test(text)) return text
  const { text: whole, lines } = scalar.source
  const line = lines.at(scalar.start).line
  const rows = whole.slice(scalar.start, scalar.end).split('\n').slice(1)
  const first = rows.findIndex((row) => row.trim() !== '')
  const indent = /^ */.exec(rows[first] ?? '')?.[0] ?? ''
  const shifted = text.replace(/^(?=.)/gm, indent)
  return '\n'.repeat(line + Math.max(first, 0)) + shifted
}
