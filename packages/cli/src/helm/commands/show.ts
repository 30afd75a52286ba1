import { type Chart, dumpMetadata } from '@slipway/chart'
import { load } from '@slipway/yaml'
import { SHOW_FLAGS } from '../flag-sets.ts'
import { parseFlags } from '../flags.ts'
import type { HelmIo } from '../io.ts'
import { jsonPath } from '../jsonpath.ts'
import { loadLocal } from '../load.ts'
import { locateChart } from '../locate.ts'
import { exactly } from '../usage.ts'

/** What `helm show` can show. */
export const SHOW_COMMANDS = ['all', 'readme', 'values', 'chart', 'crds'] as const
type Part = (typeof SHOW_COMMANDS)[number]

const decoder = new TextDecoder()

/** `helm show all|chart|crds|readme|values`. */
export async function runShow(args: readonly string[], io: HelmIo): Promise<void> {
  const flags = parseFlags(args, SHOW_FLAGS)
  const [command, ...rest] = flags.positional
  const part = SHOW_COMMANDS.find((each) => each === command)
  if (part === undefined) return void io.stdout.write(SHOW_HELP)
  exactly({ path: `helm show ${part}`, line: `helm show ${part} [CHART] [flags]` }, 1, rest)
  const path = await locateChart(rest[0] ?? '', { flags, io })
  const chart = loadLocal(path, io)
  const expression = flags.text('jsonpath')
  if (part === 'values' && expression !== '') return void io.stdout.write(valuesAt(chart, expression))
  io.stdout.write(textOf(chart, part))
}

const SHOW_HELP = `
This command consists of multiple subcommands to display information about a chart

Usage:
  helm show [command]

Aliases:
  show, inspect

Available Commands:
  all         show all information of the chart
  chart       show the chart's definition
  crds        show the chart's CRDs
  readme      show the chart's README
  values      show the chart's values
`

function textOf(chart: Chart, part: Part): string {
  const isAll = part === 'all'
  let out = ''
  if (isAll || part === 'chart') out += `${dumpMetadata(chart.metadata)}\n`
  if (isAll || part === 'values') out += valuesText(chart, isAll)
  if (isAll || part === 'readme') out += readmeText(chart, isAll)
  if (isAll || part === 'crds') out += crdsText(chart)
  return out
}

function valuesText(chart: Chart, isAll: boolean): string {
  const files = chart.raw.filter((file) => file.name === 'values.yaml')
  if (files.length === 0) return ''
  return (isAll ? '---\n' : '') + files.map((file) => `${decoder.decode(file.data)}\n`).join('')
}

function valuesAt(chart: Chart, expression: string): string {
  const file = chart.raw.find((each) => each.name === 'values.yaml')
  return jsonPath(expression, file === undefined ? {} : load(decoder.decode(file.data), { dialect: 'sigs' }))
}

const READMES = ['readme.md', 'readme.txt', 'readme']

function readmeText(chart: Chart, isAll: boolean): string {
  const readme = chart.files.find((file) => READMES.includes(file.name.toLowerCase()))
  return readme === undefined ? '' : `${isAll ? '---\n' : ''}${decoder.decode(readme.data)}\n`
}

function crdsText(chart: Chart): string {
  return chart
    .crds()
    .map(({ file }) => decoder.decode(file.data))
    .map((text) => `${text.startsWith('---') ? '' : '---\n'}${text}\n`)
    .join('')
}
