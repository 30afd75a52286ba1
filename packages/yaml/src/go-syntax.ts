import { compareBytes } from '@slipway/diag'
import { decodeBase64, textOfBytes } from './binary.ts'
import type { Dialect } from './dialect.ts'
import { duplicateKeys, isMerge } from './keys.ts'
import { type MapEntry, type MapNode, type YamlNode, dereference } from './node.ts'
import { formatFloat } from './number.ts'
import { resolveScalar } from './resolve.ts'
import { compareTimestamps, timeSyntax } from './timestamp.ts'

/** A decoded value as Go's `%#v` prints it, for the messages that quote one. */
export function goSyntax(node: YamlNode, dialect: Dialect): string {
  const target = dereference(node)
  if (target.kind === 'seq') {
    const items = target.items.filter((item) => !isLeftOut(item, dialect))
    return `[]interface {}{${items.map((item) => inner(item, dialect)).join(', ')}}`
  }
  return target.kind === 'map' ? mapSyntax(target, dialect) : scalarSyntax(target, dialect)
}

function mapSyntax(node: MapNode, dialect: Dialect): string {
  const entries = new Map(
    entriesOf(node, dialect).map(({ key, value }) => [
      inner(key, dialect),
      { text: textOf(key), entry: `${inner(key, dialect)}:${inner(value, dialect)}` },
    ]),
  )
  const strings = dialect === 'kyaml' && node.entries.every(({ key }) => key.kind === 'scalar' && key.tag === '!!str')
  return `map[${strings ? 'string' : 'interface {}'}]interface {}{${[...entries]
    .sort(byKey)
    .map(([, { entry }]) => entry)
    .join(', ')}}`
}

// With what is merged in; go-yaml v3 leaves out mappings that have duplicates.
function entriesOf(node: MapNode, dialect: Dialect): readonly MapEntry[] {
  const own = node.entries.filter(({ key, value }) => isMerge(key) || !isLeftOut(value, dialect))
  const merged = (value: YamlNode): readonly MapEntry[] => {
    const source = dereference(value)
    if (source.kind === 'seq') return source.items.toReversed().flatMap(merged)
    return source.kind === 'map' ? entriesOf(source, dialect) : []
  }
  // The last one of a key counts: in v2 as they stand, in v3 merged ones come before all others.
  const ordered = dialect === 'sigs' ? own : own.toSorted((a, b) => Number(isMerge(b.key)) - Number(isMerge(a.key)))
  return ordered.flatMap((entry) => (isMerge(entry.key) ? merged(entry.value) : [entry]))
}

function isLeftOut(node: YamlNode, dialect: Dialect): boolean {
  const target = dereference(node)
  return dialect === 'kyaml' && target.kind === 'map' && duplicateKeys(target).length > 0
}

const TIME = 'time.Date('

type Entry = readonly [name: string, of: { readonly text: string; readonly entry: string }]

// Go's printer puts a nil key first and orders strings by their bytes, not by how they are quoted.
function byKey([a, first]: Entry, [b, second]: Entry): number {
  const nil = Number(b === 'interface {}(nil)') - Number(a === 'interface {}(nil)')
  if (a.startsWith(TIME) && b.startsWith(TIME)) return compareTimestamps(first.text, second.text)
  const strings = a.startsWith('"') && b.startsWith('"')
  return nil || (strings ? compareBytes(first.text, second.text) : compareBytes(a, b))
}

function textOf(key: YamlNode): string {
  const target = dereference(key)
  return target.kind === 'scalar' ? target.value : ''
}

function inner(node: YamlNode, dialect: Dialect): string {
  const text = goSyntax(node, dialect)
  return text === '<nil>' ? 'interface {}(nil)' : text
}

function scalarSyntax(node: YamlNode, dialect: Dialect): string {
  if (node.kind !== 'scalar') return '<nil>'
  const quoted = node.style !== 'plain' && node.tag === ''
  const { value, tag } = quoted
    ? { value: node.value, tag: '!!str' }
    : resolveScalar(node.value, { dialect, tag: node.tag })
  switch (typeof value) {
    case 'string':
      if (tag === '!!timestamp' && dialect === 'kyaml') return timeSyntax(node.value)
      return tag === '!!binary' ? binarySyntax(value) : quoteGo(value)
    case 'number':
      return tag === '!!float' ? formatFloat(value) : String(value)
    case 'bigint':
      return value < 2n ** 63n ? String(value) : `0x${value.toString(16)}`
    case 'boolean':
      return String(value)
    default:
      return '<nil>'
  }
}

// What is no base64 is a fault of its own, which comes before any message that quotes it. A byte that is no text stands as a lone surrogate.
function binarySyntax(base64: string): string {
  return quoteGo(textOfBytes(decodeBase64(base64) ?? new Uint8Array(), (byte) => String.fromCharCode(0xdc00 + byte)))
}

const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

/** Go's `strconv.Quote`. */
export function quoteGo(text: string): string {
  return `"${text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escapeGo)}"`
}

function escapeGo(char: string): string {
  const short = SHORT[char]
  if (short !== undefined) return short
  const code = char.codePointAt(0) ?? 0
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}
