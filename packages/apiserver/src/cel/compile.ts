import { isRecord } from '@slipway/objects'
import { FUNCTIONS, METHODS, OPTIONAL_METHODS } from './functions.ts'
import { isMacro, macro } from './macros.ts'
import { CelOptional, optionalMember } from './optional.ts'
import { struct, type StructField } from './structs.ts'
import { CelUnsupported, type Token, tokensOf } from './tokens.ts'
import { CelError, type Evaluate, hasMember, indexed, member, OPERATORS, truth } from './values.ts'

/** A compiled expression and the names that it uses. */
export interface Program {
  readonly evaluate: Evaluate
  readonly uses: ReadonlySet<string>
}

/**
 * Compiles an expression of the Common Expression Language, in which only the given names are known, and literals of the given types: `JSONPatch{op: "add"}`.
 *
 * @throws CelUnsupported
 */
export function compile(source: string, names: readonly string[], types: readonly string[] = []): Program {
  const parser = new Parser(tokensOf(source), names, types)
  const evaluate = parser.whole()
  return { evaluate, uses: parser.uses }
}

// What has functions, and is no value.
const NAMESPACES = new Set(['optional', 'jsonpatch'])

const LEVELS: readonly (readonly string[])[] = [
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
]

class Parser {
  readonly uses = new Set<string>()
  readonly #tokens: readonly Token[]
  readonly #names: string[]
  readonly #types: readonly string[]
  // The type of the literal that was read last, until something is made of it.
  #literal: string | undefined
  #at = 0

  constructor(tokens: readonly Token[], names: readonly string[], types: readonly string[]) {
    this.#tokens = tokens
    this.#names = [...names]
    this.#types = types
  }

  whole(): Evaluate {
    const result = this.#expression()
    if (this.#peek().kind !== 'end') throw new CelUnsupported(`unexpected ${this.#peek().text}`)
    return result
  }

  #expression(): Evaluate {
    const test = this.#either()
    if (!this.#accept('?')) return test
    const yes = this.#either()
    this.#expect(':')
    const no = this.#expression()
    return (scope) => (truth(test(scope)) ? yes(scope) : no(scope))
  }

  #either(): Evaluate {
    let left = this.#both()
    while (this.#accept('||')) left = shortcut(left, this.#both(), true)
    return left
  }

  #both(): Evaluate {
    let left = this.#binary(0)
    while (this.#accept('&&')) left = shortcut(left, this.#binary(0), false)
    return left
  }

  #binary(level: number): Evaluate {
    const symbols = LEVELS[level]
    if (symbols === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (let symbol = this.#peek().text; this.#isOperator(symbols); symbol = this.#peek().text) {
      this.#at++
      const operator = OPERATORS[symbol]
      const [before, right] = [left, this.#binary(level + 1)]
      if (operator !== undefined) left = (scope) => operator(before(scope), right(scope))
    }
    return left
  }

  #isOperator(symbols: readonly string[]): boolean {
    const { kind, text } = this.#peek()
    return kind !== 'literal' && symbols.includes(text)
  }

  #unary(): Evaluate {
    if (this.#accept('!')) {
      const value = this.#unary()
      return (scope) => !truth(value(scope))
    }
    if (this.#accept('-')) {
      const value = this.#unary()
      return (scope) => OPERATORS['-']?.(0, value(scope))
    }
    return this.#postfix(this.#primary())
  }

  #postfix(start: Evaluate): Evaluate {
    let owner = start
    for (;;) {
      const before = owner
      if (this.#accept('[')) {
        const optional = this.#accept('?')
        const key = this.#expression()
        this.#expect(']')
        owner = optional
          ? (scope) => optionalMember(before(scope), key(scope))
          : (scope) =>
              through(
                before(scope),
                (value) => indexed(value, key(scope)),
                () => key(scope),
              )
      } else if (this.#accept('.')) {
        const optional = this.#accept('?')
        const name = this.#name()
        if (optional) owner = (scope) => optionalMember(before(scope), name)
        else if (this.#accept('(')) owner = this.#method(before, name)
        else
          owner = (scope) =>
            through(
              before(scope),
              (value) => member(value, name),
              () => name,
            )
      } else return owner
      this.#literal = undefined
    }
  }

