import { LazyMarks, type Mark, Tagged, type Value, textOf, type ValueRef } from '@slipway/gotemplate'

/**
 * Origins through tpl: what an action of the text printed has the sources of that action's place in the text, and literal text those of its own
 * stretch; `name` is the name that the text was parsed under.
 */
export function trackTpl(output: Value, template: Tagged, name: string): Value {
  // An empty text prints nothing: what it is the text of stands there.
  if (!(output instanceof Tagged))
    return output === '' ? new Tagged('', new LazyMarks(template.depth, () => template.marks)) : output
  const text = textOf(output)
  const marks = (): Mark[] =>
    output.marks.flatMap((mark) => (mark.source.place?.file === name ? mapped(mark, text, template) : [mark]))
  return new Tagged(text, new LazyMarks(Math.max(output.depth, template.depth), marks))
}

function mapped(mark: Mark, text: string, template: Tagged): Mark[] {
  const { place } = mark.source
  if (place === undefined) return [mark]
  const source = textOf(template)
  const over = template.marks.filter((each) => each.start < place.end && each.end > place.start)
  const isLiteral = text.slice(mark.start, mark.end) === source.slice(place.start, place.end)
  if (!isLiteral) return [withRefs(mark, over)]
  const offset = mark.start - place.start
  const parts = over.map((each) => {
    const start = Math.max(each.start, place.start) + offset
    const end = Math.min(each.end, place.end) + offset
    return withRefs({ ...mark, start, end }, [each])
  })
  return withGaps(mark, parts)
}

/** The parts in order, and the stretches between them as they were. */
function withGaps(mark: Mark, parts: readonly Mark[]): Mark[] {
  const out: Mark[] = []
  let at = mark.start
  for (const part of [...parts].sort((a, b) => a.start - b.start)) {
    if (part.start > at) out.push({ ...mark, start: at, end: part.start })
    if (part.end > at) out.push({ ...part, start: Math.max(part.start, at) })
    at = Math.max(at, part.end)
  }
  return at < mark.end ? [...out, { ...mark, start: at }] : out
}

function withRefs(mark: Mark, sources: readonly Mark[]): Mark {
  const refs = new Set<ValueRef>([...mark.source.refs, ...sources.flatMap((each) => each.source.refs)])
  const controls = new Set<ValueRef>([...mark.source.controls, ...sources.flatMap((each) => each.source.controls)])
  return { ...mark, source: { ...mark.source, refs: [...refs], controls: [...controls] } }
}
