import { join } from 'node:path'
import { GLOBAL_FLAGS, LINT_FLAGS, SHOW_FLAGS, TEMPLATE_FLAGS } from '../flag-sets.ts'
import { type FlagSpec, type ParsedFlags, parseFlags } from '../flags.ts'
import type { HelmIo } from '../io.ts'
import { readIndex, readRepositories } from '../repositories.ts'
import { repositoryPaths } from '../settings.ts'

interface Completion {
  readonly lines: readonly string[]
  /** Bits: 2 no space, 4 no files. */
  readonly directive: number
}

const NO_FILES: Completion = { lines: [], directive: 4 }
const FILES: Completion = { lines: [], directive: 0 }

/** `helm __complete`: what a shell asks for. */
export function runComplete(args: readonly string[], io: HelmIo): void {
  const { lines, directive } = complete(args, io)
  for (const line of lines) io.stdout.write(`${line}\n`)
  io.stdout.write(`:${directive}\n`)
  const names = [
    ...(directive & 2 ? ['ShellCompDirectiveNoSpace'] : []),
    ...(directive & 4 ? ['ShellCompDirectiveNoFileComp'] : []),
  ]
  io.stderr.write(`Completion ended with directive: ${names.join(', ') || 'ShellCompDirectiveDefault'}\n`)
}

function complete(args: readonly string[], io: HelmIo): Completion {
  const word = args.at(-1) ?? ''
  const before = args.slice(0, -1)
  const isVersion = before.at(-1) === '--version'
  const flags = quietFlags(isVersion ? before.slice(0, -1) : before)
  const [command = '', ...rest] = flags.positional
  const specs = specsOf(command)
  if (word.startsWith('-')) return completeFlag(word, specs)
  switch (command) {
    case 'template':
      return isVersion
        ? versionsAt(rest, flags.on('generate-name') ? 1 : 2, { flags, io })
        : template(rest, { flags, io, word })
    case 'show':
      return isVersion ? versionsAt(rest.slice(1), 1, { flags, io }) : show(rest, { flags, io, word })
    case 'lint':
      return FILES
    default:
      return NO_FILES
  }
}

function specsOf(command: string): readonly FlagSpec[] {
  if (command === 'template') return TEMPLATE_FLAGS
  if (command === 'lint') return LINT_FLAGS
  return command === 'show' ? SHOW_FLAGS : GLOBAL_FLAGS
}

function quietFlags(args: readonly string[]): ParsedFlags {
  return parseFlags(args, [...TEMPLATE_FLAGS, ...SHOW_FLAGS, ...LINT_FLAGS])
}

function completeFlag(word: string, specs: readonly FlagSpec[]): Completion {
  const lines = specs
    .filter((spec) => `--${spec.name}`.startsWith(word))
    .map((spec) => (spec.help === undefined ? `--${spec.name}` : `--${spec.name}\t${spec.help}`))
  return { lines, directive: 4 }
}

interface Asked {
  readonly flags: ParsedFlags
  readonly io: HelmIo
  readonly word: string
}

function template(rest: readonly string[], asked: Asked): Completion {
  return rest.length === (asked.flags.on('generate-name') ? 0 : 1) ? charts(asked) : NO_FILES
}

const SHOW: Readonly<Record<string, string>> = {
  all: 'show all information of the chart',
  chart: "show the chart's definition",
  crds: "show the chart's CRDs",
  readme: "show the chart's README",
  values: "show the chart's values",
}

function show(rest: readonly string[], asked: Asked): Completion {
  if (rest.length === 1) return charts(asked)
  if (rest.length > 1) return NO_FILES
  const lines = Object.entries(SHOW).map(([name, help]) => `${name}\t${help}`)
  return { lines: lines.filter((line) => line.startsWith(asked.word)), directive: 4 }
}

const PREFIXES = [
  'oci://\tChart OCI prefix',
  'https://\tChart URL prefix',
  'http://\tChart URL prefix',
  'file://\tChart local URL prefix',
]

function charts({ flags, io, word }: Asked): Completion {
  const repositories = readRepositories(repositoryPaths(flags, io).config)
  const names = repositories.filter((each) => each.name.startsWith(word)).map((each) => `${each.name}/\t${each.url}`)
  const prefixes = PREFIXES.filter((each) => each.startsWith(word))
  const paths = word === '' ? ['./\tRelative path prefix to local chart', '/\tAbsolute path prefix to local chart'] : []
  const lines = [...names, ...prefixes, ...paths]
  return { lines, directive: names.length + prefixes.length > 0 ? 2 : 0 }
}

/** Versions of the chart that stands at an argument. */
function versionsAt(rest: readonly string[], count: number, { flags, io }: Omit<Asked, 'word'>): Completion {
  const [repository = '', chart = '', ...more] = (rest[count - 1] ?? '').split('/')
  if (rest.length !== count || chart === '' || more.length > 0) return NO_FILES
  const index = readIndex(join(repositoryPaths(flags, io).cache, `${repository}-index.yaml`))
  const lines = (index.get(chart) ?? []).map((each) => {
    const app = each.appVersion === '' ? '' : `App: ${each.appVersion}, `
    return `${each.version}\t${app}Created: ${longDate(each.created)} ${each.deprecated ? '(deprecated)' : ''}`.trimEnd()
  })
  return { lines, directive: 4 }
}

function longDate(text: string): string {
  const time = Date.parse(text)
  const date = new Intl.DateTimeFormat('en-US', { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' })
  return Number.isNaN(time) ? 'January 1, 1' : date.format(time)
}