  #method(owner: Evaluate, name: string): Evaluate {
    if (isMacro(name)) {
      const variable = this.#name()
      this.#expect(',')
      this.#names.push(variable)
      const bodies = this.#list(')')
      this.#names.pop()
      return macro(name, { owner, variable, bodies })
    }
    const method = METHODS[name] ?? OPTIONAL_METHODS[name]
    if (method === undefined || !(Object.hasOwn(METHODS, name) || Object.hasOwn(OPTIONAL_METHODS, name)))
      throw new CelUnsupported(`unknown method ${name}`)
    const values = this.#list(')')
    return (scope) => method(owner(scope), ...values.map((value) => value(scope)))
  }

  #primary(): Evaluate {
    const token = this.#peek()
    this.#at++
    this.#literal = undefined
    if (token.kind === 'literal') return () => token.value
    if (token.kind === 'name') return this.#named(token.text)
    if (token.text === '(') {
      const inner = this.#expression()
      this.#expect(')')
      return inner
    }
    if (token.text === '[') {
      const items = this.#list(']')
      return (scope) => items.map((item) => item(scope))
    }
    if (token.text === '{') return this.#map()
    throw new CelUnsupported(`unexpected ${token.text}`)
  }

  #named(name: string): Evaluate {
    if (this.#types.includes(name)) return this.#struct(name)
    if (name === 'has' && this.#accept('(')) return this.#has()
    if (NAMESPACES.has(name) && this.#peek().text === '.') return this.#function(name)
    if (this.#accept('(')) {
      const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
      if (known === undefined) throw new CelUnsupported(`unknown function ${name}`)
      const values = this.#list(')')
      return (scope) => known(...values.map((value) => value(scope)))
    }
    if (!this.#names.includes(name)) throw new CelUnsupported(`unknown name ${name}`)
    this.uses.add(name)
    return (scope) => scope.get(name)
  }

  // `optional.of(x)`: a function whose name has a dot.
  #function(namespace: string): Evaluate {
    this.#expect('.')
    const name = `${namespace}.${this.#name()}`
    this.#expect('(')
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    if (known === undefined) throw new CelUnsupported(`unknown function ${name}`)
    const values = this.#list(')')
    return (scope) => known(...values.map((value) => value(scope)))
  }

  // `Object.spec{replicas: 1}`.
  #struct(first: string): Evaluate {
    let type = first
    while (this.#accept('.')) type += `.${this.#name()}`
    this.#expect('{')
    const fields: StructField[] = []
    while (!this.#accept('}')) {
      const name = this.#name()
      this.#expect(':')
      this.#literal = undefined
      const value = this.#expression()
      fields.push({ name, value, type: this.#literal })
      if (this.#peek().text !== '}') this.#expect(',')
    }
    this.#literal = type
    return struct(type, fields)
  }

  // `has(a.b.c)` asks for the last member only; the others must be there.
  #has(): Evaluate {
    const from = this.#at
    this.#expression()
    const last = this.#tokens[this.#at - 1]
    this.#expect(')')
    const after = this.#at
    if (last?.kind !== 'name' || this.#tokens[after - 3]?.text !== '.') throw new CelUnsupported('has() takes a member')
    const owner = new Parser(
      [...this.#tokens.slice(from, after - 3), { kind: 'end', text: '' }],
      this.#names,
      this.#types,
    ).whole()
    return (scope) => {
      const value = owner(scope)
      if (!isRecord(value)) throw new CelError('no such overload')
      return hasMember(value, last.text)
    }
  }

  #map(): Evaluate {
    const pairs: [Evaluate, Evaluate][] = []
    while (!this.#accept('}')) {
      const key = this.#expression()
      this.#expect(':')
      pairs.push([key, this.#expression()])
      if (this.#peek().text !== '}') this.#expect(',')
    }
    return (scope) => Object.fromEntries(pairs.map(([key, value]) => [String(key(scope)), value(scope)]))
  }

  #list(end: string): Evaluate[] {
    const items: Evaluate[] = []
    while (!this.#accept(end)) {
      items.push(this.#expression())
      if (this.#peek().text !== end) this.#expect(',')
    }
    return items
  }

  #name(): string {
    const token = this.#peek()
    if (token.kind !== 'name') throw new CelUnsupported(`expected a name, found ${token.text}`)
    this.#at++
    return token.text
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' }
  }

  #accept(symbol: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'symbol' || token.text !== symbol) return false
    this.#at++
    return true
  }

  #expect(symbol: string): void {
    if (!this.#accept(symbol)) throw new CelUnsupported(`expected ${symbol}, found ${this.#peek().text}`)
  }
}

// What is taken from a value that may be missing may be missing, too.
function through(owner: unknown, take: (value: unknown) => unknown, key: () => unknown): unknown {
  return owner instanceof CelOptional ? optionalMember(owner, key()) : take(owner)
}

// Either side may decide; a failure of the other one is then none.
function shortcut(left: Evaluate, right: Evaluate, deciding: boolean): Evaluate {
  return (scope) => {
    let failure: unknown
    try {
      if (truth(left(scope)) === deciding) return deciding
    } catch (error) {
      failure = error
    }
    if (truth(right(scope)) === deciding) return deciding
    if (failure !== undefined) throw failure
    return !deciding
  }
}
