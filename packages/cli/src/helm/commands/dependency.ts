import { DEPENDENCY_FLAGS } from '../flag-sets.ts'
import { parseFlags } from '../flags.ts'
import { refuseToVerify } from '../locate.ts'
import { HelmError, type HelmIo } from '../io.ts'
import { buildDependencies, updateDependencies } from '../dependencies/update.ts'
import { listDependencies } from '../dependencies/list.ts'

const COMMANDS: Readonly<Record<string, 'list' | 'build' | 'update'>> = {
  list: 'list',
  ls: 'list',
  build: 'build',
  update: 'update',
  up: 'update',
}

/** `helm dependency list|build|update`. */
export async function runDependency(args: readonly string[], io: HelmIo): Promise<void> {
  const flags = parseFlags(args, DEPENDENCY_FLAGS)
  const [name = '', ...rest] = flags.positional
  const command = COMMANDS[name]
  if (command === undefined) {
    if (name !== '') throw new HelmError(`unknown command "${name}" for "helm dependency"`)
    return void io.stdout.write(HELP)
  }
  if (command !== 'list' && rest.length > 1) {
    const usage = `helm dependency ${command} CHART [flags]`
    throw new HelmError(`"helm dependency ${command}" accepts at most 1 argument\n\nUsage:  ${usage}`)
  }
  if (command !== 'list') refuseToVerify(flags)
  const path = (rest[0] ?? '.').replace(/(?<=.)\/+$/, '')
  if (command === 'list') listDependencies(path, { flags, io })
  else if (command === 'build') await buildDependencies(path, { flags, io })
  else await updateDependencies(path, { flags, io })
}

const HELP = `
Manage the dependencies of a chart.

Usage:
  helm dependency [command]

Aliases:
  dependency, dep, dependencies

Available Commands:
  build       rebuild the charts/ directory based on the Chart.lock file
  list        list the dependencies for the given chart
  update      update charts/ based on the contents of Chart.yaml
`
