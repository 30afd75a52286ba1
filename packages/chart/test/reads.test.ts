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
    // Lists by position, and lists made of others.
    ['{{ $l := list . "x" .Values.w }}{{ (index $l 0).Values.a }}{{ (index $l 2).q }}', 'a', true],
    ['{{ $l := list . "x" .Values.w }}{{ (index $l 0).Values.a }}{{ (index $l 2).q }}', 'w.q', true],
    ['{{ $l := list . "x" .Values.w }}{{ (index $l 0).Values.a }}{{ (index $l 2).q }}', 'w.a', false],
    ['{{ define "x" }}{{ (index . 0).Values.a }}{{ end }}{{ include "x" (list $ .Values.b) }}', 'a', true],
    ['{{ (first (rest (list 1 .Values.w))).q }}', 'w.q', true],
    ['{{ range append (list .Values.v) .Values.w }}{{ .q }}{{ end }}', 'w.q', true],
    ['{{ range concat .Values.v .Values.w }}{{ .q }}{{ end }}', 'w.0.q', true],
    ['{{ range concat .Values.v .Values.w }}{{ .q }}{{ end }}', 'w.0.p', false],
    // Names of keys that are known, though not where they are used.
    ['{{ $k := "b" }}{{ index .Values.a $k }}', 'a.b', true],
    ['{{ $k := "b" }}{{ index .Values.a $k }}', 'a.c', false],
    ['{{ range $k := list "b" "c" }}{{ index $.Values.a $k }}{{ end }}', 'a.c', true],
    ['{{ range $k := list "b" "c" }}{{ index $.Values.a $k }}{{ end }}', 'a.d', false],
    ['{{ range $k, $v := dict "b" 1 "c" 2 }}{{ (index $.Values.a $k).x }}{{ end }}', 'a.c.x', true],
    ['{{ range $k, $v := dict "b" 1 "c" 2 }}{{ (index $.Values.a $k).x }}{{ end }}', 'a.d.x', false],
    ['{{ toYaml (pick .Values.a "b") }}', 'a.b.c', true],
    ['{{ toYaml (pick .Values.a "b") }}', 'a.c', false],
    ['{{ (pluck "p" .Values.a .Values.b | first).x }}', 'b.p.x', true],
    ['{{ (pluck "p" .Values.a .Values.b | first).x }}', 'b.p.y', false],
    // What is merged or put somewhere is found there.
    ['{{ $_ := mergeOverwrite .Values .Values.cni }}{{ .Values.a.b }}', 'cni.a.b', true],
    ['{{ $_ := mergeOverwrite .Values .Values.cni }}{{ .Values.a.b }}', 'cni.a.c', false],
    ['{{ .Values.a.b }}{{ $_ := mergeOverwrite .Values .Values.cni }}', 'cni.a.b', true],
    ['{{ $_ := mergeOverwrite .Values (index .Values "cni") }}{{ .Values.cni.a }}', 'cni.cni.a', true],
    ['{{ $d := .Values.d }}{{ $_ := set $ "Values" (mergeOverwrite $d .Values) }}{{ .Values.a.b }}', 'd.a.b', true],
    ['{{ $d := .Values.d }}{{ $_ := set $ "Values" (mergeOverwrite $d .Values) }}{{ .Values.a.b }}', 'd.a.c', false],
    ['{{ $_ := set .Values "old" (deepCopy .Values) }}{{ .Values.a }}', 'b', false],
    ['{{ $_ := set .Values "old" (deepCopy .Values) }}{{ .Values.old.b }}', 'b', true],
    ['{{ $_ := set .Values "old" (deepCopy .Values) }}{{ toYaml .Values.old }}', 'b', true],
    ['{{ $_ := set .Values.a "x" .Values.b }}{{ toYaml .Values.a }}', 'b.c', true],
    ['{{ $d := fromYaml "a: 1" }}{{ $_ := merge $d .Values.a }}{{ $d.x }}', 'a.x', true],
    ['{{ $d := fromYaml "a: 1" }}{{ $_ := merge $d .Values.a }}{{ $d.x }}', 'a.y', false],
    ['{{ range .Values.l }}{{ $_ := set . "x" $.Values.b }}{{ end }}{{ (index .Values.l 0).x.y }}', 'b.y', true],
    [
      '{{ define "s" }}{{ $_ := set . "x" .v }}{{ end }}{{ $d := dict "v" .Values.a }}{{ include "s" $d }}{{ $d.x.b }}',
      'a.b',
      true,
    ],
    ['{{ $_ := set . "mine" .Values.a }}{{ .mine.b }}', 'a.b', true],
    ['{{ $_ := set . "mine" .Values.a }}{{ .mine.b }}', 'a.c', false],
    // A loop's second turn sees what its first one has set.
    ['{{ $last := dict }}{{ range .Values.l }}{{ $last.q }}{{ $last = . }}{{ end }}', 'l.0.q', true],
    // Texts of templates that are templates.
    ['{{ tpl "{{ .Values.a }}" . }}', 'a', true],
    ['{{ tpl "{{ .Values.a }}" . }}', 'inText', false],
    ['{{ $t := "{{ .Values.a }}" }}{{ tpl ($t | trim) . }}', 'a', true],
    ['{{ tpl (printf "{{ .Values.%s }}" .Values.k) . }}', 'whatever', true],
    ['{{ tpl (printf "{{ include \\"%s\\" . }}" .Values.k) . }}', 'whatever', true],
    ['{{ tpl (cat "{{ with .mine }}" .Values.t "{{ end }}") (merge (dict "mine" .Values.m) .) }}', 'inText', false],
    ['{{ tpl (cat "{{ with $ }}" .Values.t "{{ end }}") (merge (dict "mine" .Values.m) .) }}', 'inText', true],
    ['{{ tpl (cat "{{ with $ }}" .Values.t "{{ end }}") (merge (dict "mine" .Values.m) .) }}', 'other', false],
    ['{{ tpl .Values.t (dict "Values" .Values.sub) }}', 'sub.inText', true],
    ['{{ tpl .Values.t (dict "Values" .Values.sub) }}', 'sub.other', false],
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
