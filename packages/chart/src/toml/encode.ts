import {
  FunctionError,
  formatFloat,
  GoBytes,
  GoInt,
  GoMap,
  GoSlice,
  sortedKeys,
  typeName,
  type Value,
  untag,
} from '@slipway/gotemplate'

/** A map as TOML, as BurntSushi's encoder writes it: scalars before tables, tables indented. Throws a FunctionError with its text. */
export function encodeToml(given: Value): string {
  const value = untag(given)
  const encoder = new Encoder()
  if (value instanceof GoMap) encoder.members([], value)
  else if (value instanceof GoSlice && isTables(value)) throw fault('toml: top-level values must be Go maps or structs')
  else if (!isNothing(value)) return inline(value)
  return encoder.out
}

class Encoder {
  out = ''

  members(path: readonly string[], map: GoMap): void {
    const keys = sortedKeys(map).filter((key) => !isNothing(untag(map.entries.get(key))))
    const isTable = (key: string): boolean => isTableLike(map.entries.get(key))
    for (const key of [...keys.filter((each) => !isTable(each)), ...keys.filter(isTable)]) {
      this.#member([...path, key], untag(map.entries.get(key)))
    }
  }

  #member(path: readonly string[], value: Value): void {
    if (value instanceof GoMap) this.#table(path, value)
    else if (value instanceof GoSlice && isTables(value)) this.#tables(path, value)
    else {
      this.out += `${indent(path)}${keyText(path.at(-1) ?? '')} = ${inline(value)}\n`
    }
  }

  #table(path: readonly string[], map: GoMap): void {
    if (path.length === 1) this.#newline()
    this.out += `${indent(path)}[${path.map(keyText).join('.')}]\n`
    this.members(path, map)
  }

  #tables(path: readonly string[], list: GoSlice): void {
    for (const item of list.items) {
      const map = untag(item)
      if (!(map instanceof GoMap)) continue
      this.#newline()
      this.out += `${indent(path)}[[${path.map(keyText).join('.')}]]\n`
      this.members(path, map)
    }
  }

  #newline(): void {
    if (this.out !== '') this.out += '\n'
  }
}

function indent(path: readonly string[]): string {
  return '  '.repeat(path.length - 1)
}

function isNothing(value: Value): boolean {
  if (value === null || value === undefined) return true
  return (value instanceof GoMap || value instanceof GoSlice || value instanceof GoBytes) && value.isNil
}

function isTableLike(given: Value): boolean {
  const value = untag(given)
  return value instanceof GoMap || (value instanceof GoSlice && isTables(value))
}

function isTables(list: GoSlice): boolean {
  const items = list.items.map(untag)
  if (items.some(isNothing)) throw fault('toml: cannot encode array with nil element')
  return items.length > 0 && items.every((item) => item instanceof GoMap)
}

function inline(given: Value): string {
  const value = untag(given)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return floatText(value)
  if (value instanceof GoInt) return value.value.toString()
  if (value instanceof GoBytes) return `[${Array.from(value.bytes).join(', ')}]`
  if (value instanceof GoSlice) {
    isTables(value)
    return `[${value.items.map(inline).join(', ')}]`
  }
  if (value instanceof GoMap) return inlineTable(value)
  throw fault(`unexpected type: ${typeName(value)}`)
}

function inlineTable(map: GoMap): string {
  const keys = sortedKeys(map)
  const ordered = [
    ...keys.filter((key) => !isTableLike(map.entries.get(key))),
    ...keys.filter((key) => isTableLike(map.entries.get(key))),
  ].filter((key) => !isNothing(untag(map.entries.get(key))))
  return `{${ordered.map((key) => `${keyText(key)} = ${inline(map.entries.get(key))}`).join(', ')}}`
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const text = formatFloat(value, 'g', -1)
  return /[.e]/.test(text) ? text : `${text}.0`
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}

function quoted(text: string): string {
  const escaped = text.replace(
    /["\\\u0000-\u001f\u007f]/g,
    (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `"${escaped}"`
}

function fault(text: string): FunctionError {
  return new FunctionError(text)
}
