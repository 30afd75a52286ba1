import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import type { Contexts } from './expression.ts'
import { toExpressionData } from './data.ts'
import type { Data } from './types.ts'

/** How the steps or needed jobs before this one ended: what `success()`, `failure()`, `cancelled()` and `always()` answer. */
export interface Status {
  readonly failed: boolean
  readonly cancelled: boolean
}

const STATUS_FUNCTIONS = ['success', 'failure', 'cancelled', 'always'] as const
const ALL_WELL: Status = { failed: false, cancelled: false }

/**
 * The text with each `${{ ... }}` replaced by its value, as a running job does it: a member that a context lacks is empty.
 * Throws the expression library's error for what is no expression.
 */
export function evaluateText(text: string, contexts: Contexts, status: Status = ALL_WELL): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression, contexts, status).coerceString(),
  )
}

/**
 * Whether an `if:` lets a step or job run. The condition may stand in `${{ }}` or not; one without a status function means `success() && (...)`, and none means
 * `success()`, as GitHub's documentation says.
 */
export function evaluateCondition(
  condition: string | undefined,
  contexts: Contexts,
  status: Status = ALL_WELL,
): boolean {
  const bare = (condition ?? '').trim().replace(/^\$\{\{(.*)\}\}$/s, '$1')
  const own = bare.trim() === '' ? 'success()' : bare
  const asks = STATUS_FUNCTIONS.some((name) => new RegExp(`\\b${name}\\s*\\(`, 'i').test(own))
  return isTruthy(evaluate(asks ? own : `success() && (${own})`, contexts, status))
}

function evaluate(expression: string, contexts: Contexts, status: Status): data.ExpressionData {
  const functions = statusFunctions(status)
  const { tokens } = new Lexer(expression.trim()).lex()
  const parsed = new Parser(tokens, Object.keys(contexts), [...functions.values()]).parse()
  const values = toExpressionData(contexts as Record<string, Data>, () => new data.Dictionary()) as data.Dictionary
  return new Evaluator(parsed, values, functions).evaluate()
}

function statusFunctions({ failed, cancelled }: Status) {
  const answers = { success: !failed && !cancelled, failure: failed && !cancelled, cancelled, always: true }
  return new Map(
    STATUS_FUNCTIONS.map((name) => [
      name,
      { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answers[name]) },
    ]),
  )
}

/** As GitHub says: false, 0, -0, "" and null are falsy. */
function isTruthy(value: data.ExpressionData): boolean {
  if (value instanceof data.BooleanData || value instanceof data.NumberData || value instanceof data.StringData)
    return Boolean(value.value) && !(value instanceof data.NumberData && Number.isNaN(value.value))
  return !(value instanceof data.Null)
}
