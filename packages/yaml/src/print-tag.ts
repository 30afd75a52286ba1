import type { YamlNode } from './node.ts'
import { resolveScalar } from './resolve.ts'
import { longTagToShort } from './tag.ts'

/** A tag as it is written: `!` or `!!` and the rest, or the whole of it where no handle stands for its start. */
export interface WrittenTag {
  readonly handle: string
  readonly suffix: string
}

const CORE = '!!'

/** The tag that is written before a node: one that its text had, or one that the node has and would not be read with. */
export function tagOf(node: YamlNode): WrittenTag | undefined {
  if (node.kind === 'alias' || node.tag === '' || (!node.tagged && isNatural(node))) return undefined
  const tag = longTagToShort(node.tag)
  if (tag.startsWith(CORE)) return { handle: CORE, suffix: tag.slice(CORE.length) }
  return tag.startsWith('!') ? { handle: '!', suffix: tag.slice(1) } : { handle: '', suffix: tag }
}

/** Whether a string would be read as something else without quotes. */
export function needsQuotes(node: YamlNode): boolean {
  return node.kind === 'scalar' && !node.tagged && node.tag === '!!str' && readTag(node.value) !== '!!str'
}

/** Whether the node is read with its tag where none is written; strings get quotes instead. */
function isNatural(node: Exclude<YamlNode, { kind: 'alias' }>): boolean {
  if (node.kind !== 'scalar') return node.tag === (node.kind === 'map' ? '!!map' : '!!seq')
  return node.tag === '!!str' || node.tag === readTag(node.value)
}

function readTag(text: string): string {
  return resolveScalar(text, { dialect: 'kyaml', tag: '' }).tag
}

const ESCAPED = /[^\w;/?:@&=+$,.~*'()[\]-]/gu

/** The text of a tag. */
export function tagText({ handle, suffix }: WrittenTag): string {
  const escaped = suffix.replace(ESCAPED, escapeChar)
  return handle === '' ? `!<${escaped}>` : `${handle}${escaped}`
}

function escapeChar(char: string): string {
  return Array.from(
    new TextEncoder().encode(char),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')
}
