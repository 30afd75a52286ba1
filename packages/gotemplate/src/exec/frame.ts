import { TemplateError, type TemplateErrorCode } from '../errors.ts'
import type { Node } from '../parse/nodes.ts'
import { nodeText } from '../parse/print.ts'
import { placeOf } from '../parse/tree.ts'
import { quote } from '../strconv/quote.ts'
import type { Value } from '../values/value.ts'
import type { Run } from './run.ts'

/** One invocation of a template: its variables and the node being evaluated, which error messages name. */
export class Frame {
  readonly run: Run
  /** The name of the executing template. */
  readonly template: string
  /** Variables by slot; slot 0 is `$`. */
  readonly vars: Value[]
  /** Slots whose value was read out of an interface-typed element: messages then say `interface {}`. */
  readonly interfaceVars: boolean[]
  /** The same for dot. */
  dotIsInterface = false
  node: Node | undefined
  /** The call of this template, in runs that track origins. */
  readonly caller: Frame | undefined

  constructor(run: Run, template: string, options: { slots: number; data: Value; caller?: Frame | undefined }) {
    this.run = run
    this.template = template
    this.vars = Array.from<Value>({ length: options.slots })
    this.vars[0] = options.data
    this.interfaceVars = []
    this.caller = options.caller
  }

  /** Throws an execution error at the current node. */
  fail(reason: string, cause?: unknown): never {
    throw this.error('TEMPLATE_EXEC', reason, cause)
  }

  /** An error with Go's text: location, executing template, node, reason. */
  error(code: TemplateErrorCode, reason: string, cause?: unknown): TemplateError {
    const { node } = this
    if (node === undefined) {
      return new TemplateError(code, `template: ${this.template}: ${reason}`, {
        template: this.template,
        reason,
        cause,
      })
    }
    const place = placeOf(node.tree, node.pos)
    const context = nodeText(node)
    const location = `${place.file}:${place.line}:${place.column}`
    const message = `template: ${location}: executing ${quote(this.template)} at <${context}>: ${reason}`
    return new TemplateError(code, message, { place, template: this.template, context, reason, cause })
  }
}
