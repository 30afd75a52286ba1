import type { Value } from '../values/value.ts'
import { textMarks } from './marks.ts'
import { LazyMarks, Tagged, type Mark } from './tagged.ts'

/** A string under construction whose pieces keep their sources. */
export class MarkedText {
  #text = ''
  readonly #marks: Mark[] = []

  /** Appends text of no known source. */
  plain(text: string): this {
    this.#text += text
    return this
  }

  /** Appends a value's text (given by the caller when the value is no string), with its sources. */
  value(value: Value, text: string): this {
    const offset = this.#text.length
    for (const mark of textMarks(value, text.length))
      this.#marks.push({ ...mark, start: mark.start + offset, end: mark.end + offset })
    this.#text += text
    return this
  }

  /** Appends part of a tagged string. */
  part(value: Value, start: number, end: number): this {
    const text = textOf(value)
    const offset = this.#text.length - start
    for (const mark of textMarks(value, text.length)) {
      const from = Math.max(mark.start, start)
      const to = Math.min(mark.end, end)
      if (from < to || (from === to && mark.start === mark.end))
        this.#marks.push({ start: from + offset, end: to + offset, source: mark.source })
    }
    this.#text += text.slice(start, end)
    return this
  }

  /** The marks of the text so far. */
  get marks(): readonly Mark[] {
    return this.#marks
  }

  /** The string, tagged if any piece was. */
  toValue(): Value {
    return this.#marks.length === 0 ? this.#text : new Tagged(this.#text, this.#marks)
  }
}

/** A text whose pieces are put together with their sources when somebody asks for these; `from` are the values that it is made of. */
export function lazyText(text: string, from: readonly Value[], build: () => MarkedText): Value {
  let depth = -1
  for (const each of from) if (each instanceof Tagged) depth = Math.max(depth, each.depth)
  return depth < 0 ? text : new Tagged(text, new LazyMarks(depth, () => build().marks))
}

/** The text of a string value, tagged or not. */
export function textOf(value: Value): string {
  const plain = value instanceof Tagged ? value.value : value
  return typeof plain === 'string' ? plain : ''
}
