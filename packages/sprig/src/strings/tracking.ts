import {
  LazyMarks,
  MarkedText,
  Tagged,
  type Tracking,
  type Value,
  bare,
  lazyText,
  plainCall,
  textOf,
  untag,
} from '@slipway/gotemplate'

/**
 * Origins through functions whose result is a stretch of their text argument, or the same text in another case: ranges move along. Anything else
 * falls back to one source for all.
 */
export function trackKept(index: number): Tracking {
  return (args, call) => {
    const text = args[index]
    if (!(text instanceof Tagged) || typeof text.value !== 'string') return plainCall(args, call)
    const result = call(args.map(bare))
    if (typeof result !== 'string' || result === '') return plainCall(args, call)
    const at = result.length === text.value.length ? 0 : text.value.indexOf(result)
    if (at < 0) return plainCall(args, call)
    const { length } = result
    return new Tagged(result, new LazyMarks(text.depth, () => new MarkedText().part(text, at, at + length).marks))
  }
}

/** Origins through indent and nindent. */
export function trackIndent(head: string): Tracking {
  return (args, call) => {
    const [count, text] = args
    if (!(text instanceof Tagged)) return plainCall(args, call)
    const result = call(args.map(bare))
    const source = textOf(text)
    const pad = padOf(result, head, source)
    if (pad === undefined || untag(count) !== count) return plainCall(args, call)
    return lazyText(textOf(result), [text], () => indented(text, head, pad))
  }
}

function indented(text: Tagged, head: string, pad: string): MarkedText {
  const source = textOf(text)
  const out = new MarkedText().plain(head + pad)
  let at = 0
  for (let newline = source.indexOf('\n'); newline >= 0; newline = source.indexOf('\n', at)) {
    out.part(text, at, newline + 1).plain(pad)
    at = newline + 1
  }
  return out.part(text, at, source.length)
}

function padOf(result: Value, head: string, source: string): string | undefined {
  if (typeof result !== 'string') return undefined
  let lines = 1
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lines++
  const width = (result.length - head.length - source.length) / lines
  return Number.isInteger(width) ? ' '.repeat(width) : undefined
}

/** Origins through replace: what stays keeps its ranges, what is put in has those of the replacement. */
export const trackReplace: Tracking = (args, call) => {
  const [from, to, text] = args
  if (!(text instanceof Tagged) || textOf(from) === '' || from instanceof Tagged) return plainCall(args, call)
  const result = call(args.map(bare))
  return lazyText(textOf(result), [text, to], () => replaced(textOf(from), to, text))
}

function replaced(old: string, to: Value, text: Tagged): MarkedText {
  const source = textOf(text)
  const out = new MarkedText()
  let at = 0
  for (let found = source.indexOf(old); found >= 0; found = source.indexOf(old, at)) {
    out.part(text, at, found).value(to, textOf(to))
    at = found + old.length
  }
  return out.part(text, at, source.length)
}
