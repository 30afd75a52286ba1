import type { Value } from '../values/value.ts'
import { textMarks } from './marks.ts'
import { Tagged, type Mark } from './tagged.ts'

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

  /** The string, tagged if any piece was. */
  toValue(): Value {
    return this.#marks.length === 0 ? this.#text : new Tagged(this.#text, this.#marks)
  }
}

/** The text of a string value, tagged or not. */
export function textOf(value: Value): string {
  const plain = value instanceof Tagged ? value.value : value
  return typeof plain === 'string' ? plain : ''
}
