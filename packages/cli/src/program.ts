import { Command } from 'commander'
import type { Io } from './io.ts'
import { printError } from './output/errors.ts'

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
  addDelivery(program, io, exit)
  for (const [name, what] of DROP_INS) program.command(name).description(what)
  return program
}

// Handled before the parser, because every argument of theirs belongs to them; here only for the help.
const DROP_INS = [
  ['helm', "helm's template, lint, show and dependency, with its flags and output"],
  ['kustomize', "kustomize's build, with its flags and output"],
  ['kubectl', "your own kubectl with this cluster's kubeconfig"],
] as const

type Exit = (code: number) => void

function addCluster(program: Command, io: Io, exit: Exit): void {
  program
    .command('init')
    .description(
      'write the starter into this repository: service, Dockerfile, chart, overlays, Applications, workflows; nothing that exists is touched',
    )
    .action(async () => exit(await (await import('./commands/init.ts')).run(io)))
  program
    .command('up')
    .description("start this repository's cluster, or attach to it, and follow its commits until Ctrl-C")
    .option('--trust', 'the repository may run what it declares on this machine')
    .option('--verbose', 'show the output of image builds')
    .addHelpText('after', '\nExamples:\n  slipway up\n  slipway up --trust --verbose')
    .action(async (options: object) => exit(await (await import('./commands/up.ts')).run(options, io)))
  program
    .command('down')
    .description('end the running cluster; pods get their grace')
    .option('--purge', "remove the cluster's folder too")
    .action(async (options: object) => exit(await (await import('./commands/down.ts')).run(options, io)))
  program
    .command('try <scenario>')
    .description(
      'play a scenario in the demo, or in a copy of another repository: rollout, readiness, crash, drift or promote',
    )
    .addHelpText('after', '\nExamples:\n  slipway try rollout\n  slipway try readiness')
    .option('--trust', 'the repository may run what it declares on this machine: it is played in a copy of it')
    .action(async (scenario: string, options: object) =>
      exit(await (await import('./commands/try.ts')).run(scenario, options, io)),
    )
  program
    .command('completion <shell>')
    .description('print a completion script for bash, zsh or fish')
    .addHelpText(
      'after',
      '\nExamples:\n  source <(slipway completion bash)\n  slipway completion fish > ~/.config/fish/completions/slipway.fish',
    )
    .action(async (shell: string) => exit((await import('./commands/completion.ts')).run(shell, program, io)))
  program
    .command('doctor')
    .description('say what this machine can and cannot do')
    .action(async () => exit(await (await import('./commands/doctor.ts')).run(io)))
}

function addLooks(program: Command, io: Io, exit: Exit): void {
  program
    .command('status')
    .description('print every environment; exit code 0 only when all are Synced and Healthy')
    .option('-o, --output <format>', 'json, yaml or wide')
    .option('--wait <duration>', 'wait until all are Synced and Healthy, such as 60s')
    .addHelpText('after', '\nExamples:\n  slipway status --wait 60s\n  slipway status -o json')
    .action(async (options: object) => exit(await (await import('./commands/status.ts')).run(options, io)))
  program
    .command('logs <environment>')
    .description('print the logs of all pods of an environment')
    .option('-f, --follow', 'go on with what comes')
    .option('-p, --previous', 'the run before the last restart')
    .option('--tail <lines>', 'lines of each pod, from the end')
    .action(async (environment: string, options: object) =>
      exit(await (await import('./commands/logs.ts')).run({ ...options, environment }, io)),
    )
  program
    .command('open <environment>')
    .description("print the URL of an environment's Service and open it")
    .action(async (environment: string) => exit(await (await import('./commands/open.ts')).run({ environment }, io)))
  program
    .command('render <environment>')
    .description('print what Argo CD would apply for an environment; needs no running cluster')
    .option('--revision <commit>', 'a commit or branch instead of what is deployed')
    .option('-o, --output <format>', 'yaml or json')
    .addHelpText('after', '\nExamples:\n  slipway render staging\n  slipway render production --revision stg')
    .action(async (environment: string, options: object) =>
      exit(await (await import('./commands/render.ts')).run({ ...options, environment }, io)),
    )
  program
    .command('explain <environment> <object> <field>')
    .description('say which template and values line made a field, and what they overrode')
    .option('--revision <commit>', 'a commit or branch instead of what is deployed')
    .option('-o, --output <format>', 'json')
    .addHelpText(
      'after',
      '\nExamples:\n  slipway explain production deployment/shop spec.replicas\n  slipway explain staging deploy/shop "spec.template.spec.containers[0].image"',
    )
    .action(async (environment: string, object: string, field: string, options: object) =>
      exit(await (await import('./commands/explain.ts')).run({ ...options, environment, object, field }, io)),
    )
  program
    .command('values')
    .description('list the values that do nothing, over all environments; exit code 1 when no template reads one')
    .option('-o, --output <format>', 'json')
    .action(async (options: object) => exit(await (await import('./commands/values.ts')).run(options, io)))
  program
    .command('diff <environment>')
    .description("show how live objects differ from an environment's manifests; exit code 0 none, 1 some, 2 a fault")
    .option('--revision <commit>', 'compare with a commit or branch instead of what is deployed')
    .addHelpText('after', '\nExamples:\n  slipway diff staging\n  slipway diff production --revision stg')
    .action(async (environment: string, options: object) => {
      const { run } = await import('./commands/diff.ts')
      exit(await run({ ...options, environment }, io).catch((error: unknown) => Math.max(2, printError(error, io))))
    })
}

function addDelivery(program: Command, io: Io, exit: Exit): void {
  program
    .command('promote')
    .description('give production exactly the tree that staging runs')
    .option('--from <environment>', 'another environment, or a hotfix branch')
    .option('--to <environment>', 'another target')
    .option('--pr', 'prepare a branch for a pull request and print the commands')
    .addHelpText(
      'after',
      '\nExamples:\n  slipway promote\n  slipway promote --pr\n  slipway promote --from hotfix/login',
    )
    .action(async (options: object) => exit(await (await import('./commands/promote.ts')).run(options, io)))
  program
    .command('backport')
    .description("bring production's hotfixes to staging")
    .action(async () => exit(await (await import('./commands/backport.ts')).run(io)))
  program
    .command('rollback [environment]')
    .description("give an environment's branch the tree of an earlier commit; production's unless named")
    .option('--to <commit>', 'the commit whose tree to take')
    .action(async (environment: string | undefined, options: object) =>
      exit(
        await (await import('./commands/rollback.ts')).run(
          { ...options, ...(environment === undefined ? {} : { environment }) },
          io,
        ),
      ),
    )
  program
    .command('history [environment]')
    .description('print what an environment deployed, newest first')
    .option('-o, --output <format>', 'json or yaml')
    .action(async (environment: string | undefined, options: object) =>
      exit(
        await (await import('./commands/history.ts')).run(
          { ...options, ...(environment === undefined ? {} : { environment }) },
          io,
        ),
      ),
    )
}
