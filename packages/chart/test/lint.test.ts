import { lintChart } from '@slipway/chart'
import { memoryTree } from '@slipway/diag'
import { describe, expect, it } from 'vitest'
import { environment, type Files } from './helm.ts'

const META = 'apiVersion: v2\nname: c\nversion: 1.0.0\nicon: https://x.y/i.png\n'

function lint(files: Files, kubeVersion?: string): string[] {
  const kube = kubeVersion === undefined ? {} : { kubeVersion }
  const messages = lintChart({ tree: memoryTree(files), path: '', label: '/c', environment, ...kube })
  return messages.map(({ severity, path, text }) => `[${severity}] ${path}: ${text}`)
}

const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n'

it('names an object whose name is a float as Helm decodes it', () => {
  const files = { 'Chart.yaml': META, 'values.yaml': '', 'templates/a.yaml': 'kind: Pod\nmetadata: {name: 72225e2}\n' }
  expect(lint(files).join('\n')).toContain(
    'object name does not conform to Kubernetes naming requirements: "7.2225e+06"',
  )
})

describe("Helm 3's lint", () => {
  const helm3 = (files: Files): string[] =>
    lintChart({ tree: memoryTree(files), path: '', label: '/c', environment, compat: 'helm3' }).map(
      ({ severity, path, text }) => `[${severity}] ${path}: ${text}`,
    )

  it('lets pass what only Helm 4 looks at', () => {
    const files = { 'Chart.yaml': `${META}extra: 1\nversion: "1"\n`, 'values.yaml': '', 'crds/a.txt': 'x' }
    expect(helm3(files)).toEqual([])
    expect(lint(files).length).toBeGreaterThan(1)
    const upper = { ...files, 'templates/a.yml': 'kind: Pod\nmetadata: {name: Bad_Name}\n' }
    expect(helm3(upper)).toEqual([])
  })

  it('looks for what went with Helm 2', () => {
    const hook = `${POD}  annotations: {"helm.sh/hook": crd-install}\n`
    const files = { 'Chart.yaml': META, 'values.yaml': '', 'templates/a.yaml': `${hook}# .Release.Time\n` }
    expect(helm3(files)).toEqual([
      '[WARNING] templates/a.yaml: manifest is a crd-install hook. This hook is no longer supported in v3 and all CRDs should also exist the crds/ directory at the top level of the chart',
      '[ERROR] templates/a.yaml: .Release.Time has been removed in v3, please replace with the `now` function in your templates',
    ])
    expect(lint(files)).toEqual([])
  })

  it('writes some of it otherwise', () => {
    const list = 'kind: List\nmetadata: {name: l}\nitems:\n- metadata: {annotations: {helm.sh/resource-policy: keep}}\n'
    const files = { 'Chart.yaml': META, 'values.yaml': '- 1\n', 'templates/a.yaml': list }
    expect(helm3(files).join('\n')).toContain('into Go value of type chartutil.Values')
    expect(helm3({ ...files, 'values.yaml': '' })).toEqual([
      "[ERROR] templates/a.yaml: Annotation 'helm.sh/resource-policy' within List objects are ignored",
    ])
  })
})

describe('lint', () => {
  it('finds nothing in a good chart', () => {
    expect(lint({ 'Chart.yaml': META, 'values.yaml': 'a: 1\n', 'templates/a.yaml': POD })).toEqual([])
  })

  it('recommends and misses', () => {
    expect(lint({ 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: "1"\n' })).toEqual([
      '[INFO] Chart.yaml: icon is recommended',
      "[WARNING] Chart.yaml: version '1' is not a valid SemVerV2",
      '[INFO] values.yaml: file does not exist',
      '[WARNING] templates/: directory does not exist',
    ])
  })

  it('checks Chart.yaml', () => {
    const found = lint({ 'Chart.yaml': 'apiVersion: v3\nversion: 1.10\nicon: x\ntype: library\nextra: 1\n' })
    expect(found).toContain('[ERROR] Chart.yaml: name is required')
    expect(found).toContain(`[ERROR] Chart.yaml: apiVersion 'v3' is not valid. The value must be either "v1" or "v2"`)
    expect(found).toContain("[ERROR] Chart.yaml: version should be of type string but it's of type float64")
    expect(found).toContain("[ERROR] Chart.yaml: invalid icon URL 'x'")
    expect(found).toContain(
      '[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n\terror unmarshaling JSON: while decoding JSON: json: unknown field "extra"',
    )
  })

  it('renders without what is required', () => {
    const files = {
      'Chart.yaml': META,
      'values.yaml': '',
      'templates/a.yaml': `${POD}x: {{ required "r" .Values.none }}\n`,
    }
    expect(lint(files)).toEqual([])
  })

  it('checks what is rendered', () => {
    const bad = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: Bad_Name\n'
    const found = lint({ 'Chart.yaml': META, 'values.yaml': '', 'templates/a.yaml': bad, 'templates/b.md': 'x' })
    expect(found[0]).toContain('object name does not conform to Kubernetes naming requirements: "Bad_Name"')
    expect(found).toContain(
      '[ERROR] templates/a.yaml: a Deployment must contain matchLabels or matchExpressions, and "Bad_Name" does not',
    )
    expect(found).toContain(
      "[ERROR] templates/b.md: file extension '.md' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt",
    )
  })

  it('warns of deprecated APIs by the version of Kubernetes', () => {
    const files = {
      'Chart.yaml': META,
      'values.yaml': '',
      'templates/a.yaml': 'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\n',
    }
    expect(lint(files, '1.20')).toEqual([])
    expect(lint(files, '1.22')).toEqual([
      '[WARNING] templates/a.yaml: batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob',
    ])
  })

  it('checks CRDs and dependencies', () => {
    const found = lint({
      'Chart.yaml': `${META}dependencies: [{name: gone, version: 1.0.0}]\n`,
      'values.yaml': '',
      'templates/a.yaml': POD,
      'crds/a.yaml': POD,
    })
    expect(found).toEqual([
      '[WARNING] /c: chart directory is missing these dependencies: gone',
      "[ERROR] crds/a.yaml: apiVersion is not in 'apiextensions.k8s.io'",
      "[ERROR] crds/a.yaml: object kind is not 'CustomResourceDefinition'",
    ])
  })
})
