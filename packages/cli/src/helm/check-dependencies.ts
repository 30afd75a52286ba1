import type { Chart } from '@slipway/chart'
import type { ParsedFlags } from './flags.ts'
import { HelmError, type HelmIo } from './io.ts'

/** Fails when a declared dependency is not vendored (action.CheckDependencies). */
export function checkDependencies(chart: Chart, _path: string, _context: { flags: ParsedFlags; io: HelmIo }): void {
  const vendored = new Set(chart.dependencies.map((each) => each.name))
  const missing = (chart.metadata.dependencies ?? []).flatMap((each) =>
    each === null || vendored.has(each.name) ? [] : [each.name],
  )
  if (missing.length === 0) return
  const hint = "You may need to run 'helm dependency build' to fetch missing dependencies"
  const list = `found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`
  throw new HelmError(`an error occurred while checking for chart dependencies. ${hint}: ${list}`)
}
