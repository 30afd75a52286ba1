import {
  FunctionTable,
  GoBytes,
  GoFunc,
  GoMap,
  GoPointer,
  GoSlice,
  GoStruct,
  Tagged,
  TemplateError,
  TemplateSet,
  fromJs,
  isLimitError,
  nodeText,
  toJs,
  utf8,
} from '@slipway/gotemplate'
import { toValue } from './values.mjs'

/**
 * Our answer to a case, in the same form as the oracle's; `defect` is an exception that no template error words, and a run with origins
 * or limits that answers otherwise. `told` words errors as Helm does.
 */
export function askOurs(one, tables, told) {
  let set
  const answer = (run) => answerOf(run, one.functions === 'helm' ? (error) => told(nameOf(one), error) : undefined)
  const fault = answer(() => (set = setOf(one, tables)) && '')
  if (set === undefined) return fault
  const tree = latin(nodeText(set.lookup(nameOf(one)).root))
  const plain = { ...answer(() => set.execute(nameOf(one), dataOf(one))), tree }
  const tracked = answer(() => tracking(one, set))
  if (tracked.defect !== undefined || tracked.output !== plain.output || tracked.error !== plain.error) {
    return { ...plain, defect: `with origins: ${tracked.defect ?? tracked.error ?? tracked.output}` }
  }
  return limited(one, set) ?? plain
}

function answerOf(run, told) {
  try {
    return { output: latin(run()) }
  } catch (error) {
    if (error instanceof TemplateError)
      return { error: latin(error.message), ...(told === undefined ? {} : { told: latin(told(error)) }) }
    return { defect: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error) }
  }
}

function nameOf(one) {
  return one.files.at(-1)[0]
}

function dataOf(one) {
  const data = toValue(one.data ?? null)
  return data === null ? undefined : data
}

function setOf(one, tables) {
  const functions = tables[one.functions ?? ''] ?? new FunctionTable({})
  const set = new TemplateSet({ name: 'gotpl', functions, missingKey: one.missingkey || 'default' })
  for (const [file, text] of one.files) set.parse(file, text)
  return set
}

/** Executes with a source on every value, and asks where all came from. */
function tracking(one, set) {
  const data = tagged(dataOf(one), '$')
  const output = set.clone().executeTracked(nameOf(one), data, { onRead: () => {} })
  for (const segment of output.segments) {
    if (segment.start > segment.end || segment.end > output.text.length)
      throw new RangeError('a stretch outside of the text')
  }
  return output.text
}

/** What a caller of the library has no source for as a whole. */
const UNTAGGED = [GoFunc, GoBytes, GoStruct, GoPointer]

function tagged(value, path) {
  const ref = { path }
  if (value instanceof GoMap || value instanceof GoSlice) {
    value.ref = ref
    if (value instanceof GoMap)
      for (const [key, item] of value.entries) value.entries.set(key, tagged(item, `${path}.${key}`))
    else value.items.forEach((item, at) => (value.items[at] = tagged(item, `${path}.${at}`)))
    return value
  }
  if (value === undefined || UNTAGGED.some((type) => value instanceof type)) return value
  const source = { place: undefined, through: undefined, refs: [ref], controls: [] }
  return new Tagged(value, [{ start: 0, end: Number.POSITIVE_INFINITY, source }])
}

/** Executes with small limits: that changes nothing but the end. */
function limited(one, set) {
  const at = one.files[0][1].length
  const limits = { depth: 50, output: at % 40, steps: at % 7, size: at % 9, time: 5, clock: () => (at % 3) * 10 }
  try {
    const data = fromJs({ data: toJs(dataOf(one)) })
    set.execute(nameOf(one), data.entries.get('data'), limits)
  } catch (error) {
    if (!isLimitError(error) && !(error instanceof TemplateError)) return { defect: `with limits: ${error.stack}` }
  }
  return undefined
}

function latin(text) {
  return Buffer.from(utf8.encodeString(text)).toString('latin1')
}
