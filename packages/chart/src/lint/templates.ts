import { quote, type GoMap } from '@slipway/gotemplate'
import { load } from '@slipway/yaml'
import type { Chart, ChartFile } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { DEFAULT_KUBE_VERSION, parseKubeVersion } from '../data/capabilities.ts'
import { loadChart } from '../load/tree.ts'
import { renderForLint } from '../render/lint.ts'
import { deprecationOf } from './deprecations.ts'
import { kindIn, type LintContext } from './lint.ts'
import { problemOf } from './message.ts'
import { nameProblem } from './names.ts'
import { type LintObject, readObjects } from './objects.ts'

const FOLDER = 'templates/'
const decoder = new TextDecoder()

/** Templates render, to objects that Kubernetes takes. */
export function lintTemplates(context: LintContext): void {
  const { report, tree, path, unpack } = context
  const kind = kindIn(context, 'templates')
  const isHelm3 = context.compat === 'helm3'
  const isMissing = kind === undefined && !isHelm3
  if (!report.check('WARNING', FOLDER, isMissing ? 'directory does not exist' : undefined)) return
  const isOther = kind !== 'directory' && kind !== undefined
  if (!report.check(isHelm3 ? 'WARNING' : 'ERROR', FOLDER, isOther ? 'not a directory' : undefined)) return
  let chart: Chart | undefined
  const loading = problemOf(() => {
    chart = loadChart(tree, path, { ...(unpack && { unpack }), ...(context.compat && { compat: context.compat }) })
  })
  if (!report.check('ERROR', FOLDER, loading) || chart === undefined) return
  let outputs: ReadonlyMap<string, string> | undefined
  const rendering = problemOf(() => {
    outputs = rendered(context, context.overrides(), chart)
  })
  if (!report.check('ERROR', FOLDER, rendering)) return
  for (const file of chart.templates) {
    if (!lintFile(context, file, outputs?.get(`${chart.name}/${file.name}`))) return
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
function lintFile(context: LintContext, { name, data }: ChartFile, output: string | undefined): boolean {
  const { report } = context
  const isHelm3 = context.compat === 'helm3'
  const base = name.slice(name.lastIndexOf('/') + 1)
  const extension = base.includes('.') ? base.slice(base.lastIndexOf('.')) : ''
  const allowed = `file extension '${extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`
  report.check('ERROR', name, EXTENSIONS.includes(extension) ? undefined : allowed)
  if (isHelm3) checkHelm2(context, name, decoder.decode(data))
  const isYaml = isHelm3 ? extension === '.yaml' : /^\.ya?ml$/i.test(extension)
  if (!isYaml || output === undefined || output.trim() === '') return true
  report.check('WARNING', name, indentProblem(output))
  const { objects, problem } = readObjects(output)
  for (const object of objects) lintObject(context, name, { object, output })
  return report.check('ERROR', name, problem === undefined ? undefined : `unable to parse YAML: ${problem}`)
}

/** What went with Helm 2. */
function checkHelm2({ report }: LintContext, name: string, text: string): void {
  const hook = 'manifest is a crd-install hook. This hook is no longer supported in v3'
  const folder = 'all CRDs should also exist the crds/ directory at the top level of the chart'
  report.check('WARNING', name, /"?helm\.sh\/hook"?:\s+crd-install/.test(text) ? `${hook} and ${folder}` : undefined)
  const time = '.Release.Time has been removed in v3, please replace with the `now` function in your templates'
  report.check('ERROR', name, text.includes('.Release.Time') ? time : undefined)
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
  if (object.kind === 'List') report.check('ERROR', name, listProblem(output, context.compat))
}

function deprecation(context: LintContext, object: LintObject): string | undefined {
  const { major, minor } = parseKubeVersion(context.kubeVersion ?? DEFAULT_KUBE_VERSION)
  return deprecationOf(object.apiVersion, object.kind, { major: Number(major), minor: Number(minor) })
}

function listProblem(output: string, compat: Compat | undefined): string | undefined {
  const data = load(output, { dialect: 'sigs' }) as { items?: { metadata?: { annotations?: object } }[] } | null
  const has = data?.items?.some((item) => Object.hasOwn(item?.metadata?.annotations ?? {}, 'helm.sh/resource-policy'))
  const first = compat === 'helm3' ? 'Annotation' : 'annotation'
  return has === true ? `${first} 'helm.sh/resource-policy' within List objects are ignored` : undefined
}
