import { manifestObjects, type ChartRender, type ValuesInput } from '@slipway/chart'
import { formatLocation, type FieldPath, type Origin } from '@slipway/diag'
import { describe, expect, it } from 'vitest'
import { type Files, render } from './helm.ts'

const FILES: Files = {
  'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'values.yaml':
    'replicas: 1\nimage:\n  repo: a\n  tag: b\nlabels:\n  x: k\nres:\n  limits: {cpu: 1}\nempty: {}\nactive: true\n',
  'templates/_h.tpl': '{{ define "img" }}{{ .Values.image.repo }}:{{ .Values.image.tag }}{{ end }}',
  'templates/a.yaml':
    'kind: A\nreplicas: {{ .Values.replicas }}\nimage: {{ include "img" . | quote }}\nlabels: {{- toYaml .Values.labels | nindent 2 }}\n' +
    'res:\n  {{- toYaml .Values.res | nindent 2 }}\nempty: {{ toYaml .Values.empty }}\n{{ if .Values.active }}only: {{ default "d" .Values.none }}{{ end }}\n' +
    'sub: {{ .Values.s.k }}\n',
  'charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n',
  'charts/s/values.yaml': 'k: sub\nglobal: {g: inner}\n',
  'charts/s/templates/b.yaml': 'kind: B\ng: {{ .Values.global.g }}\nk: {{ .Values.k }}\n',
}
const VALUES: ValuesInput[] = [
  { kind: 'file', file: 'v.yaml', text: 'replicas: 3\nimage:\n  tag: z\nglobal:\n  g: outer\n' },
  { kind: 'set', argument: 'image.tag=q' },
]

const tracked = render(FILES, { values: VALUES, track: true })

function origins(kind: string, path: FieldPath, of: ChartRender = tracked): readonly Origin[] {
  const found = manifestObjects(of).find(({ object }) => object['kind'] === kind)
  return found?.origins?.of(path) ?? []
}

function shown(origin: Origin): string {
  const at = origin.at === undefined ? (origin.argument ?? '') : formatLocation(origin.at)
  const overrode = (origin.overrode ?? []).map((each) => ` < ${shown(each)}`).join('')
  return `${origin.kind} ${at}${overrode}`
}

describe('origins', () => {
  it('name the template line of a literal', () => {
    expect(origins('A', ['kind']).map(shown)).toEqual(['template templates/a.yaml:1:7'])
  })

  it('name the values line, and what it replaced', () => {
    expect(origins('A', ['replicas']).map(shown)).toEqual([
      'template templates/a.yaml:2:14',
      'values v.yaml:1:11 < default values.yaml:1:11',
    ])
  })

  it('follow includes, functions and arguments', () => {
    const found = origins('A', ['image'])
    expect(found.filter((each) => each.kind !== 'template').map(shown)).toEqual([
      'default values.yaml:3:9',
      'set --set image.tag=q < values v.yaml:3:8 < default values.yaml:4:8',
    ])
    const inner = found.find((each) => each.at?.file === 'templates/_h.tpl')
    expect(inner?.through?.map(formatLocation)).toEqual(['templates/a.yaml:3:11'])
  })

  it('tell the fields of toYaml apart', () => {
    expect(origins('A', ['labels', 'x']).map(shown)).toContain('default values.yaml:6:6')
    expect(origins('A', ['res', 'limits', 'cpu']).map(shown)).toContain('default values.yaml:8:17')
    expect(origins('A', ['res', 'limits', 'cpu']).map(shown)).not.toContain('default values.yaml:6:6')
  })

  it('know empty maps', () => {
    expect(origins('A', ['empty']).map(shown)).toContain('default values.yaml:9:8')
  })

  it('name what a condition read apart from what flowed in', () => {
    const object = manifestObjects(tracked).find((each) => each.object['kind'] === 'A')
    expect(object?.origins?.of(['only']).map(shown)).toEqual([expect.stringMatching(/^template templates\/a.yaml:8/)])
    expect(object?.origins?.controls(['only']).map(shown)).toEqual(['default values.yaml:10:9'])
  })

  it('follow values into subcharts, and globals', () => {
    expect(origins('B', ['k']).map(shown)).toContain('default charts/s/values.yaml:1:4')
    expect(origins('B', ['g']).map(shown)).toContain('values v.yaml:5:6')
    expect(origins('A', ['sub']).map(shown)).toContain('default charts/s/values.yaml:1:4')
  })

  it('are absent when they were not asked for', () => {
    const plain = render(FILES, { values: VALUES })
    expect(manifestObjects(plain).every((each) => each.origins === undefined)).toBe(true)
  })

  it('have nothing of a field that is not there', () => {
    expect(origins('A', ['nope', 0])).toEqual([])
  })
})

it('tell what a branch that was not taken inside of an include would have changed', () => {
  const render_ = render(
    {
      'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'values.yaml': 'tag: b\ndigest: ""\n',
      'templates/a.yaml':
        '{{ define "img" }}a:{{ .Values.tag }}{{ if .Values.digest }}@{{ .Values.digest }}{{ end }}{{ end }}kind: A\nimage: {{ include "img" . }}\n',
    },
    { track: true },
  )
  const [object] = manifestObjects(render_)
  expect(object?.origins?.controls(['image']).map((each) => each.subject)).toEqual(['.Values.digest'])
})

it('go through an empty text that tpl is given', () => {
  const render_ = render(
    {
      'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'values.yaml': 'extra: ""\n',
      'templates/a.yaml': 'kind: A\ntext: |\n  a\n  {{- tpl .Values.extra . | nindent 2 }}\n',
    },
    { track: true },
  )
  const [object] = manifestObjects(render_)
  expect(object?.origins?.of(['text']).map((each) => each.subject)).toContain('.Values.extra')
})
