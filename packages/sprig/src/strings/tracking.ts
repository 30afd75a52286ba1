import { MarkedText, Tagged, type Tracking, type Value, plainCall, textOf, untag, bare } from '@slipway/gotemplate'

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
    const kept = new MarkedText().part(text, at, at + result.length).toValue()
    return kept instanceof Tagged ? new Tagged(result, kept.marks) : result
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
    const out = new MarkedText().plain(head + pad)
    let at = 0
    for (let newline = source.indexOf('\n'); newline >= 0; newline = source.indexOf('\n', at)) {
      out.part(text, at, newline + 1).plain(pad)
      at = newline + 1
    }
    return out.part(text, at, source.length).toValue()
  }
}

function padOf(result: Value, head: string, source: string): string | undefined {
  if (typeof result !== 'string') return undefined
  const lines = source.split('\n').length
  const width = (result.length - head.length - source.length) / lines
  return Number.isInteger(width) ? ' '.repeat(width) : undefined
}

/** Origins through replace: what stays keeps its ranges, what is put in has those of the replacement. */
export const trackReplace: Tracking = (args, call) => {
  const [from, to, text] = args
  const old = textOf(from)
  if (!(text instanceof Tagged) || old === '' || from instanceof Tagged) return plainCall(args, call)
  const source = textOf(text)
  const out = new MarkedText()
  let at = 0
  for (let found = source.indexOf(old); found >= 0; found = source.indexOf(old, at)) {
    out.part(text, at, found).value(to, textOf(to))
    at = found + old.length
  }
  return out.part(text, at, source.length).toValue()
}
