import type { FunctionTable } from '../functions.ts'
import type {
  ActionNode,
  BranchNode,
  CommentNode,
  ListNode,
  Statement,
  TemplateNode,
  TextNode,
} from '../parse/nodes.ts'
import { nodeText } from '../parse/print.ts'
import type { Tree } from '../parse/tree.ts'
import { quote } from '../strconv/quote.ts'
import { untag } from '../track/tagged.ts'
import { indirect, isTrue, typeName, typeOf } from '../values/reflect.ts'
import { GoFunc, GoPointer, type Value } from '../values/value.ts'
import { sprint } from '../fmt/printf.ts'
import type { Eval } from './arguments.ts'
import { compileContext, type CompileContext } from './context.ts'
import type { Frame } from './frame.ts'
import { compilePipe } from './pipeline.ts'
import { compileRange } from './range.ts'
import { SlotScope } from './scope.ts'

/** How a statement ended: normally, by `break`, by `continue`. */
export const NEXT = 0
export const BREAK = 1
export const CONTINUE = 2

/** A compiled statement. */
export type Exec = (frame: Frame, dot: Value) => number

/** A template ready to run. */
export interface Compiled {
  readonly name: string
  readonly slots: number
  readonly body: Exec
}

/** Compiles a tree into closures; functions are bound, templates are looked up when they are called. */
export function compileTree(tree: Tree, functions: FunctionTable, tracked: boolean): Compiled {
  const scope = new SlotScope()
  const body = compileList(compileContext(functions, scope, tracked), tree.root)
  return { name: tree.name, slots: scope.slots, body }
}

/** A list of statements; it stops at the first `break` or `continue`. */
export function compileList(context: CompileContext, list: ListNode): Exec {
  const statements = list.nodes
    .filter((node): node is Exclude<Statement, CommentNode> => node.kind !== 'comment')
    .map((node) => compileStatement(context, node))
  const [only] = statements
  if (only !== undefined && statements.length === 1) return only
  return (frame, dot) => {
    for (const statement of statements) {
      const signal = statement(frame, dot)
      if (signal !== NEXT) return signal
    }
    return NEXT
  }
}

/** A list whose variables end with it: the parser lets an `else` name them, but none is there then. */
export function compileScope(context: CompileContext, list: ListNode): Exec {
  const mark = context.scope.mark()
  const body = compileList(context, list)
  context.scope.release(mark)
  return body
}

function compileStatement(context: CompileContext, node: Exclude<Statement, CommentNode>): Exec {
  switch (node.kind) {
    case 'text':
      return compileText(context, node)
    case 'action':
      return compileAction(context, node)
    case 'if':
    case 'with':
      return compileBranch(context, node)
    case 'range':
      return compileRange(context, node)
    case 'template':
      return compileTemplateCall(context, node)
    case 'break':
      return () => BREAK
    case 'continue':
      return () => CONTINUE
  }
}

function compileText(context: CompileContext, node: TextNode): Exec {
  const { text } = node
  if (context.tracked) {
    const place = { file: node.tree.parseName, start: node.pos, end: node.pos + text.length }
    return (frame) => {
      frame.run.recorder?.text(frame, text, place)
      frame.run.write(text)
      return NEXT
    }
  }
  return (frame) => {
    frame.run.write(text)
    return NEXT
  }
}

function compileAction(context: CompileContext, node: ActionNode): Exec {
  const evaluate = compilePipe(context, node.pipe)
  if (node.pipe.decl.length > 0) {
    return (frame, dot) => {
      evaluate(frame, dot)
      return NEXT
    }
  }
  if (context.tracked) return compileTrackedAction(node, evaluate)
  return (frame, dot) => {
    frame.node = node
    const value = evaluate(frame, dot)
    frame.run.write(typeof value === 'string' ? value : printable(frame, node, value))
    return NEXT
  }
}

function compileTrackedAction(node: ActionNode, evaluate: Eval): Exec {
  const place = { file: node.tree.parseName, start: node.pos, end: node.pipe.end }
  return (frame, dot) => {
    frame.node = node
    const value = evaluate(frame, dot)
    const plain = untag(value)
    const text = typeof plain === 'string' ? plain : printable(frame, node, value)
    frame.run.recorder?.action(frame, { place, value, text })
    frame.run.write(text)
    return NEXT
  }
}

/** What an action prints for a value (exec.go printValue). */
function printable(frame: Frame, node: ActionNode, value: Value): string {
  // A tagged nil is still nil: what has no tag left the pipeline as no value.
  if ((untag(value) ?? undefined) === undefined) return '<no value>'
  const plain = untag(value)
  if (plain instanceof GoFunc) {
    frame.node = node
    frame.fail(`can't print ${nodeText(node)} of type ${typeName(plain)}`)
  }
  const shown = plain instanceof GoPointer ? indirect(plain).value : value
  const addressed = typeOf(shown)?.addressed
  return addressed === undefined ? sprint([shown]) : addressed(untag(shown))
}

function compileBranch(context: CompileContext, node: BranchNode): Exec {
  const mark = context.scope.mark()
  const condition = compilePipe(context, node.pipe)
  const then = compileScope(context, node.list)
  const otherwise = node.elseList === undefined ? undefined : compileList(context, node.elseList)
  context.scope.release(mark)
  const isWith = node.kind === 'with'
  const choose = (frame: Frame, dot: Value, value: Value): number =>
    isTrue(value) ? runBranch(frame, { isWith, then, value }, dot) : (otherwise?.(frame, dot) ?? NEXT)
  if (!context.tracked) {
    return (frame, dot) => {
      frame.node = node
      return choose(frame, dot, condition(frame, dot))
    }
  }
  const place = { file: node.tree.parseName, start: node.pos, end: node.pipe.end }
  return (frame, dot) => {
    frame.node = node
    const value = condition(frame, dot)
    const { recorder } = frame.run
    const outer = recorder?.enterControl(value)
    const before = frame.run.out.length
    const signal = choose(frame, dot, value)
    if (frame.run.out.length === before) recorder?.skipped(frame, place)
    recorder?.leaveControl(outer)
    return signal
  }
}

function runBranch(frame: Frame, branch: { isWith: boolean; then: Exec; value: Value }, dot: Value): number {
  if (!branch.isWith) return branch.then(frame, dot)
  const wasInterface = frame.dotIsInterface
  frame.dotIsInterface = false
  const signal = branch.then(frame, branch.value)
  frame.dotIsInterface = wasInterface
  return signal
}

function compileTemplateCall(context: CompileContext, node: TemplateNode): Exec {
  const evaluate = node.pipe === undefined ? undefined : compilePipe(context, node.pipe)
  const place = { file: node.tree.parseName, start: node.pos, end: node.end }
  return (frame, dot) => {
    const { run } = frame
    frame.node = node
    const template = run.templates.compiled(node.name, context.tracked)
    if (template === undefined) return frame.fail(`template ${quote(node.name)} not defined`)
    if (run.depth >= run.maxDepth)
      throw frame.error('TEMPLATE_DEPTH', `exceeded maximum template depth (${run.maxDepth})`)
    const data = evaluate?.(frame, dot)
    run.step(frame)
    run.depth++
    run.recorder?.call(place)
    run.enter(template, data, frame)
    run.recorder?.leave()
    run.depth--
    return NEXT
  }
}
