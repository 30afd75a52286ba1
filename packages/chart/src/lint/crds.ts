import { loadChart } from '../load/tree.ts'
import type { Chart } from '../chart.ts'
import { kindIn, type LintContext } from './lint.ts'
import { problemOf } from './message.ts'
import { type LintObject, readObjects } from './objects.ts'

const FOLDER = 'crds/'
const decoder = new TextDecoder()

/** Files under `crds/` are definitions of custom resources, and no templates. */
export function lintCrds(context: LintContext): void {
  const { report, tree, path, unpack } = context
  const kind = kindIn(context, 'crds')
  if (kind === undefined) return
  if (!report.check('ERROR', FOLDER, kind === 'directory' ? undefined : 'not a directory')) return
  let chart: Chart | undefined
  const problem = problemOf(() => {
    chart = loadChart(tree, path, unpack === undefined ? {} : { unpack })
  })
  if (!report.check('ERROR', FOLDER, problem)) return
  for (const { file } of chart?.crds() ?? []) {
    const read = readObjects(decoder.decode(file.data))
    for (const object of read.objects) checkObject(context, file.name, object)
    const text = read.problem === undefined ? undefined : `unable to parse YAML: ${read.problem}`
    if (!report.check('ERROR', file.name, text)) return
  }
}

function checkObject({ report }: LintContext, name: string, object: LintObject): void {
  const hasGroup = object.apiVersion.startsWith('apiextensions.k8s.io')
  report.check('ERROR', name, hasGroup ? undefined : "apiVersion is not in 'apiextensions.k8s.io'")
  const isDefinition = object.kind === 'CustomResourceDefinition'
  report.check('ERROR', name, isDefinition ? undefined : "object kind is not 'CustomResourceDefinition'")
}
