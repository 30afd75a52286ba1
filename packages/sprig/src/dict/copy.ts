import {
  GoBytes,
  GoMap,
  GoObject,
  GoPointer,
  GoSlice,
  GoStruct,
  Tagged,
  type Value,
  types,
  untag,
  zeroOf,
} from '@slipway/gotemplate'
import { VERSION, VERSION_POINTER } from '../semver/type.ts'
import type { Version } from '../semver/version.ts'

/** mitchellh/copystructure: a deep copy; nil maps stay nil, tags stay on scalars, hidden fields of structs are left behind. */
export function deepCopy(value: Value): Value {
  if (value instanceof Tagged) {
    const plain = value.value
    const copy = deepCopy(plain)
    if (copy === plain) return value
    return copy instanceof GoMap || copy instanceof GoSlice ? copy : new Tagged(untag(copy), value.marks)
  }
  if (value instanceof GoMap) {
    return new GoMap(value.type, new Map([...value.entries].map(([key, item]) => [key, copyItem(item)])), value.isNil)
  }
  if (value instanceof GoSlice)
    return new GoSlice(value.type, value.items.map(copyItem), { isNil: value.isNil, capacity: value.capacity })
  if (value instanceof GoBytes) return new GoBytes(value.bytes.slice(), value.isNil)
  if (value instanceof GoPointer) return new GoPointer(value.type, deepCopy(value.target))
  if (value instanceof GoStruct) return copyStruct(value)
  // Only exported fields are copied, and a version has none.
  if (value instanceof GoObject && (value.type === VERSION_POINTER || value.type === VERSION)) {
    return new GoObject(value.type, NO_VERSION)
  }
  return value
}

/** In a container a nil pointer becomes a nil interface. */
function copyItem(item: Value): Value {
  return item instanceof GoPointer && item.target === undefined ? null : deepCopy(item)
}

function copyStruct(struct: GoStruct): GoStruct {
  const fields = struct.type.fields.map(({ name, type }): [string, Value] => [
    name,
    isExported(name) ? deepCopy(struct.values.get(name)) : zeroOf(type),
  ])
  return new GoStruct(struct.type, new Map(fields))
}

function isExported(name: string): boolean {
  return /^\p{Lu}/u.test(name)
}

const NO_VERSION: Version = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '', original: '' }

/** True for `map[string]interface {}` itself: what a Go type assertion to it accepts, unlike named map types. */
export function isAnyMap(value: Value): value is GoMap {
  const plain = untag(value)
  return plain instanceof GoMap && plain.type === types.ANY_MAP
}
