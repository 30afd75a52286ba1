import { Command } from 'commander'
import type { Io } from './io.ts'
import { printError } from './output/errors.ts'
import { type Format, listed } from './output/yaml.ts'

/** The name, version and commands of `slipway`. Every command's code is loaded when it runs. `exit` is told the exit code. */
export function makeProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command('slipway')
    .description('The whole GitOps road, from a commit to running pods, in one process: no Docker, no VM, no cluster.')
    .version('0.1.0', '-v, --version')
    .showHelpAfterError('(run it with --help for more)')
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .exitOverride()
  addCluster(program, io, exit)
  addLooks(program, io, exit)
  addOrigins(program, io, exit)
  addDelivery(program, io, exit)
  for (const [name, what, example] of DROP_INS)
    program.command(name).description(what).addHelpText('after', examples(example))
  return program
}

// Handled before the parser, because every argument of theirs belongs to them; here only for the help.
const DROP_INS = [
  [
    'helm',
    "helm's template, lint, show and dependency, with its flags and output",
    'slipway helm template shop deploy/chart',
  ],
  [
    'kustomize',
    "kustomize's build, with its flags and output",
    'slipway kustomize build deploy/kustomize/overlays/staging',
  ],
  ['kubectl', "your own kubectl with this cluster's kubeconfig", 'slipway kubectl get pods --all-namespaces'],
] as const

type Exit = (code: number) => void

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

/** A command with `-o`; what it prints for people is its own. */
function withOutput(command: Command, ...formats: readonly Format[]): Command {
  return command.option('-o, --output <format>', listed(formats.length === 0 ? ['json', 'yaml'] : formats))
}

function addCluster(program: Command, io: Io, exit: Exit): void {
  program
    .command('init')
    .description(
      'write the road to production around what is here: chart, Applications, workflows, and in an empty folder a service; nothing that exists is touched',
    )
    .addHelpText('after', examples('slipway init', 'git add --all && git commit -m Road && slipway up --trust'))
    .action(async () => exit(await (await import('./commands/init.ts')).run(io)))
  program
    .command('up')
    .description("start this repository's cluster, or attach to it, and follow its commits until Ctrl-C")
    .option('--trust', 'the repository may run what it declares on this machine')
    .option('--verbose', 'show the output of image builds')
    .addHelpText('after', examples('slipway up', 'slipway up --trust --verbose'))
    .action(async (options: object) => exit(await (await import('./commands/up.ts')).run(options, io)))
  program
    .command('down')
    .description('end the running cluster; pods get their grace')
    .option('--purge', "remove the cluster's folder too")
    .addHelpText('after', examples('slipway down', 'slipway down --purge'))
    .action(async (options: object) => exit(await (await import('./commands/down.ts')).run(options, io)))
  program
    .command('try <scenario>')
    .description(
      'play a scenario in the demo, or in a copy of another repository: rollout, readiness, crash, drift or promote',
    )
    .option('--trust', 'the repository may run what it declares on this machine: it is played in a copy of it')
    .addHelpText('after', examples('slipway try rollout', 'slipway try readiness', 'slipway try promote --trust'))
    .action(async (scenario: string, options: object) =>
      exit(await (await import('./commands/try.ts')).run(scenario, options, io)),
    )
  program
    .command('completion <shell>')
    .description('print a completion script for bash, zsh or fish')
    .addHelpText(
      'after',
      examples(
        'source <(slipway completion bash)',
        'slipway completion fish > ~/.config/fish/completions/slipway.fish',
      ),
    )
    .action(async (shell: string) => exit((await import('./commands/completion.ts')).run(shell, program, io)))
  // What completion scripts ask.
  program
    .command('__environments', { hidden: true })
    .action(async () => exit(await (await import('./commands/environment-names.ts')).run(io)))
  withOutput(program.command('doctor'))
    .description('say what this machine can and cannot do')
    .addHelpText('after', examples('slipway doctor', 'slipway doctor -o json'))
    .action(async (options: object) => exit(await (await import('./commands/doctor.ts')).run(options, io)))
}

