import { manifestObjects } from '@slipway/chart'
import { describe, expect, it } from 'vitest'
import { type Files, render, templateOutput } from './helm.ts'

const META = 'apiVersion: v2\nname: c\nversion: 1.0.0\n'

describe('a rendering', () => {
  it('splits hooks with their events, weights and policies', () => {
    const hook = (annotations: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: h\n  annotations:\n${annotations.replace(/^/gm, '    ')}\n`
    const { hooks, manifests } = render({
      'Chart.yaml': META,
      'templates/a.yaml': hook(
        'helm.sh/hook: Pre-Install , post-upgrade\nhelm.sh/hook-weight: "-5"\nhelm.sh/hook-delete-policy: before-hook-creation,Hook-Succeeded',
      ),
      'templates/b.yaml': hook('helm.sh/hook: crd-install'),
    })
    expect(manifests).toEqual([])
    expect(hooks).toHaveLength(1)
    expect(hooks[0]).toMatchObject({
      events: ['pre-install', 'post-upgrade'],
      weight: -5,
      deletePolicies: ['before-hook-creation', 'hook-succeeded'],
    })
  })

  it('indents lists in maps for toYamlPretty, and for toYaml it does not', () => {
    const value = '(dict "baz" (list 1 (dict "a" (list "x" (list 2)) "b" 1)) "s" "one\\ntwo")'
    const files = (name: string): Files => ({
      'Chart.yaml': META,
      'templates/a.yaml': `a:\n{{ ${name} ${value} | indent 2 }}\n`,
    })
    const printed = (name: string): string => templateOutput(render(files(name)))
    // As helm 4.3.1 and 3.22 print them.
    expect(printed('toYamlPretty')).toContain(
      'a:\n  baz:\n    - 1\n    - a:\n        - x\n        - - 2\n      b: 1\n  s: |-\n    one\n    two\n',
    )
    expect(printed('toYaml')).toContain(
      'a:\n  baz:\n  - 1\n  - a:\n    - x\n    - - 2\n    b: 1\n  s: |-\n    one\n    two\n',
    )
  })

  it('keeps notes apart, those of subcharts on demand', () => {
    const files = {
      'Chart.yaml': META,
      'templates/NOTES.txt': 'Hi {{ .Release.Name }}',
      'charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n',
      'charts/s/templates/NOTES.txt': 'sub',
    }
    expect(render(files).notes).toBe('Hi rel')
    expect(render(files, { subNotes: true }).notes).toBe('Hi rel\nsub')
  })

  it('gives objects with large integers, CRDs first, hooks last', () => {
    const result = render({
      'Chart.yaml': META,
      'crds/x.yaml': 'kind: CustomResourceDefinition\n---\nkind: Second\n',
      'templates/a.yaml':
        'kind: A\nbig: 9007199254740993\n---\n# nothing\n---\nkind: H\nmetadata: {annotations: {helm.sh/hook: test}}\n',
    })
    expect(manifestObjects(result).map(({ object }) => object['kind'])).toEqual(['A'])
    const all = manifestObjects(result, { hooks: true, crds: true })
    expect(all.map(({ object }) => object['kind'])).toEqual(['CustomResourceDefinition', 'Second', 'A', 'H'])
    expect(all[2]?.object['big']).toBe(9007199254740993n)
  })

  it('answers lookup from what is handed in', () => {
    const files = {
      'Chart.yaml': META,
      'templates/a.yaml':
        'a: {{ (lookup "v1" "Secret" "ns" "x").data.k }}\nb: {{ lookup "v1" "Pod" "" "" | toJson }}\n',
    }
    const asked: unknown[] = []
    const { manifests } = render(files, {
      lookup: (query) => {
        asked.push(query)
        return query.kind === 'Secret' ? { data: { k: 'v' } } : undefined
      },
    })
    expect(manifests[0]?.text).toBe('a: v\nb: {}\n')
    expect(asked[0]).toEqual({ apiVersion: 'v1', kind: 'Secret', namespace: 'ns', name: 'x' })
  })

  it('leaves the chart and its values as they were', () => {
    const files = {
      'Chart.yaml': `${META}dependencies: [{name: s, version: "*", alias: t, condition: t.on}]\n`,
      'values.yaml': 'a: {b: 1}\n',
      'templates/a.yaml': '{{ $_ := set .Values.a "b" 2 }}b: {{ .Values.a.b }}\nd: {{ len .Subcharts }}\n',
      'charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n',
    }
    const first = render(files)
    expect(first.manifests[0]?.text).toBe('b: 2\nd: 1\n')
    expect(render(files, { values: [{ kind: 'set', argument: 't.on=false' }] }).manifests[0]?.text).toBe('b: 2\nd: 0\n')
  })

  it('tells what Helm would log', () => {
    const files = { 'Chart.yaml': META, 'values.yaml': 'a: 1\nb: {c: 1}\n', 'templates/a.yaml': 'x: 1\n' }
    const { warnings } = render(files, { values: [{ kind: 'object', label: 'app', value: { a: { x: 1 } } }] })
    expect(warnings).toEqual(['warning: skipped value for c.a: Not a table.'])
  })
})

it('executes templates for missing data as Go does: nothing is read from it, and nothing fails', () => {
  const files = (body: string): Files => ({
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'values.yaml': 'text: "[{{ .a.b }}]"\n',
    'templates/a.yaml': `{{ define "x" }}{{ printf "%s-%v" .Chart.Name .a }}{{ end }}${body}`,
  })
  expect(templateOutput(render(files('x: "{{ include "x" .missing }}"\n')))).toContain('x: "%!s(<nil>)-<nil>"\n')
  expect(templateOutput(render(files('x: "{{ tpl .Values.text .missing }}"\n')))).toContain('x: "[]"\n')
})

describe('a chart under two aliases', () => {
  const MAP = 'kind: ConfigMap\nmetadata: {name: {{ .Chart.Name }}}\ndata: {a: {{ .Values.a | quote }}}\n'
  const files = {
    'Chart.yaml': `apiVersion: v2
name: c
version: 1.0.0
dependencies:
- {name: child, alias: foo, version: 1.0.0, import-values: [{child: d, parent: fromFoo}]}
- {name: child, alias: bar, version: 1.0.0, import-values: [{child: d, parent: fromBar}]}
`,
    'values.yaml': 'foo: {below: {a: foo}}\nbar: {below: {a: bar}}\n',
    'charts/child/Chart.yaml': 'apiVersion: v2\nname: child\nversion: 1.0.0\n',
    'charts/child/templates/a.yaml': MAP,
    'charts/child/charts/below/Chart.yaml': 'apiVersion: v2\nname: below\nversion: 1.0.0\n',
    'charts/child/charts/below/templates/a.yaml': MAP,
  }
  const sources = (given: Readonly<Record<string, string>>, compat: 'helm3' | 'helm4'): readonly string[] =>
    render(given, { compat }).manifests.map(({ source, text }) => `${source} ${/\{a: (.*)\}/.exec(text)?.[1] ?? ''}`)

  it('is two charts with all that is below', () => {
    expect(sources(files, 'helm4')).toEqual([
      'c/charts/bar/charts/below/templates/a.yaml "bar"',
      'c/charts/bar/templates/a.yaml ',
      'c/charts/foo/charts/below/templates/a.yaml "foo"',
      'c/charts/foo/templates/a.yaml ',
    ])
  })

  it('shares what is below with Helm 3, where the last one wins', () => {
    expect(sources(files, 'helm3')).toEqual([
      'c/charts/bar/templates/a.yaml ',
      'c/charts/child/charts/below/templates/a.yaml "bar"',
      'c/charts/foo/templates/a.yaml ',
    ])
  })

  it('brings values up once with Helm 3', () => {
    const importing = {
      ...files,
      'charts/child/Chart.yaml':
        'apiVersion: v2\nname: child\nversion: 1.0.0\ndependencies: [{name: below, version: 1.0.0, import-values: [{child: d, parent: d}]}]\n',
      'charts/child/charts/below/values.yaml': 'd: {m: 42}\n',
      'charts/child/templates/a.yaml': 'kind: ConfigMap\ndata: {a: {{ .Values.d | toJson }}}\n',
    }
    const own = (compat: 'helm3' | 'helm4'): readonly string[] =>
      sources(importing, compat).filter((line) => !line.includes('below'))
    expect(own('helm4')).toEqual(['c/charts/bar/templates/a.yaml {"m":42}', 'c/charts/foo/templates/a.yaml {"m":42}'])
    expect(own('helm3')).toEqual(['c/charts/bar/templates/a.yaml null', 'c/charts/foo/templates/a.yaml {"m":42}'])
  })
})
