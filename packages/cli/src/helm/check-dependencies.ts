import { type Chart, missingDependencies } from '@slipway/chart'
import { HelmError, type HelmIo } from './io.ts'

/** Fails when a declared dependency is not vendored (action.CheckDependencies). */
export function checkDependencies(chart: Chart, io: HelmIo): void {
  const missing = missingDependencies(chart).map(({ name }) => name)
  if (missing.length === 0) return
  const isOld = io.compat === 'helm3'
  const build = isOld ? '`helm dependency build`' : "'helm dependency build'"
  const hint = `You may need to run ${build} to fetch missing dependencies`
  const list = `found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`
  throw new HelmError(`${isOld ? 'An' : 'an'} error occurred while checking for chart dependencies. ${hint}: ${list}`)
}
