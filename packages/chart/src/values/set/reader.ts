/** Reads the runes of a `--set` argument. */
export class RuneReader {
  readonly #runes: readonly string[]
  at = 0

  constructor(text: string) {
    this.#runes = [...text]
  }

  get isAtEnd(): boolean {
    return this.at >= this.#runes.length
  }

  /** The next rune; undefined at the end. */
  next(): string | undefined {
    const rune = this.#runes[this.at]
    if (rune !== undefined) this.at++
    return rune
  }

  peek(): string | undefined {
    return this.#runes[this.at]
  }

  /** What is left. */
  rest(): string {
    return this.#runes.slice(this.at).join('')
  }

  /** Everything up to one of the stops, which is consumed; `last` undefined when the end came first. Backslashes escape unless `literal`. */
  until(stops: string, literal: boolean): { text: string; last: string | undefined } {
    let text = ''
    for (let rune = this.next(); rune !== undefined; rune = this.next()) {
      if (stops.includes(rune)) return { text, last: rune }
      if (rune === '\\' && !literal) {
        const escaped = this.next()
        if (escaped === undefined) return { text, last: undefined }
        text += escaped
      } else text += rune
    }
    return { text, last: undefined }
  }
}
