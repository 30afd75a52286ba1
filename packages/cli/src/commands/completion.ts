import type { Command } from 'commander'
import { type Io, UsageError } from '../io.ts'

/** Prints a completion script of commands and their flags, for `source <(slipway completion bash)` and the like. */
export function run(shell: string, program: Command, io: Io): number {
  const commands = new Map(program.commands.map((command) => [command.name(), flagsOf(command)]))
  const write = WRITERS[shell]
  if (write === undefined) throw new UsageError(`no completion for "${shell}"; there is one for bash, zsh and fish`)
  io.stdout.write(write(commands))
  return 0
}

function flagsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : []))
}

const WRITERS: Readonly<Record<string, (commands: ReadonlyMap<string, readonly string[]>) => string>> = {
  bash: (commands) => `_slipway() {
  local current=\${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${[...commands.keys()].join(' ')}' -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${[...commands].map(([name, flags]) => `    ${name}) COMPREPLY=($(compgen -W '${flags.join(' ')}' -- "$current")) ;;`).join('\n')}
  esac
}
complete -o default -F _slipway slipway
`,
  zsh: (commands) => `#compdef slipway
_slipway() {
  if (( CURRENT == 2 )); then
    compadd ${[...commands.keys()].join(' ')}
    return
  fi
  case $words[2] in
${[...commands].map(([name, flags]) => `    ${name}) compadd -- ${flags.join(' ')} ;;`).join('\n')}
  esac
}
compdef _slipway slipway
`,
  fish: (commands) =>
    [
      'complete -c slipway -f',
      ...[...commands.keys()].map((name) => `complete -c slipway -n __fish_use_subcommand -a ${name}`),
      ...[...commands].flatMap(([name, flags]) =>
        flags.map((flag) => `complete -c slipway -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`),
      ),
      '',
    ].join('\n'),
}
