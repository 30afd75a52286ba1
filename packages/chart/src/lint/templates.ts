import { quote, type GoMap } from '@slipway/gotemplate'
import { load } from '@slipway/yaml'
import type { Chart } from '../chart.ts'
import { DEFAULT_KUBE_VERSION, parseKubeVersion } from '../data/capabilities.ts'
import { loadChart } from '../load/tree.ts'
import { renderForLint } from '../render/lint.ts'
import { deprecationOf } from './deprecations.ts'
import { kindIn, type LintContext } from './lint.ts'
import { problemOf } from './message.ts'
import { nameProblem } from './names.ts'
import { type LintObject, readObjects } from './objects.ts'

const FOLDER = 'templates/'

/** Templates render, to objects that Kubernetes takes. */
export function lintTemplates(context: LintContext): void {
  const { report, tree, path, unpack } = context
  const kind = kindIn(context, 'templates')
  if (!report.check('WARNING', FOLDER, kind === undefined ? 'directory does not exist' : undefined)) return
  if (!report.check('ERROR', FOLDER, kind === 'directory' ? undefined : 'not a directory')) return
  let chart: Chart | undefined
  const loading = problemOf(() => {
    chart = loadChart(tree, path, unpack === undefined ? {} : { unpack })
  })
  if (!report.check('ERROR', FOLDER, loading) || chart === undefined) return
  let outputs: ReadonlyMap<string, string> | undefined
  const rendering = problemOf(() => {
    outputs = rendered(context, context.overrides(), chart)
  })
  if (!report.check('ERROR', FOLDER, rendering)) return
  for (const file of chart.templates) {
    if (!lintFile(context, file.name, outputs?.get(`${chart.name}/${file.name}`))) return
  }
}

/** undefined where dependencies do not come together, of which Helm's lint says nothing. */
function rendered(
  context: LintContext,
  values: GoMap,
  chart: Chart | undefined,
): ReadonlyMap<string, string> | undefined {
  if (chart === undefined) return undefined
  return renderForLint(chart, values, context)
}

const EXTENSIONS = ['.yaml', '.yml', '.tpl', '.txt']

/** False when the rest need not be looked at. */
function lintFile(context: LintContext, name: string, output: string | undefined): boolean {
  const { report } = context
  const base = name.slice(name.lastIndexOf('/') + 1)
  const extension = base.includes('.') ? base.slice(base.lastIndexOf('.')) : ''
  const allowed = `file extension '${extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`
  report.check('ERROR', name, EXTENSIONS.includes(extension) ? undefined : allowed)
  if (!/^\.ya?ml$/i.test(extension) || output === undefined || output.trim() === '') return true
  report.check('WARNING', name, indentProblem(output))
  const { objects, problem } = readObjects(output)
  for (const object of objects) lintObject(context, name, { object, output })
  return report.check('ERROR', name, problem === undefined ? undefined : `unable to parse YAML: ${problem}`)
}

function indentProblem(output: string): string | undefined {
  const line = output.split(/\r?\n/).find((each) => each.trim() !== '')
  if (line === undefined || !/^[ \t]/.test(line)) return undefined
  return `document starts with an illegal indent: ${quote(line)}, which may cause parsing problems`
}

const SELECTING = new Set(['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'])

function lintObject(context: LintContext, name: string, of: { object: LintObject; output: string }): void {
  const { object, output } = of
  const { report } = context
  report.check('WARNING', name, nameProblem(object))
  report.check('WARNING', name, deprecation(context, object))
  const selects = output.includes('matchLabels') || output.includes('matchExpressions')
  if (SELECTING.has(object.kind) && !selects) {
    const text = `a ${object.kind} must contain matchLabels or matchExpressions, and ${quote(object.name)} does not`
    report.check('ERROR', name, text)
  }
  if (object.kind === 'List') report.check('ERROR', name, listProblem(output))
}

function deprecation(context: LintContext, object: LintObject): string | undefined {
  const { major, minor } = parseKubeVersion(context.kubeVersion ?? DEFAULT_KUBE_VERSION)
  return deprecationOf(object.apiVersion, object.kind, { major: Number(major), minor: Number(minor) })
}

function listProblem(output: string): string | undefined {
  const data = load(output, { dialect: 'sigs' }) as { items?: { metadata?: { annotations?: object } }[] } | null
  const has = data?.items?.some((item) => Object.hasOwn(item?.metadata?.annotations ?? {}, 'helm.sh/resource-policy'))
  return has === true ? "annotation 'helm.sh/resource-policy' within List objects are ignored" : undefined
}
