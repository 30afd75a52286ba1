import type { SourceTree } from '@slipway/diag'
import type { GoMap } from '@slipway/gotemplate'
import type { Compat } from '../compat.ts'
import type { RenderEnvironment } from '../functions/index.ts'
import type { Unpack } from '../load/files.ts'
import { readInputs, type ValuesInput } from '../values/inputs.ts'
import { lintChartfile } from './chartfile.ts'
import { lintCrds } from './crds.ts'
import { lintDependencies } from './dependencies.ts'
import { type LintMessage, LintReport } from './message.ts'
import { lintTemplates } from './templates.ts'
import { lintValues } from './values.ts'

/** What {@link lintChart} looks at. */
export interface LintOptions {
  readonly tree: SourceTree
  /** The chart's folder in the tree. */
  readonly path: string
  /** How findings about the chart as a whole name it: its absolute path, for Helm. */
  readonly label: string
  readonly environment: RenderEnvironment
  readonly unpack?: Unpack
  readonly values?: readonly ValuesInput[]
  readonly namespace?: string
  /** A version of Kubernetes for capabilities and deprecations. */
  readonly kubeVersion?: string
  readonly skipSchema?: boolean
  /** Whose rules: Helm 3 knows fewer about Chart.yaml and crds/, and some about what Helm 2 had. 4.3 by default. */
  readonly compat?: Compat
  /** Gets what Helm logs meanwhile: what values could not replace, what is required and missing. */
  readonly onWarning?: (line: string) => void
}

/** What the rules share. */
export interface LintContext extends LintOptions {
  readonly report: LintReport
  readonly overrides: () => GoMap
  /** A file of the chart as text; undefined when it is missing. */
  readonly read: (name: string) => string | undefined
}

const decoder = new TextDecoder()

/** Looks for what makes a chart fail or breaks with convention: Helm's rules, in its order, with its words. */
export function lintChart(options: LintOptions): LintMessage[] {
  const { tree, path } = options
  const report = new LintReport()
  const read = (name: string): string | undefined => {
    const data = tree.read(path === '' ? name : `${path}/${name}`)
    return data === undefined ? undefined : decoder.decode(data)
  }
  const context = { ...options, report, read, overrides: () => readInputs(options.values ?? [], false, options.compat) }
  lintChartfile(context)
  lintValues(context)
  lintTemplates(context)
  lintDependencies(context)
  if (options.compat !== 'helm3') lintCrds(context)
  return report.messages
}

/** What a name in the chart's folder is. */
export function kindIn(context: LintContext, name: string): ReturnType<SourceTree['stat']> {
  return context.tree.stat(context.path === '' ? name : `${context.path}/${name}`)
}