function addLooks(program: Command, io: Io, exit: Exit): void {
  withOutput(program.command('status'), 'json', 'yaml', 'wide')
    .description('print every environment; exit code 0 only when all are Synced and Healthy')
    .option('--wait <duration>', 'wait until all are Synced and Healthy, such as 60s')
    .addHelpText('after', examples('slipway status --wait 60s', 'slipway status -o json'))
    .action(async (options: object) => exit(await (await import('./commands/status.ts')).run(options, io)))
  program
    .command('logs <environment>')
    .description('print the logs of all pods of an environment')
    .option('-f, --follow', 'go on with what comes')
    .option('-p, --previous', 'the run before the last restart')
    .option('--tail <lines>', 'lines of each pod, from the end')
    .addHelpText('after', examples('slipway logs staging --follow', 'slipway logs staging --previous --tail 20'))
    .action(async (environment: string, options: object) =>
      exit(await (await import('./commands/logs.ts')).run({ ...options, environment }, io)),
    )
  program
    .command('open <environment>')
    .description("print the URL of an environment's Service and open it")
    .addHelpText('after', examples('slipway open staging', 'curl "$(slipway open production)"'))
    .action(async (environment: string) => exit(await (await import('./commands/open.ts')).run({ environment }, io)))
  withOutput(program.command('diff <environment>'))
    .description("show how live objects differ from an environment's manifests; exit code 0 none, 1 some, 2 a fault")
    .option('--revision <commit>', 'compare with a commit or branch instead of what is deployed')
    .addHelpText('after', examples('slipway diff staging', 'slipway diff production --revision stg'))
    .action(async (environment: string, options: object) => {
      const { run } = await import('./commands/diff.ts')
      exit(await run({ ...options, environment }, io).catch((error: unknown) => Math.max(2, printError(error, io))))
    })
}

function addOrigins(program: Command, io: Io, exit: Exit): void {
  withOutput(program.command('render <environment>'), 'yaml', 'json')
    .description('print what Argo CD would apply for an environment; needs no running cluster')
    .option('--revision <commit>', 'a commit or branch instead of what is deployed')
    .addHelpText('after', examples('slipway render staging', 'slipway render production --revision stg'))
    .action(async (environment: string, options: object) =>
      exit(await (await import('./commands/render.ts')).run({ ...options, environment }, io)),
    )
  withOutput(program.command('explain <environment> <object> <field>'))
    .description('say which template and values line made a field, and what they overrode')
    .option('--revision <commit>', 'a commit or branch instead of what is deployed')
    .addHelpText(
      'after',
      examples(
        'slipway explain production deployment/shop spec.replicas',
        'slipway explain staging deploy/shop "spec.template.spec.containers[0].image"',
      ),
    )
    .action(async (environment: string, object: string, field: string, options: object) =>
      exit(await (await import('./commands/explain.ts')).run({ ...options, environment, object, field }, io)),
    )
  withOutput(program.command('values'))
    .description('list the values that do nothing, over all environments; exit code 1 when no template reads one')
    .addHelpText('after', examples('slipway values', 'slipway values -o json'))
    .action(async (options: object) => exit(await (await import('./commands/values.ts')).run(options, io)))
}

function addDelivery(program: Command, io: Io, exit: Exit): void {
  withOutput(program.command('promote'))
    .description('give production exactly the tree that staging runs')
    .option('--from <environment>', 'another environment, or a hotfix branch')
    .option('--to <environment>', 'another target')
    .option('--pr', 'prepare a branch for a pull request and print the commands')
    .addHelpText('after', examples('slipway promote', 'slipway promote --pr', 'slipway promote --from hotfix/login'))
    .action(async (options: object) => exit(await (await import('./commands/promote.ts')).run(options, io)))
  withOutput(program.command('backport'))
    .description("bring production's hotfixes to staging")
    .addHelpText('after', examples('slipway backport', 'slipway backport -o json'))
    .action(async (options: object) => exit(await (await import('./commands/backport.ts')).run(options, io)))
  withOutput(program.command('rollback [environment]'))
    .description("give an environment's branch the tree of an earlier commit; production's unless named")
    .option('--to <commit>', 'the commit whose tree to take')
    .addHelpText('after', examples('slipway rollback', 'slipway rollback production --to 4f1c2ab'))
    .action(async (environment: string | undefined, options: object) =>
      exit(await (await import('./commands/rollback.ts')).run({ ...options, ...named(environment) }, io)),
    )
  withOutput(program.command('history [environment]'))
    .description('print what an environment deployed, newest first')
    .addHelpText('after', examples('slipway history', 'slipway history staging -o json'))
    .action(async (environment: string | undefined, options: object) =>
      exit(await (await import('./commands/history.ts')).run({ ...options, ...named(environment) }, io)),
    )
}

function named(environment: string | undefined): { readonly environment?: string } {
  return environment === undefined ? {} : { environment }
}
