import { explainField, explainLine, explainWhyNot, fieldAtLine, parseFieldPath } from '@slipway/chart'
import { formatLocation, type Origin } from '@slipway/diag'
import { describe, expect, it } from 'vitest'
import { environment, render, templateOutput } from './helm.ts'

const tracked = render(
  {
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'values.yaml': 'replicas: 1\nextra: false\nunused: 1\nhidden: 5\ngone: 1\nports: [80, 443]\n',
    'templates/a.yaml':
      'kind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: {{ .Values.replicas }}\n  ports: {{- toYaml .Values.ports | nindent 4 }}\n' +
      '{{- if .Values.extra }}\n  hidden: {{ .Values.hidden }}\n{{- end }}\n  gone: {{ .Values.gone | quote }}\n',
    'templates/b.yaml': 'kind: Service\nmetadata:\n  name: web\n',
  },
  { track: true, values: [{ kind: 'file', file: 'v.yaml', text: 'replicas: 3\ngone: null\n' }] },
)

function places(origins: readonly Origin[]): string[] {
  return origins.map((each) => `${each.kind} ${each.at === undefined ? '' : formatLocation(each.at)}`)
}

describe('explain', () => {
  it('names where a field comes from', () => {
    const found = explainField(tracked, { kind: 'deployment', name: 'web' }, 'spec.replicas')
    expect(found?.value).toBe(3)
    expect(places(found?.origins ?? [])).toEqual(['template templates/a.yaml:5:16', 'values v.yaml:1:11'])
    expect(places(found?.origins[1]?.overrode ?? [])).toEqual(['default values.yaml:1:11'])
  })

  it('knows no object of another name, and no field that is not there', () => {
    expect(explainField(tracked, { kind: 'Deployment', name: 'api' }, 'spec')).toBeUndefined()
    expect(explainField(tracked, { kind: 'Deployment', name: 'web' }, 'spec.nope')?.value).toBeUndefined()
  })

  it('finds the field on a line of the output', () => {
    const lines = templateOutput(tracked).split('\n')
    const line = lines.findIndex((text) => text.includes('443')) + 1
    const found = explainLine(tracked, line)
    expect(found?.path).toEqual(['spec', 'ports', 1])
    expect(places(found?.origins ?? [])).toContain('default values.yaml:6:13')
  })

  it.each([
    ['nowhere', 'undefined'],
    ['unused', 'unread'],
    ['hidden', 'not-printed'],
    ['gone', 'deleted'],
    ['replicas', 'replaced'],
    ['ports[0]', 'printed'],
  ])('says why %s changed nothing: %s', (path, reason) => {
    expect(explainWhyNot(tracked, path, environment).reason).toBe(reason)
  })
})

describe('field paths', () => {
  it.each([
    ['spec.replicas', ['spec', 'replicas']],
    ['{.spec.containers[0].image}', ['spec', 'containers', 0, 'image']],
    ["metadata.labels['a.b/c']", ['metadata', 'labels', 'a.b/c']],
    ['metadata.labels.a\\.b/c', ['metadata', 'labels', 'a.b/c']],
    ['', []],
    ['a[', undefined],
  ])('reads %s', (text, path) => {
    expect(parseFieldPath(text)).toEqual(path)
  })

  it('finds fields by lines', () => {
    const text = 'a: 1\nb:\n  c: |\n    one\n    two\n  d:\n  - x: 1\n    y: 2\n'
    expect([1, 2, 3, 5, 7, 8].map((line) => fieldAtLine(text, line))).toEqual([
      ['a'],
      ['b'],
      ['b', 'c'],
      ['b', 'c'],
      ['b', 'd', 0, 'x'],
      ['b', 'd', 0, 'y'],
    ])
  })
})
