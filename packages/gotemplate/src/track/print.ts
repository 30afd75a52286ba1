import { sprint, sprintfPieces } from '../fmt/printf.ts'
import type { Value } from '../values/value.ts'
import { plainCall } from './call.ts'
import { bare } from './marks.ts'
import { untag } from './tagged.ts'
import { MarkedText, textOf } from './text.ts'

/** Origins through `printf`: each directive has the sources of its argument, a bare `%s` or `%v` of a string keeps its ranges. */
export function trackPrintf(args: readonly Value[], call: (args: readonly Value[]) => Value): Value {
  const [format, ...operands] = args
  if (typeof format !== 'string') return plainCall(args, call)
  const text = new MarkedText()
  for (const piece of sprintfPieces(format, operands.map(bare))) {
    const operand = piece.operand === undefined ? undefined : operands[piece.operand]
    if (operand === undefined) text.plain(piece.text)
    else
      text.value(
        textOf(operand) === piece.text || typeof untag(operand) !== 'string' ? operand : whole(operand),
        piece.text,
      )
  }
  return text.toValue()
}

/** Origins through `print`. */
export function trackPrint(args: readonly Value[], call: (args: readonly Value[]) => Value): Value {
  if (!args.every((arg) => typeof untag(arg) === 'string')) return plainCall(args, call)
  const text = new MarkedText()
  for (const arg of args) text.value(arg, sprint([untag(arg)]))
  return text.toValue()
}

/** The value with one source for all of it: its text is about to change. */
function whole(value: Value): Value {
  return plainCall([value], ([plain]) => plain)
}
