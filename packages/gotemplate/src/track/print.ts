import { sprint, sprintfPieces } from '../fmt/printf.ts'
import { GoMap, GoSlice, type Value } from '../values/value.ts'
import { plainCall } from './call.ts'
import { bare } from './marks.ts'
import { untag } from './tagged.ts'
import { lazyText, MarkedText, textOf } from './text.ts'

/** Origins through `printf`: each directive has the sources of its argument, a bare `%s` or `%v` of a string keeps its ranges. */
export function trackPrintf(args: readonly Value[], call: (args: readonly Value[]) => Value): Value {
  const [format, ...operands] = args
  if (typeof format !== 'string') return plainCall(args, call)
  const plain = operands.map(bare)
  const build = (): MarkedText => printed(format, operands, plain)
  // What is in a map or list may be another when somebody asks.
  if (operands.some((each) => isContainer(untag(each)))) return build().toValue()
  return lazyText(textOf(call([format, ...plain])), operands, build)
}

function printed(format: string, operands: readonly Value[], plain: readonly Value[]): MarkedText {
  const text = new MarkedText()
  for (const piece of sprintfPieces(format, plain)) {
    const operand = piece.operand === undefined ? undefined : operands[piece.operand]
    if (operand === undefined) text.plain(piece.text)
    else
      text.value(
        textOf(operand) === piece.text || typeof untag(operand) !== 'string' ? operand : whole(operand),
        piece.text,
      )
  }
  return text
}

function isContainer(value: Value): boolean {
  return value instanceof GoMap || value instanceof GoSlice
}

/** Origins through `print`. */
export function trackPrint(args: readonly Value[], call: (args: readonly Value[]) => Value): Value {
  if (!args.every((arg) => typeof untag(arg) === 'string')) return plainCall(args, call)
  return lazyText(textOf(call(args.map(untag))), args, () => {
    const text = new MarkedText()
    for (const arg of args) text.value(arg, sprint([untag(arg)]))
    return text
  })
}

/** The value with one source for all of it: its text is about to change. */
function whole(value: Value): Value {
  return plainCall([value], ([plain]) => plain)
}
