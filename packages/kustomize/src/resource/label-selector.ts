import { failure } from '../errors.ts'

/** One term of a selector; `exists` and `absent` have no values. */
export interface Requirement {
  readonly key: string
  readonly operator: '=' | '!=' | 'in' | 'notin' | '<' | '>' | 'exists' | 'absent'
  readonly values: readonly string[]
}

/** Parses a selector text as Kubernetes does: `a=b,c!=d,e in (f,g),!h,i>1`; throws in its words. */
export function parseSelector(text: string): Requirement[] {
  return new Parser(tokensOf(text)).parse()
}

interface Token {
  readonly kind: 'word' | 'symbol' | 'bad' | 'end'
  readonly text: string
}

const END: Token = { kind: 'end', text: '' }
const SYMBOLS = new Set(['=', '==', '!=', '!', '(', ')', ',', '<', '>'])

// Symbols that stand together are one token only where they mean one: `!=`, `==`.
function tokensOf(text: string): Token[] {
  return (text.match(/[=!]=|[=!(),<>]|[^\s=!(),<>]+/g) ?? []).map((each) => ({
    kind: SYMBOLS.has(each) ? 'symbol' : 'word',
    text: each,
  }))
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Requirement[] {
    const found: Requirement[] = []
    if (this.#next.kind === 'end') return found
    if (!this.#startsTerm()) throw failure(`found '${this.#next.text}', expected: !, identifier, or 'end of string'`)
    for (;;) {
      found.push(this.#requirement())
      const after = this.#take()
      if (after.kind === 'end') return found
      if (after.text !== ',') throw failure(`found '${after.text}', expected: ',' or 'end of string'`)
      if (!this.#startsTerm()) throw failure(`found '${this.#next.text}', expected: identifier after ','`)
    }
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? END
  }

  #take(): Token {
    const token = this.#next
    this.#at++
    return token
  }

  #startsTerm(): boolean {
    return this.#next.kind === 'word' || this.#next.text === '!'
  }

  #requirement(): Requirement {
    const absent = this.#next.text === '!'
    if (absent) this.#take()
    const name = this.#take()
    if (name.kind !== 'word') throw unparsable(`found '${name.text}', expected: identifier`)
    const key = name.text
    demandKey(key)
    if (this.#next.kind === 'end' || this.#next.text === ',')
      return { key, operator: absent ? 'absent' : 'exists', values: [] }
    const operator = this.#operator()
    const values = operator === 'in' || operator === 'notin' ? this.#set() : [this.#value()]
    if ((operator === '<' || operator === '>') && !/^[-+]?\d+$/.test(values[0] ?? ''))
      throw unparsable("for 'Gt', 'Lt' operators, the value must be an integer")
    for (const value of values.toSorted()) demandValue(key, value)
    return { key, operator, values }
  }

  #operator(): 'in' | 'notin' | '=' | '!=' | '<' | '>' {
    const { text } = this.#take()
    if (text === '==') return '='
    if (text === 'in' || text === 'notin' || text === '=' || text === '!=' || text === '<' || text === '>') return text
    throw unparsable(`found '${text}', expected: '=', '!=', '==', 'in', notin'`)
  }

  #value(): string {
    if (this.#next.kind === 'end' || this.#next.text === ',') return ''
    const value = this.#take()
    if (value.kind !== 'word') throw unparsable(`found '${value.text}', expected: identifier`)
    return value.text
  }

  #set(): string[] {
    const open = this.#take()
    if (open.text !== '(') throw unparsable(`found '${open.text}' expected: '('`)
    const first = this.#next
    if (first.text === ')') {
      this.#take()
      return ['']
    }
    if (first.kind !== 'word' && first.text !== ',')
      throw unparsable(`found '${first.text}', expected: ',', ')' or identifier`)
    return this.#members()
  }

  // Empty members count: `(,a)` has two.
  #members(): string[] {
    const found = new Set<string>()
    for (;;) {
      const token = this.#take()
      if (token.kind === 'word') {
        found.add(token.text)
        const { text } = this.#next
        if (text !== ',' && text !== ')') throw unparsable(`found '${text}', expected: ',' or ')'`)
        if (text === ')') return this.#closed(found)
      } else if (token.text === ',') {
        if (found.size === 0 || this.#next.text === ')' || this.#next.text === ',') found.add('')
        if (this.#next.text === ')') return this.#closed(found)
        if (this.#next.text === ',') this.#take()
      } else throw unparsable(`found '${token.text}', expected: ',', or identifier`)
    }
  }

  #closed(found: ReadonlySet<string>): string[] {
    this.#take()
    return [...found]
  }
}

function unparsable(problem: string): Error {
  return failure(`unable to parse requirement: ${problem}`)
}

const VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const DOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const ENDS = 'and must start and end with an alphanumeric character'
const MAX_NAME = 63
const MAX_DOMAIN = 253

function demandValue(key: string, value: string): void {
  const problems = [
    ...(value.length > MAX_NAME ? [`must be no more than ${MAX_NAME} characters`] : []),
    ...(VALUE.test(value)
      ? []
      : [
          `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ENDS} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
        ]),
  ]
  if (problems.length === 0) return
  const where = `at key: ${JSON.stringify(key)}`
  throw unparsable(`invalid label value: ${JSON.stringify(value)}: ${where}: ${problems.join('; ')}`)
}

function demandKey(key: string): void {
  const problems = keyProblems(key.split('/'))
  if (problems.length > 0) throw unparsable(`invalid label key ${JSON.stringify(key)}: ${problems.join('; ')}`)
}

function keyProblems(parts: readonly string[]): string[] {
  const rule = `must consist of alphanumeric characters, '-', '_' or '.', ${ENDS} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`
  if (parts.length > 2)
    return [`a qualified name ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  const name = parts.at(-1) ?? ''
  return [
    ...(parts.length === 2 ? domainProblems(parts[0] ?? '') : []),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > MAX_NAME ? [`name part must be no more than ${MAX_NAME} characters`] : []),
    ...(NAME.test(name) ? [] : [`name part ${rule}`]),
  ]
}

function domainProblems(domain: string): string[] {
  if (domain === '') return ['prefix part must be non-empty']
  const rule = `prefix part a DNS-1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ENDS} (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`
  return [
    ...(domain.length > MAX_DOMAIN ? [`prefix part must be no more than ${MAX_DOMAIN} characters`] : []),
    ...(DOMAIN.test(domain) ? [] : [rule]),
  ]
}
