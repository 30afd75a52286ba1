import { join } from 'node:path/posix'
import { formatDiagnostic, memoryTree } from '@slipway/diag'
import {
  type ChartRender,
  chartFault,
  loadChart,
  type Rendered,
  renderChart,
  type ValuesInput,
  withLocalDependencies,
} from '@slipway/chart'
import { nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { describe, expect, test } from 'vitest'

type Files = Readonly<Record<string, string>>

const META = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'
const environment = nodeEnvironment()
const printing = (action: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: ${action}\n`

/** What is said of the chart, as a terminal shows it. */
function said(files: Files, valueFiles: readonly string[] = []): string {
  const inChart = {
    'Chart.yaml': META,
    'values.yaml': 'k: 1\n',
    'templates/a.yaml': printing('{{ .Values.k }}'),
    ...files,
  }
  const texts = Object.fromEntries(Object.entries(inChart).map(([name, text]) => [join('deploy/shop', name), text]))
  const tree = memoryTree(texts)
  let outputs: readonly Rendered[] = []
  const render = (): ChartRender =>
    renderChart({
      chart: withLocalDependencies(loadChart(tree, 'deploy/shop', { unpack: nodeUnpack }), tree),
      values: valueFiles.map((file): ValuesInput => ({ kind: 'file', file, text: texts[file] ?? '' })),
      release: { name: 'r', namespace: 'd' },
      environment,
      track: true,
      onOutputs: (printed) => {
        outputs = printed
      },
    })
  try {
    render()
  } catch (error) {
    const fault = chartFault(error, { tree, folder: 'deploy/shop', outputs, valueFiles })
    return fault === undefined ? String(error) : formatDiagnostic(fault, (file) => texts[file])
  }
  return 'it renders'
}

describe('a fault in a template', () => {
  test.each([
    ['{{ .Values.k }', 6, 19, '}'],
    ['{{ env "HOME" }}', 6, 9, 'env'],
    ['{{ .Values.a.b.c }}', 6, 9, '.Values.a.b.c'],
    ['{{ fail "set k" }}', 6, 9, 'fail "set k"'],
    ['{{ required "no" .Values.z | quote }}', 6, 9, 'required "no" .Values.z'],
  ])('%s is pointed at', (action, line, column, marked) => {
    const text = said({ 'templates/a.yaml': printing(action) })
    expect(text).toMatch(new RegExp(`^deploy/shop/templates/a\\.yaml:${line}:${column}: error: `))
    const [shown = '', carets = ''] = text.split('\n').slice(-3)
    expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe(marked)
  })

  test('in a partial is pointed at there, and at what includes it', () => {
    const text = said({
      'templates/_h.tpl': '{{ define "x" }}\n{{ fail "in x" }}{{ end }}',
      'templates/a.yaml': printing('{{ include "x" . }}'),
    })
    expect(text).toMatch(/^deploy\/shop\/templates\/_h\.tpl:2:4: error: execution error at .*: in x/)
    expect(text).toContain(
      'deploy/shop/templates/a.yaml:6:9: included here\n  6 |   k: {{ include "x" . }}\n    |         ^^^^^^^^^^^^^',
    )
  })

  test('of a subchart is pointed at in its folder', () => {
    const text = said({
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
      'charts/db/templates/b.yaml': printing('{{ fail "no" }}'),
    })
    expect(text).toMatch(/^deploy\/shop\/charts\/db\/templates\/b\.yaml:6:9: error: /)
  })

  test('of a dependency is pointed at in its own folder, whatever name it has and wherever it lies', () => {
    const db = {
      'Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
      'templates/b.yaml': printing('{{ fail "no" }}'),
    }
    const inFolder = (folder: string): Files =>
      Object.fromEntries(Object.entries(db).map(([name, text]) => [`${folder}/${name}`, text]))
    const needs = (rest: string): string => `${META}dependencies:\n- {name: db, version: 1.0.0, ${rest}}\n`
    expect(said({ ...inFolder('charts/db'), 'Chart.yaml': needs('alias: store') })).toMatch(
      /^deploy\/shop\/charts\/db\/templates\/b\.yaml:6:9: error: /,
    )
    expect(said({ ...inFolder('../db'), 'Chart.yaml': needs('repository: "file://../db"') })).toMatch(
      /^deploy\/db\/templates\/b\.yaml:6:9: error: /,
    )
  })

  test('that makes it print no YAML is pointed at in the line that printed it', () => {
    expect(said({ 'templates/a.yaml': '{{/* above */}}\nkind: A\n---\nkind: B\n data: 1\n' })).toMatch(
      /^deploy\/shop\/templates\/a\.yaml:5:\d+: error: YAML parse error on shop\/templates\/a\.yaml: /,
    )
    const printed = said({ 'values.yaml': 'k: "a: b: c"\n', 'templates/a.yaml': printing('{{ .Values.k }}') })
    expect(printed).toMatch(/^deploy\/shop\/templates\/a\.yaml:6:\d+: error: /)
  })
})

test('YAML that cannot be read is pointed at in its file', () => {
  expect(said({ 'values.yaml': 'k: 1\n  z: 2\n' })).toMatch(
    /^deploy\/shop\/values\.yaml:2:4: error: [^]*hint: Correct values\.yaml\./,
  )
  expect(said({ 'values.yaml': '- a\n' })).toMatch(/^deploy\/shop\/values\.yaml:1:1: error: /)
  expect(said({ 'Chart.yaml': 'apiVersion: v2\nname: [\n' })).toMatch(/^deploy\/shop\/Chart\.yaml:3:1: error: /)
  const given = said({ 'prod.yaml': 'k: 1\n  z: 2\n' }, ['deploy/shop/prod.yaml'])
  expect(given).toMatch(/^deploy\/shop\/prod\.yaml:2:4: error: failed to parse /)
})

test.each([
  ['name: ../x', 'name: ../x\n', 2],
  ['dependencies: [null]', 'name: shop\nversion: 1.0.0\ndependencies: [null]\n', 4],
  ['kubeVersion: "<1.10.0"', 'name: shop\nversion: 1.0.0\nkubeVersion: "<1.10.0"\n', 4],
  ['apiVersion: v2', 'name: shop\n', 1],
])('Chart.yaml with %s is pointed at there', (marked, rest, line) => {
  const text = said({ 'Chart.yaml': `apiVersion: v2\n${rest}` })
  expect(text).toMatch(new RegExp(`^deploy/shop/Chart\\.yaml:${line}:1: error: `))
  expect(text).toContain(`  ${line} | ${marked}\n    | ${'^'.repeat(marked.length)}`)
})

describe('what a schema refuses', () => {
  const schema = JSON.stringify({
    properties: {
      k: { type: 'number' },
      list: { items: { required: ['name'] } },
      db: { properties: { n: { type: 'number' } } },
    },
  })

  test('is pointed at in the values that have it, the last file first', () => {
    const files = {
      'values.schema.json': schema,
      'values.yaml': 'k: 1\nlist:\n- name: a\n- {}\n',
      'prod.yaml': '\nk: x\n',
    }
    const text = said(files, ['deploy/shop/prod.yaml'])
    expect(text).toMatch(/^deploy\/shop\/prod\.yaml:2:4: error: /)
    expect(text).toContain("deploy/shop/values.yaml:4:3: missing property 'name'\n  4 | - {}\n    |   ^^")
  })

  test('is pointed at in the schema when that is broken', () => {
    expect(said({ 'values.schema.json': '{"properties":' })).toMatch(/^deploy\/shop\/values\.schema\.json:1:1: error: /)
  })
})
