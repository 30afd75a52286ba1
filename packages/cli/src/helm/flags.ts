import { HelmError } from './io.ts'

/** How a flag takes its value: `slice` splits at commas, `array` does not, `bool` needs none. */
export type FlagKind = 'bool' | 'string' | 'array' | 'slice'

/** One flag. */
export interface FlagSpec {
  readonly name: string
  readonly kind: FlagKind
  readonly short?: string
  /** The value of a flag without one (`--dry-run`). */
  readonly bare?: string
  /** Said on use, after `Flag --name has been deprecated, `. */
  readonly deprecated?: string
  /** Shown by completion; hidden flags are not. */
  readonly help?: string
}

/** The parsed command line. */
export interface ParsedFlags {
  readonly positional: readonly string[]
  readonly deprecated: readonly string[]
  has(name: string): boolean
  text(name: string): string
  on(name: string): boolean
  list(name: string): readonly string[]
}

/** Reads flags as pflag does: anywhere between arguments, `--name value`, `--name=value`, `-n value`, `-nvalue`. */
export function parseFlags(args: readonly string[], specs: readonly FlagSpec[]): ParsedFlags {
  const parser = new FlagParser(specs)
  parser.parse(args)
  return parser
}

class FlagParser implements ParsedFlags {
  readonly positional: string[] = []
  readonly deprecated: string[] = []
  readonly #long: ReadonlyMap<string, FlagSpec>
  readonly #short: ReadonlyMap<string, FlagSpec>
  readonly #values = new Map<string, string[]>()

  constructor(specs: readonly FlagSpec[]) {
    this.#long = new Map(specs.map((spec) => [spec.name, spec]))
    this.#short = new Map(specs.flatMap((spec) => (spec.short === undefined ? [] : [[spec.short, spec]])))
  }

  parse(args: readonly string[]): void {
    const left = [...args]
    for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
      if (arg === '--') {
        this.positional.push(...left)
        return
      }
      if (arg.startsWith('--')) this.#longFlag(arg, left)
      else if (arg.startsWith('-') && arg !== '-') this.#shortFlags(arg, left)
      else this.positional.push(arg)
    }
  }

  #longFlag(arg: string, left: string[]): void {
    const equals = arg.indexOf('=')
    const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals)
    if (name === '' || name.startsWith('-')) throw new HelmError(`bad flag syntax: ${arg}`)
    const spec = this.#long.get(name)
    if (spec === undefined) throw new HelmError(`unknown flag: --${name}`)
    if (equals >= 0) return this.#set(spec, arg.slice(equals + 1))
    const bare = bareValue(spec)
    if (bare !== undefined) return this.#set(spec, bare)
    const value = left.shift()
    if (value === undefined) throw new HelmError(`flag needs an argument: --${name}`)
    this.#set(spec, value)
  }

  #shortFlags(arg: string, left: string[]): void {
    for (let rest = arg.slice(1); rest !== ''; ) {
      const letter = rest.charAt(0)
      const spec = this.#short.get(letter)
      if (spec === undefined) throw new HelmError(`unknown shorthand flag: '${letter}' in ${arg}`)
      const value = rest.slice(1)
      if (value.startsWith('=')) return this.#set(spec, value.slice(1))
      const bare = bareValue(spec)
      if (bare === undefined) return this.#shortValue(spec, { value, arg, left })
      this.#set(spec, bare)
      rest = value
    }
  }

  #shortValue(spec: FlagSpec, of: { value: string; arg: string; left: string[] }): void {
    const value = of.value === '' ? of.left.shift() : of.value
    if (value === undefined) throw new HelmError(`flag needs an argument: '${spec.short ?? ''}' in ${of.arg}`)
    this.#set(spec, value)
  }

  #set(spec: FlagSpec, value: string): void {
    if (spec.kind === 'bool' && parseBool(value) === undefined) {
      const name = spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`
      const reason = `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`
      throw new HelmError(`invalid argument ${JSON.stringify(value)} for ${JSON.stringify(name)} flag: ${reason}`)
    }
    if (spec.deprecated !== undefined)
      this.deprecated.push(`Flag --${spec.name} has been deprecated, ${spec.deprecated}\n`)
    const before = spec.kind === 'array' || spec.kind === 'slice' ? (this.#values.get(spec.name) ?? []) : []
    const added = spec.kind === 'slice' ? splitCsv(value) : [value]
    this.#values.set(spec.name, [...before, ...added])
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  text(name: string): string {
    return this.#values.get(name)?.at(-1) ?? ''
  }

  on(name: string): boolean {
    return parseBool(this.text(name)) === true
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }
}

function bareValue(spec: FlagSpec): string | undefined {
  return spec.bare ?? (spec.kind === 'bool' ? 'true' : undefined)
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

function parseBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true
  return FALSE.has(text) ? false : undefined
}

/** One line of comma separated values; quoted ones may hold commas. */
function splitCsv(text: string): string[] {
  if (text === '') return []
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}
