import type { Node } from '../parse/nodes.ts'
import { quote } from '../strconv/quote.ts'
import { untag } from '../track/tagged.ts'
import { elementOf, indirect, typeName, typeOf, zeroOf } from '../values/reflect.ts'
import { ANY, type GoType, type Method } from '../values/types.ts'
import { GoMap, GoObject, GoPointer, GoStruct, type Value } from '../values/value.ts'
import type { Arguments } from './arguments.ts'
import type { Frame } from './frame.ts'
import { callMethod } from './method.ts'
import { NONE } from './unset.ts'

/** A field access on its way: where it stands, what it may be called with, and the value that the pipeline hands on. */
export interface FieldAccess {
  readonly node: Node
  readonly args: Arguments | undefined
  readonly final: Value
}

/** `.X.Y.Z`, the last one with the arguments (exec.go evalFieldChain). */
export function walkFields(frame: Frame, start: Receiver, names: readonly string[], access: FieldAccess): Value {
  let { value, isInterface } = start
  const last = names.length - 1
  for (let i = 0; i <= last; i++) {
    const name = String(names[i])
    if (value instanceof GoMap && value.type.methods.size === 0 && (i < last || access.final === NONE)) {
      const item = value.entries.get(name)
      if (item !== undefined && (i < last || access.args === undefined || access.args.count === 0)) {
        frame.run.recorder?.read(value, name)
        isInterface = value.type.elem === ANY
        value = item
        continue
      }
    }
    const receiver = { value, isInterface, dot: start.dot }
    const next = evalField(
      frame,
      receiver,
      name,
      i < last ? { node: access.node, args: undefined, final: NONE } : access,
    )
    isInterface = isHeldInInterface(value, name)
    value = next
  }
  return value
}

/** What a field is looked up in; `dot` is what arguments are evaluated against. */
export interface Receiver {
  readonly value: Value
  readonly isInterface: boolean
  readonly dot: Value
}

/** Whether what a container has under a name is of an interface type: an item of a map, a field of a struct. */
function isHeldInInterface(container: Value, name: string): boolean {
  const { value } = indirect(untag(container))
  const struct = structOf(value)
  const field = struct?.type.fields.find((candidate) => candidate.name === name)
  return (field === undefined ? typeOf(value)?.elem : field.type) === ANY
}

function evalField(frame: Frame, receiver: Receiver, name: string, access: FieldAccess): Value {
  const given = untag(receiver.value)
  if (given === undefined) {
    if (frame.run.templates.missingKey === 'error') frame.fail(`nil data; no entry for key ${quote(name)}`)
    return undefined
  }
  const typ = receiver.isInterface || given === null ? 'interface {}' : typeName(given)
  const { value, isNil } = indirect(given)
  if (value === null) return frame.fail(`nil pointer evaluating ${typ}.${name}`)
  const method = methodOf(given, name) ?? methodOf(value, name)
  if (method !== undefined) {
    return callMethod(
      frame,
      { name, method, receiver: methodOf(value, name) === undefined ? given : value, dot: receiver.dot },
      access,
    )
  }
  const hasArgs = (access.args?.count ?? 0) > 0 || access.final !== NONE
  const struct = structOf(value)
  if (struct !== undefined) {
    const field = structField(frame, { value: struct, name, hasArgs, typ })
    if (field !== undefined) return field.value
  } else if (value instanceof GoMap) {
    if (hasArgs) frame.fail(`${name} is not a method but has arguments`)
    return mapEntry(frame, value, name)
  } else if (value instanceof GoPointer && isNil && (!isStructPointer(value.type) || hasField(value.type.elem, name))) {
    frame.fail(`nil pointer evaluating ${typ}.${name}`)
  }
  return frame.fail(`can't evaluate field ${name} in type ${typ}`)
}

function isStructPointer(type: GoType): boolean {
  return type.elem?.kind === 'struct'
}

function hasField(type: GoType | undefined, name: string): boolean {
  return type?.fields.some((field) => field.name === name) === true
}

function methodOf(value: Value, name: string): Method | undefined {
  return typeOf(value)?.methods.get(name)
}

/** The struct itself, or the one that a value of TypeScript is in Go. */
function structOf(value: Value): GoStruct | undefined {
  if (value instanceof GoStruct) return value
  if (!(value instanceof GoObject)) return undefined
  const hidden = indirect(value.type.hidden?.(value)).value
  return hidden instanceof GoStruct ? hidden : undefined
}

function structField(
  frame: Frame,
  access: { value: GoStruct; name: string; hasArgs: boolean; typ: string },
): { value: Value } | undefined {
  const field = access.value.type.fields.find((candidate) => candidate.name === access.name)
  if (field === undefined) return undefined
  if (!/^\p{Lu}/u.test(field.name)) frame.fail(`${field.name} is an unexported field of struct type ${access.typ}`)
  if (access.hasArgs) frame.fail(`${access.name} has arguments but cannot be invoked as function`)
  return { value: access.value.values.get(access.name) }
}

function mapEntry(frame: Frame, map: GoMap, name: string): Value {
  frame.run.recorder?.read(map, name)
  const item = map.entries.get(name)
  if (item !== undefined) return item
  switch (frame.run.templates.missingKey) {
    case 'zero':
      return zeroOf(elementOf(map))
    case 'error':
      return frame.fail(`map has no entry for key ${quote(name)}`)
    default:
      return undefined
  }
}
