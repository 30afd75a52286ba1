import type { Command } from 'commander'
import { type Io, UsageError } from '../io.ts'
import { listed } from '../output/yaml.ts'
import { SCENARIOS } from '../try/scenarios.ts'

/** Prints a completion script of commands, their flags and arguments, for `source <(slipway completion bash)` and the like. */
export function run(shell: string, program: Command, io: Io): number {
  const write = WRITERS.get(shell)
  if (write === undefined)
    throw new UsageError(`no completion for "${shell}"; there is one for ${listed([...WRITERS.keys()])}`)
  io.stdout.write(write(program.commands.filter((command) => !command.name().startsWith('__')).map(wordsOf)))
  return 0
}

/** What can stand behind a command. */
interface Words {
  readonly name: string
  readonly flags: readonly string[]
  /** Fixed words of the first argument. */
  readonly words: readonly string[]
  /** The first argument is an environment, which only the repository knows. */
  readonly takesEnvironment: boolean
  readonly formats: readonly string[]
}

const ENVIRONMENTS = 'slipway __environments 2>/dev/null'

function wordsOf(command: Command): Words {
  const [first] = command.registeredArguments
  const output = command.options.find(({ long }) => long === '--output')
  return {
    name: command.name(),
    flags: command.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : [])),
    words: FIXED.get(first?.name() ?? '')?.() ?? [],
    takesEnvironment: first?.name() === 'environment',
    formats: (output?.description ?? '').split(/, | or /).filter((word) => word !== ''),
  }
}

const FIXED: ReadonlyMap<string, () => readonly string[]> = new Map([
  ['scenario', () => [...SCENARIOS.keys()]],
  ['shell', () => [...WRITERS.keys()]],
])

const WRITERS: ReadonlyMap<string, (commands: readonly Words[]) => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
])

function bash(commands: readonly Words[]): string {
  const cases = commands.map(({ name, flags, words, takesEnvironment, formats }) => {
    const first = [...words, ...(takesEnvironment ? [`$(${ENVIRONMENTS})`] : [])].join(' ')
    return `    ${name}) flags='${flags.join(' ')}' first="${first}" formats='${formats.join(' ')}' ;;`
  })
  return `_slipway() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} flags='' first='' formats=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  case $previous in
    -o | --output) flags='' first=$formats ;;
    *) [ "$COMP_CWORD" -eq 2 ] || first='' ;;
  esac
  COMPREPLY=($(compgen -W "$first $flags" -- "$current"))
}
complete -o default -F _slipway slipway
`
}

function zsh(commands: readonly Words[]): string {
  const cases = commands.map(({ name, flags, words, takesEnvironment, formats }) => {
    const first = takesEnvironment ? `\${(f)"$(${ENVIRONMENTS})"}` : words.join(' ')
    return `    ${name}) flags=(${flags.join(' ')}) first=(${first}) formats=(${formats.join(' ')}) ;;`
  })
  return `#compdef slipway
_slipway() {
  local -a flags first formats
  if (( CURRENT == 2 )); then
    compadd ${commands.map(({ name }) => name).join(' ')}
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT-1] == (-o|--output) ]]; then
    compadd -- $formats
    return
  fi
  (( CURRENT == 3 )) && compadd -- $first
  compadd -- $flags
}
compdef _slipway slipway
`
}

function fish(commands: readonly Words[]): string {
  const lines = commands.flatMap(({ name, flags, words, takesEnvironment, formats }) => {
    const on = `complete -c slipway -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c slipway -n __fish_use_subcommand -a ${name}`,
      ...(takesEnvironment ? [`${on} -a '(${ENVIRONMENTS})'`] : []),
      ...(words.length === 0 ? [] : [`${on} -a '${words.join(' ')}'`]),
      ...flags.map((flag) =>
        flag === '--output' ? `${on} -s o -l output -x -a '${formats.join(' ')}'` : `${on} -l ${flag.slice(2)}`,
      ),
    ]
  })
  return ['complete -c slipway -f', ...lines, ''].join('\n')
}
