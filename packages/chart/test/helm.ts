import {
  ChartError,
  loadChart,
  renderChart,
  type ChartRender,
  type RenderOptions,
  type ValuesInput,
} from '@slipway/chart'
import { nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { memoryTree } from '@slipway/diag'

/** The files of a chart, by path. */
export type Files = Readonly<Record<string, string>>

export const environment = nodeEnvironment({ timeZone: 'UTC' })

type Options = Omit<RenderOptions, 'chart' | 'release' | 'environment'> & {
  readonly release?: RenderOptions['release']
}

/** Renders a chart of the given files as release `rel` in `default`. */
export function render(files: Files, options: Options = {}): ChartRender {
  const { compat = 'helm4' } = options
  const chart = loadChart(memoryTree(files), '', { unpack: nodeUnpack, compat })
  return renderChart({ release: { name: 'rel', namespace: 'default' }, ...options, chart, environment })
}

/** What `helm template` prints for a rendering. */
export function templateOutput({ manifests, hooks }: ChartRender): string {
  const text = (each: { source: string; text: string }): string => `---\n# Source: ${each.source}\n${each.text}\n`
  return `${manifests.map(text).join('').trim()}\n${hooks.map(text).join('')}`
}

/** The text of what a rendering throws. */
export function failure(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof ChartError) return error.message
    throw error
  }
  throw new Error('nothing was thrown')
}

/** Options for flags of `helm template`; files named by `-f` are among the chart's. */
export function optionsOf(files: Files, args: readonly string[]): Options {
  const files_: ValuesInput[] = []
  const sets: Record<string, ValuesInput[]> = { 'set-json': [], set: [], 'set-string': [], 'set-literal': [] }
  let options: Options = {}
  for (let at = 0; at < args.length; at++) {
    const flag = args[at] ?? ''
    const value = args[at + 1] ?? ''
    const kind = flag.slice(2)
    if (flag === '-f') files_.push({ kind: 'file', file: value, text: files[value] ?? '' })
    else if (sets[kind] !== undefined) sets[kind].push({ kind, argument: value } as ValuesInput)
    else if (flag === '-n') options = { ...options, release: { name: 'rel', namespace: value, isUpgrade: true } }
    else if (flag === '--kube-version') {
      options = { ...options, capabilities: { ...options.capabilities, kubeVersion: value } }
    } else if (flag === '--api-versions') {
      options = { ...options, capabilities: { ...options.capabilities, extraApiVersions: [value] } }
    } else if (flag === '--skip-schema-validation') options = { ...options, skipSchema: true }
  }
  return { ...options, values: [...files_, ...Object.values(sets).flat()] }
}
