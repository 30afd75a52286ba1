import type { BranchNode } from '../parse/nodes.ts'
import { sprintf } from '../fmt/printf.ts'
import { untag } from '../track/tagged.ts'
import { indirect, sortedKeys } from '../values/reflect.ts'
import { ANY, UINT8 } from '../values/types.ts'
import { GoBytes, GoFunc, GoInt, GoMap, GoSlice, type Value, goInt } from '../values/value.ts'
import { BREAK, NEXT, compileList, compileScope, type Exec } from './compile.ts'
import type { CompileContext } from './context.ts'
import type { Frame } from './frame.ts'
import { compilePipe } from './pipeline.ts'

/** One iteration: index, element, and whether the element was held in an interface. */
type Iterate = (index: Value, element: Value, isInterface: boolean) => boolean

type SlotOf = (frame: Frame) => number

/** Compiles `range` over lists, maps and integers (exec.go walkRange). */
export function compileRange(context: CompileContext, node: BranchNode): Exec {
  const mark = context.scope.mark()
  const evaluate = compilePipe(context, node.pipe)
  const slots = node.pipe.decl.map((variable): SlotOf => {
    const slot = context.scope.resolve(variable.ident[0])
    return typeof slot === 'number' ? () => slot : slot
  })
  const body = compileScope(context, node.list)
  const otherwise = node.elseList === undefined ? undefined : compileList(context, node.elseList)
  context.scope.release(mark)
  return (frame, dot) => {
    frame.node = node
    const source = evaluate(frame, dot)
    const { recorder } = frame.run
    const control = recorder?.enterControl(source)
    const wasInterface = frame.dotIsInterface
    const ran = iterate(frame, node, source, (index, element, isInterface) => {
      bind(frame, slots, { index, element, isInterface })
      frame.dotIsInterface = isInterface
      frame.run.step(frame)
      return body(frame, element) !== BREAK
    })
    frame.dotIsInterface = wasInterface
    const signal = ran ? NEXT : (otherwise?.(frame, dot) ?? NEXT)
    recorder?.leaveControl(control)
    return signal
  }
}

/** One variable gets the element, two get index and element. */
function bind(
  frame: Frame,
  slots: readonly SlotOf[],
  item: { index: Value; element: Value; isInterface: boolean },
): void {
  const [first, second] = slots
  if (first === undefined) return
  if (second === undefined) {
    set(frame, first(frame), item.element, item.isInterface)
    return
  }
  set(frame, first(frame), item.index, false)
  set(frame, second(frame), item.element, item.isInterface)
}

function set(frame: Frame, slot: number, value: Value, isInterface: boolean): void {
  frame.vars[slot] = value
  frame.interfaceVars[slot] = isInterface
}

/** Runs the iterations; false when there was none. */
function iterate(frame: Frame, node: BranchNode, source: Value, run: Iterate): boolean {
  const { value } = indirect(untag(source))
  if (value === undefined || value === null) return false
  if (value instanceof GoSlice) return overList(value, run)
  if (value instanceof GoMap) return overMap(value, run)
  if (value instanceof GoBytes) return overBytes(value, run)
  if (value instanceof GoInt) return overInt(frame, node, value, run)
  if (value instanceof GoFunc && isIterator(value)) return frame.fail('range over a function is not supported')
  return frame.fail(`range can't iterate over ${sprintf('%v', [value])}`)
}

/** The shape of `iter.Seq` and `iter.Seq2`: one function as parameter. */
function isIterator(func: GoFunc): boolean {
  return func.params.length === 1 && func.params[0]?.kind === 'func'
}

function overList(list: GoSlice, run: Iterate): boolean {
  const isInterface = list.type.elem === ANY
  const { length } = list.items
  for (let i = 0; i < length; i++) if (!run(goInt(i), list.items[i], isInterface)) return true
  return length > 0
}

function overBytes(list: GoBytes, run: Iterate): boolean {
  const { length } = list.bytes
  for (let i = 0; i < length; i++)
    if (!run(goInt(i), new GoInt(UINT8, BigInt(Number(list.bytes[i]))), false)) return true
  return length > 0
}

/** Keys and values are taken before the first iteration, as Go sorts them. */
function overMap(map: GoMap, run: Iterate): boolean {
  const isInterface = map.type.elem === ANY
  const keys = sortedKeys(map)
  const values = keys.map((key) => map.entries.get(key))
  for (let i = 0; i < keys.length; i++) if (!run(keys[i], values[i], isInterface)) return true
  return keys.length > 0
}

function overInt(frame: Frame, node: BranchNode, count: GoInt, run: Iterate): boolean {
  if (node.pipe.decl.length > 1) {
    frame.fail(`can't use ${sprintf('%v', [count])} to iterate over more than one variable`)
  }
  for (let i = 0n; i < count.value; i++) if (!run(undefined, new GoInt(count.type, i), false)) return true
  return count.value > 0n
}
