import { chartReads, loadChart, valuesReport, type ValuesEnvironment } from '@slipway/chart'
import { formatLocation, memoryTree } from '@slipway/diag'
import { describe, expect, it } from 'vitest'
import { environment, type Files } from './helm.ts'

const META = 'apiVersion: v2\nname: c\nversion: 1.0.0\n'

/** Whether a template of a chart may read a path. */
function isRead(template: string, path: string, more: Files = {}): boolean {
  const chart = loadChart(memoryTree({ 'Chart.yaml': META, 'templates/a.yaml': template, ...more }))
  return chartReads(chart, { environment, texts: ['{{ .Values.inText }}'] }).has(path.split('.'))
}

describe('what templates can read', () => {
  it.each([
    ['{{ .Values.a.b }}', 'a.b', true],
    ['{{ .Values.a.b }}', 'a', true],
    ['{{ .Values.a.b }}', 'a.c', false],
    ['{{ .Values.a.b }}', 'a.b.deep', true],
    ['{{ if false }}{{ .Values.a }}{{ end }}', 'a', true],
    ['{{ if .Values.a }}x{{ end }}', 'a', true],
    ['{{ if .Values.a }}x{{ end }}', 'a.b', false],
    ['{{ with .Values.a }}{{ .b }}{{ end }}', 'a.b', true],
    ['{{ with .Values.a }}{{ .b }}{{ end }}', 'a.c', false],
    ['{{ with .Values.a }}{{ $.Values.z }}{{ else }}{{ .Values.y }}{{ end }}', 'y', true],
    ['{{ with .Values.a }}{{ toYaml . }}{{ end }}', 'a.c', true],
    ['{{ range .Values.l }}{{ .n }}{{ end }}', 'l.0.n', true],
    ['{{ range .Values.l }}{{ .n }}{{ end }}', 'l.0.m', false],
    ['{{ range $k, $v := .Values.m }}{{ $k }}: {{ $v.x }}{{ end }}', 'm.any', true],
    ['{{ range $k, $v := .Values.m }}{{ $v.x }}{{ end }}', 'm.any.y', false],
    ['{{ toYaml .Values.a | nindent 2 }}', 'a.b.c', true],
    ['{{ index .Values "a" "b" }}', 'a.b', true],
    ['{{ index .Values "a" "b" }}', 'a.c', false],
    ['{{ index .Values.a .Values.k }}', 'k', true],
    ['{{ index .Values.a .Values.k }}', 'a.anything', false],
    ['{{ get .Values.a "b" }}', 'a.b', true],
    ['{{ dig "a" "b" "x" .Values.m }}', 'm.a.b', true],
    ['{{ dig "a" "b" "x" .Values.m }}', 'm.a.c', false],
    ['{{ $v := .Values.a }}{{ $v.b }}', 'a.b', true],
    ['{{ $v := .Values.a }}{{ $v.b }}', 'a.c', false],
    ['{{ define "x" }}{{ .Values.a }}{{ end }}{{ include "x" . }}', 'a', true],
    ['{{ define "x" }}{{ .b }}{{ end }}{{ include "x" .Values.a }}', 'a.b', true],
    ['{{ define "x" }}{{ .b }}{{ end }}{{ include "x" .Values.a }}', 'a.c', false],
    [
      '{{ define "x" }}{{ .ctx.Values.a }}{{ .v.q }}{{ end }}{{ template "x" dict "ctx" $ "v" .Values.w }}',
      'w.q',
      true,
    ],
    ['{{ define "x" }}{{ .ctx.Values.a }}{{ end }}{{ template "x" dict "ctx" $ "v" .Values.w }}', 'a', true],
    ['{{ define "x" }}{{ .ctx.Values.a }}{{ end }}{{ template "x" dict "ctx" $ "v" .Values.w }}', 'w.q', false],
    ['{{ define "x" }}{{ .b }}{{ end }}{{ include (print "x") .Values.a }}', 'a.b', true],
    ['{{ (merge .Values.a .Values.b).c }}', 'b.c', true],
    ['{{ (.Values.a | default .Values.b).c }}', 'b.c', true],
    ['{{ (.Values.a | default .Values.b).c }}', 'b.d', false],
    ['{{ tpl .Values.t . }}', 'inText', true],
    ['{{ toYaml .Values }}', 'whatever', true],
    ['{{ toYaml . }}', 'whatever', true],
    ['{{ hasKey .Values.a "b" }}', 'a.b', true],
    ['{{ hasKey .Values.a "b" }}', 'a.c', false],
    ['{{ .Subcharts.s.Values.k }}', 's.k', true],
  ])('%s reads %s: %s', (template, path, expected) => {
    expect(isRead(template, path)).toBe(expected)
  })

  it('looks into subcharts under their names, and into what Chart.yaml reads', () => {
    const sub = {
      'charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n',
      'charts/s/templates/b.yaml': '{{ .Values.k }}{{ .Values.global.g }}',
      'Chart.yaml': `${META}dependencies: [{name: s, version: 1.0.0, condition: s.on, tags: [t]}]\n`,
    }
    expect(['s.k', 's.on', 'tags.t', 's.other'].map((path) => isRead('a', path, sub))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })
})

describe('the report of values', () => {
  const files: Files = {
    'Chart.yaml': META,
    'values.yaml': 'replicaCount: 1\nimage:\n  tag: a\n  unused: x\nglobal:\n  g: 1\n',
    'values.schema.json': '{"properties": {"known": {}}}',
    'templates/a.yaml':
      'r: {{ .Values.replicaCount }}\ni: {{ .Values.image.tag }}\ng: {{ .Values.global.g }}\nn: {{ .Values.nowhere.x }}\n',
  }
  const file = (name: string, text: string): ValuesEnvironment['values'][number] => ({ kind: 'file', file: name, text })
  const environments: ValuesEnvironment[] = [
    {
      name: 'staging',
      values: [file('base.yaml', 'replicaCount: 2\nknown: 1\n'), file('stg.yaml', 'replicaCont: 3\nreplicaCount: 4\n')],
    },
    {
      name: 'production',
      values: [
        file('base.yaml', 'replicaCount: 2\nknown: 1\n'),
        file('prod.yaml', 'replicaCount: 1\nimage: {tag: a}\n'),
      ],
    },
  ]
  const report = valuesReport({ chart: loadChart(memoryTree(files)), environments, environment })
  const shown = report.map((each) => {
    const at = each.at === undefined ? each.source : formatLocation(each.at)
    const more = each.suggestion === undefined ? '' : ` (${each.suggestion}?)`
    return `${each.kind} ${each.key} ${at} [${each.environments.join(' ')}]${more}`
  })

  it('does not guess about keys that templates make up as they run', () => {
    const chart = loadChart(
      memoryTree({
        'Chart.yaml': META,
        'values.yaml': 'm: {a: 1}\nother: {b: 1}\nkey: a\n',
        'templates/a.yaml': 'x: {{ get .Values.m .Values.key }}\n',
      }),
    )
    const found = valuesReport({ chart, environments: [], environment })
    expect(found.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['unknowable m.a', 'dead other.b'])
  })

  it('finds what does nothing, with what may have been meant', () => {
    expect(shown).toEqual([
      'dead image.unused values.yaml:4:11 []',
      'schema known base.yaml:2:8 [staging production]',
      'dead replicaCont stg.yaml:1:14 [staging] (replicaCount?)',
      'shadowed replicaCount base.yaml:1:15 [staging production]',
      'same image.tag prod.yaml:2:14 [production]',
      'undefined nowhere.x templates/a.yaml:4:7 []',
    ])
  })
})
