/** Flags of `kustomize build` as they were given. */
export interface BuildFlags {
  readonly paths: readonly string[]
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** Whether a flag takes a value; `optional` ones are booleans that may be given one behind `=`. */
type FlagKind = 'text' | 'boolean'

const FLAGS: Readonly<Record<string, FlagKind>> = {
  'as-current-user': 'boolean',
  'enable-alpha-plugins': 'boolean',
  'enable-exec': 'boolean',
  'enable-helm': 'boolean',
  'enable-managedby-label': 'boolean',
  env: 'text',
  'helm-api-versions': 'text',
  'helm-command': 'text',
  'helm-debug': 'boolean',
  'helm-kube-version': 'text',
  help: 'boolean',
  'load-restrictor': 'text',
  mount: 'text',
  network: 'boolean',
  'network-name': 'text',
  output: 'text',
  reorder: 'text',
  'stack-trace': 'boolean',
}
const SHORT: Readonly<Record<string, string>> = { e: 'env', h: 'help', o: 'output' }

const BOOLEAN = /^(?:1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/

/** A command line that cannot be understood, in the words of the real tool's flag library. */
export class FlagError extends Error {}

/** Reads arguments as the real tool's flag library does: flags anywhere, `--` ends them. */
export function parseFlags(args: readonly string[]): BuildFlags {
  const paths: string[] = []
  const values = new Map<string, string[]>()
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      paths.push(...rest)
      break
    }
    if (!arg.startsWith('-') || arg === '-') paths.push(arg)
    else take(arg, rest, values)
  }
  return { paths, values }
}

function take(arg: string, rest: string[], values: Map<string, string[]>): void {
  const { name, given, shown } = split(arg)
  const kind = FLAGS[name]
  if (kind === undefined) {
    throw new FlagError(
      arg.startsWith('--') ? `unknown flag: --${name}` : `unknown shorthand flag: '${arg.charAt(1)}' in ${arg}`,
    )
  }
  const value = given ?? (kind === 'boolean' ? 'true' : rest.shift())
  if (value === undefined) throw new FlagError(`flag needs an argument: ${shown}`)
  if (kind === 'boolean' && !BOOLEAN.test(value)) {
    const words = `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`
    throw new FlagError(`invalid argument ${JSON.stringify(value)} for "--${name}" flag: ${words}`)
  }
  values.set(name, [...(values.get(name) ?? []), value])
}

function split(arg: string): { name: string; given: string | undefined; shown: string } {
  if (!arg.startsWith('--')) {
    const letter = arg.charAt(1)
    const text = arg.slice(2).replace(/^=/, '')
    return { name: SHORT[letter] ?? '', given: text === '' ? undefined : text, shown: `'${letter}' in ${arg}` }
  }
  const equals = arg.indexOf('=')
  const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals)
  return { name, given: equals < 0 ? undefined : arg.slice(equals + 1), shown: `--${name}` }
}

/** The last value of a flag. */
export function flagText(flags: BuildFlags, name: string): string | undefined {
  return flags.values.get(name)?.at(-1)
}

/** Whether a boolean flag is on. */
export function flagOn(flags: BuildFlags, name: string): boolean {
  return /^(?:1|t|T|true|TRUE|True)$/.test(flagText(flags, name) ?? '')
}
