import { sortedKeys } from '../values/reflect.ts'
import { UINT8, type GoType } from '../values/types.ts'
import { GoBytes, GoInt, GoMap, GoObject, GoPointer, GoSlice, GoStruct, type Value } from '../values/value.ts'
import { Tagged } from '../track/tagged.ts'
import type { Printer } from './printer.ts'

/** A value that is no scalar, on its way to the printer. */
export interface CompositeItem {
  readonly value: Value
  readonly type: GoType
  readonly verb: string
  readonly depth: number
}

/** Prints maps, slices, structs, pointers and functions. */
export function printComposite(printer: Printer, item: CompositeItem): void {
  const { value } = item
  if (value instanceof Tagged) printer.value(value.value, item.verb, item.depth)
  else if (value instanceof GoMap) printMap(printer, item, value)
  else if (value instanceof GoSlice) printSlice(printer, item, value)
  else if (value instanceof GoBytes) printBytes(printer, item, value)
  else if (value instanceof GoStruct) printStruct(printer, item, value)
  else if (value instanceof GoPointer) printPointer(printer, item, value)
  else if (value instanceof GoObject && item.type.hidden !== undefined)
    printer.value(item.type.hidden(value), item.verb, item.depth)
  else printer.pointer(value, item.verb)
}

function printMap(printer: Printer, item: CompositeItem, map: GoMap): void {
  const { fmt } = printer
  if (fmt.sharpV) fmt.out += item.type.name
  if (fmt.sharpV && map.isNil) {
    fmt.out += '(nil)'
    return
  }
  fmt.out += fmt.sharpV ? '{' : 'map['
  sortedKeys(map).forEach((key, index) => {
    if (index > 0) fmt.out += fmt.sharpV ? ', ' : ' '
    printer.value(key, item.verb, item.depth + 1)
    fmt.out += ':'
    printer.value(map.entries.get(key) ?? null, item.verb, item.depth + 1)
  })
  fmt.out += fmt.sharpV ? '}' : ']'
}

function printSlice(printer: Printer, item: CompositeItem, slice: GoSlice): void {
  const { fmt } = printer
  if (fmt.sharpV) fmt.out += item.type.name
  if (fmt.sharpV && slice.isNil) {
    fmt.out += '(nil)'
    return
  }
  fmt.out += fmt.sharpV ? '{' : '['
  slice.items.forEach((element, index) => {
    if (index > 0) fmt.out += fmt.sharpV ? ', ' : ' '
    printer.value(element, item.verb, item.depth + 1)
  })
  fmt.out += fmt.sharpV ? '}' : ']'
}

/** Nested byte slices print as text for the text verbs and as numbers else (top-level ones never come here but for bad verbs). */
function printBytes(printer: Printer, item: CompositeItem, bytes: GoBytes): void {
  if ('sqxX'.includes(item.verb)) {
    printer.bytes(bytes, item.verb, item.type.name)
    return
  }
  if (item.verb === 'v' || item.verb === 'd') {
    printer.bytes(bytes, item.verb, '[]uint8')
    return
  }
  const { fmt } = printer
  if (fmt.sharpV) fmt.out += bytes.isNil ? '[]uint8(nil)' : '[]uint8'
  if (fmt.sharpV && bytes.isNil) return
  fmt.out += fmt.sharpV ? '{' : '['
  bytes.bytes.forEach((byte, index) => {
    if (index > 0) fmt.out += fmt.sharpV ? ', ' : ' '
    printer.value(byteValue(byte), item.verb, item.depth + 1)
  })
  fmt.out += fmt.sharpV ? '}' : ']'
}

function printStruct(printer: Printer, item: CompositeItem, struct: GoStruct): void {
  const { fmt } = printer
  if (fmt.sharpV) fmt.out += item.type.name
  fmt.out += '{'
  item.type.fields.forEach((field, index) => {
    if (index > 0) fmt.out += fmt.sharpV ? ', ' : ' '
    if (fmt.plusV || fmt.sharpV) fmt.out += `${field.name}:`
    printer.value(struct.values.get(field.name) ?? null, item.verb, item.depth + 1)
  })
  fmt.out += '}'
}

function printPointer(printer: Printer, item: CompositeItem, pointer: GoPointer): void {
  const { target } = pointer
  const { fmt } = printer
  if (target === undefined) {
    if (fmt.sharpV) fmt.out += `(${item.type.name})(nil)`
    else if (item.verb === 'v') fmt.pad('<nil>')
    else printer.pointer(pointer, item.verb)
    return
  }
  if (item.depth === 0 && (target instanceof GoStruct || target instanceof GoMap || target instanceof GoSlice)) {
    fmt.out += '&'
    printer.value(target, item.verb, item.depth + 1)
    return
  }
  printer.pointer(pointer, item.verb)
}

function byteValue(byte: number): Value {
  return new GoInt(UINT8, BigInt(byte))
}
