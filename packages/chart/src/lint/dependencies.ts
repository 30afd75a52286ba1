import type { Chart } from '../chart.ts'
import { loadChart } from '../load/tree.ts'
import type { LintContext } from './lint.ts'
import { problemOf } from './message.ts'

/** Declared and vendored dependencies fit. */
export function lintDependencies(context: LintContext): void {
  const { tree, path, unpack, report, label } = context
  let chart: Chart | undefined
  const problem = problemOf(() => {
    chart = loadChart(tree, path, unpack === undefined ? {} : { unpack })
  })
  const text = problem === undefined ? undefined : `unable to load chart\n\t${problem}`
  if (!report.check('ERROR', '', text) || chart === undefined) return
  const declared = (chart.metadata.dependencies ?? []).filter((each) => each !== null)
  const vendored = chart.dependencies.map((each) => each.name)
  const undeclared = vendored.filter((name) => !declared.some((each) => each.name === name))
  report.check('ERROR', label, listed('chart metadata is missing these dependencies', undeclared))
  const keys = declared.map((each) => (each.alias === '' ? each.name : each.alias))
  const twice = keys.filter((key, index) => keys.indexOf(key) < index)
  report.check('ERROR', label, listed('multiple dependencies with name or alias', twice))
  const missing = declared.filter((each) => !vendored.includes(each.name)).map((each) => each.name)
  report.check('WARNING', label, listed('chart directory is missing these dependencies', missing))
}

function listed(prefix: string, names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `${prefix}: ${names.join(',')}`
}
