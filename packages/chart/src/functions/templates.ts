import {
  type CallContext,
  fnIn,
  FunctionError,
  go,
  type GoFunc,
  goType,
  MarkedText,
  quote,
  Tagged,
  TemplateError,
  textOf,
  type Tree,
  types,
  untag,
  type Value,
} from '@slipway/gotemplate'
import { trackTpl } from './track-tpl.ts'

/** A text that keeps its tags. */
const text = goType<Value>(
  types.STRING,
  (value) => value,
  (value) => value,
)
const opaque = { tracking: 'opaque' } as const
const MAX_INCLUDES = 1000
/** Texts given to `tpl` that stay parsed. */
const MAX_PARSED = 1000

/** include and tpl. */
export function templateFunctions(): Record<string, GoFunc> {
  const counts = new WeakMap<CallContext, Map<string, number>>()
  const parsed = new Map<string, readonly Tree[]>()
  return {
    include: fnIn([go.string, go.any], text, (context, name, data) => include(counts, context, { name, data }), opaque),
    tpl: fnIn([tagged, go.any], text, (context, template, data) => tpl(parsed, context, { template, data }), opaque),
  }
}

/** A parameter of type string that sees its tags. */
const tagged = { type: types.STRING, variadic: false, read: (args: readonly Value[], index: number) => args[index] }

function include(
  counts: WeakMap<CallContext, Map<string, number>>,
  context: CallContext,
  call: { name: string; data: Value },
): Value {
  const { name, data } = call
  const running = counts.get(context) ?? new Map<string, number>()
  counts.set(context, running)
  const count = running.get(name) ?? 0
  if (count > MAX_INCLUDES) {
    throw new FunctionError(`rendering template has a nested reference name: ${name}: unable to execute template`)
  }
  running.set(name, count + 1)
  try {
    return context.execute(name, dataOf(data))
  } finally {
    running.set(name, count)
  }
}

/** Go executes a template for a nil interface without data: then `.a.b` is nothing, and no error. */
function dataOf(value: Value): Value {
  return untag(value) === null ? undefined : value
}

function tpl(
  parsed: Map<string, readonly Tree[]>,
  context: CallContext,
  call: { template: Value; data: Value },
): Value {
  const source = textOf(call.template)
  const templates = context.templates.clone()
  const { name } = templates
  let trees = parsed.get(source)
  if (trees === undefined) {
    trees = attempt(`cannot parse template ${quote(source)}`, () => templates.parseTrees(name, source))
    if (parsed.size >= MAX_PARSED) parsed.clear()
    parsed.set(source, trees)
  }
  for (const tree of trees) {
    if (tree.name === name) templates.define(tree)
    else templates.add([tree])
  }
  const output = attempt(`error during tpl function execution for ${quote(source)}`, () =>
    context.execute(name, dataOf(call.data), templates),
  )
  const clean = withoutNoValue(output)
  return call.template instanceof Tagged ? trackTpl(clean, call.template, name) : clean
}

function attempt<T>(prefix: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TemplateError) || (error.code !== 'TEMPLATE_PARSE' && error.code !== 'TEMPLATE_EXEC'))
      throw error
    throw new FunctionError(`${prefix}: ${error.message}`, { cause: error })
  }
}

const NO_VALUE = '<no value>'

/** Go prints missing values so whatever its options say; Helm takes it out of all output. */
export function withoutNoValue(output: Value): Value {
  const source = textOf(output)
  if (!source.includes(NO_VALUE)) return output
  if (!(output instanceof Tagged)) return source.replaceAll(NO_VALUE, '')
  const kept = new MarkedText()
  let at = 0
  for (let found = source.indexOf(NO_VALUE); found >= 0; found = source.indexOf(NO_VALUE, at)) {
    kept.part(output, at, found)
    at = found + NO_VALUE.length
  }
  return kept.part(output, at, source.length).toValue()
}
