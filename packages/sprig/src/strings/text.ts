import {
  GoBytes,
  GoSlice,
  type SliceOptions,
  type Value,
  itemsOf,
  sprint,
  typeOf,
  types,
  untag,
  utf8,
} from '@slipway/gotemplate'

/** sprig's strval: strings and bytes as they are, everything else as `%v`. */
export function strval(value: Value): string {
  const plain = untag(value)
  if (typeof plain === 'string') return plain
  if (plain instanceof GoBytes) return utf8.decodeBytes(plain.bytes)
  return sprint([plain])
}

/** sprig's strslice: any list as `[]string`, nils left out; a `[]string` is given back itself. */
export function strslice(value: Value): GoSlice {
  const plain = untag(value)
  if (plain instanceof GoSlice && plain.type === types.STRING_SLICE) return plain
  const items = itemsOf(plain)
  if (items !== undefined) {
    const kept = items.filter((item) => typeOf(item) !== undefined)
    return new GoSlice(types.STRING_SLICE, kept.map(strval), { capacity: items.length })
  }
  return new GoSlice(types.STRING_SLICE, typeOf(plain) === undefined ? [] : [strval(plain)])
}

/** The strings of a `[]string`. */
export function stringsOf(list: GoSlice): string[] {
  return list.items.map((item) => String(untag(item)))
}

/** A `[]string`. */
export function stringList(items: string[], options: SliceOptions = {}): GoSlice {
  return new GoSlice(types.STRING_SLICE, items, options)
}
