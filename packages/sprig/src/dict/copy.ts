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
} from '@slipway/gotemplate'
import { VERSION, VERSION_POINTER } from '../semver/type.ts'
import type { Version } from '../semver/version.ts'

/** mitchellh/copystructure: a deep copy; nil maps stay nil, tags stay on scalars. */
export function deepCopy(value: Value): Value {
  if (value instanceof Tagged) {
    const plain = value.value
    const copy = deepCopy(plain)
    if (copy === plain) return value
    return copy instanceof GoMap || copy instanceof GoSlice ? copy : new Tagged(untag(copy), value.marks)
  }
  if (value instanceof GoMap) {
    return new GoMap(value.type, new Map([...value.entries].map(([key, item]) => [key, deepCopy(item)])), value.isNil)
  }
  if (value instanceof GoSlice)
    return new GoSlice(value.type, value.items.map(deepCopy), { isNil: value.isNil, capacity: value.capacity })
  if (value instanceof GoBytes) return new GoBytes(value.bytes.slice(), value.isNil)
  if (value instanceof GoPointer) return new GoPointer(value.type, deepCopy(value.target))
  if (value instanceof GoStruct)
    return new GoStruct(value.type, new Map([...value.values].map(([name, item]) => [name, deepCopy(item)])))
  // Only exported fields are copied, and a version has none.
  if (value instanceof GoObject && (value.type === VERSION_POINTER || value.type === VERSION)) {
    return new GoObject(value.type, NO_VERSION)
  }
  return value
}

const NO_VERSION: Version = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '', original: '' }

/** True for `map[string]interface {}` itself: what a Go type assertion to it accepts, unlike named map types. */
export function isAnyMap(value: Value): value is GoMap {
  const plain = untag(value)
  return plain instanceof GoMap && plain.type === types.ANY_MAP
}
