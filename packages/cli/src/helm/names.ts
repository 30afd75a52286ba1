import { FunctionTable, GoMap, TemplateSet } from '@slipway/gotemplate'
import { sprigFunctions } from '@slipway/sprig'
import { nodeEnvironment } from '@slipway/chart/node'
import type { ParsedFlags } from './flags.ts'
import { HelmError } from './io.ts'

/** The release's name and the chart of a command line (Install.NameAndChart). */
export function nameAndChart(flags: ParsedFlags): { name: string; chart: string } {
  const [first = '', second, ...rest] = flags.positional
  if (rest.length > 0) {
    throw new HelmError(`expected at most two arguments, unexpected arguments: ${rest.join(', ')}`)
  }
  const template = flags.text('name-template')
  if (second === undefined) return { name: template === '' ? 'release-name' : renderName(template), chart: first }
  if (flags.on('generate-name')) throw new HelmError('cannot set --generate-name and also specify a name')
  if (template !== '') throw new HelmError('cannot set --name-template and also specify a name')
  return { name: first, chart: second }
}

function renderName(template: string): string {
  const functions = new FunctionTable(sprigFunctions(nodeEnvironment()))
  const set = new TemplateSet({ name: 'name-template', functions })
  set.parse('name-template', template)
  return set.execute('name-template', new GoMap())
}
