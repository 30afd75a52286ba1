/** What a word is resolved with: the value of a variable, or undefined where it is not set. */
export type Lookup = (name: string) => string | undefined

/** A word that this reader refuses, and why. */
export class SubstitutionError extends Error {}

// The shell's own parameters ($1, $$, $@) are names too; in a build none of them has a value.
const NAME = /^(?:\d+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*)/u

/**
 * Resolves quotes, escapes and variables of one word as BuildKit's shell lexer does: `$name`, `${name}`, and with `:-`, `-`, `:+`, `+`, `:?`, `?`;
 * nothing is resolved inside single quotes; an unset variable is empty.
 * @throws SubstitutionError for an unclosed quote or brace, `${name:?text}` without a value, and the pattern forms (`#`, `%`, `/`)
 */
export function substitute(word: string, lookup: Lookup, escape = '\\'): string {
  return new Reader(word, lookup, escape).until('')
}

class Reader {
  #at = 0
  readonly #word: string
  readonly #lookup: Lookup
  readonly #escape: string

  constructor(word: string, lookup: Lookup, escape: string) {
    this.#word = word
    this.#lookup = lookup
    this.#escape = escape
  }

  /** Reads up to the closing character, or to the end for ''. */
  until(close: string): string {
    let value = ''
    while (this.#at < this.#word.length) {
      const character = this.#word[this.#at] ?? ''
      if (character === close) return value
      value += this.#next(character)
    }
    if (close !== '') throw new SubstitutionError(`'${close}' is missing in ${this.#word}`)
    return value
  }

  #next(character: string): string {
    if (character === '$') return this.#variable()
    this.#at++
    if (character === "'") return this.#single()
    if (character === '"') return this.#double()
    return character === this.#escape ? (this.#word[this.#at++] ?? '') : character
  }

  #single(): string {
    const end = this.#word.indexOf("'", this.#at)
    if (end < 0) throw new SubstitutionError(`a single quote is not closed in ${this.#word}`)
    const value = this.#word.slice(this.#at, end)
    this.#at = end + 1
    return value
  }

  #double(): string {
    let value = ''
    for (;;) {
      const character = this.#word[this.#at]
      if (character === undefined) throw new SubstitutionError(`a double quote is not closed in ${this.#word}`)
      if (character === '"') break
      value += character === '$' ? this.#variable() : this.#quoted(character)
    }
    this.#at++
    return value
  }

  #quoted(character: string): string {
    this.#at++
    const next = this.#word[this.#at]
    if (character !== this.#escape || next === undefined || !['"', '$', this.#escape].includes(next)) return character
    this.#at++
    return next
  }

  #variable(): string {
    this.#at++
    if (this.#word[this.#at] === '{') return this.#braced()
    const name = NAME.exec(this.#word.slice(this.#at))?.[0]
    if (name === undefined) return '$'
    this.#at += name.length
    return this.#lookup(name) ?? ''
  }

  #braced(): string {
    this.#at++
    const name = NAME.exec(this.#word.slice(this.#at))?.[0]
    if (name === undefined) throw new SubstitutionError(`a variable's name is missing in ${this.#word}`)
    this.#at += name.length
    const operator = /^(?::?[-+?]|\})/.exec(this.#word.slice(this.#at))?.[0]
    if (operator === undefined) {
      throw new SubstitutionError(
        `the modifier '${this.#word[this.#at] ?? ''}' of ${name} in ${this.#word} is not supported`,
      )
    }
    this.#at += operator.length
    if (operator === '}') return this.#lookup(name) ?? ''
    const text = this.until('}')
    this.#at++
    return choose(name, { operator, text, value: this.#lookup(name) })
  }
}

function choose(name: string, form: { operator: string; text: string; value: string | undefined }): string {
  const set = form.value !== undefined && (form.value !== '' || !form.operator.startsWith(':'))
  const kind = form.operator.at(-1)
  if (kind === '+') return set ? form.text : ''
  if (set) return form.value ?? ''
  if (kind === '-') return form.text
  throw new SubstitutionError(`${name}: ${form.text === '' ? 'not set' : form.text}`)
}
