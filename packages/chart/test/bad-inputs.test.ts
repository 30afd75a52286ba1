import { gzipSync } from 'node:zlib'
import { ChartError, loadChart, loadChartArchive } from '@slipway/chart'
import { nodeUnpack } from '@slipway/chart/node'
import { memoryTree } from '@slipway/diag'
import { describe, expect, it } from 'vitest'
import { failure, type Files, render, templateOutput } from './helm.ts'
import { type Entry, tar } from './tar.ts'

const CHART = 'apiVersion: v2\nname: c\nversion: 1.0.0\n'

function output(template: string, more: Files = {}, values: Parameters<typeof render>[1] = {}): string {
  const text = templateOutput(render({ 'Chart.yaml': CHART, 'templates/a.yaml': template, ...more }, values))
  return text.slice(text.indexOf('.yaml\n') + 6).trimEnd()
}

function refusal(template: string, more: Files = {}, values: Parameters<typeof render>[1] = {}): string {
  return failure(() => output(template, more, values))
}

function set(argument: string): Parameters<typeof render>[1] {
  return { values: [{ kind: 'set', argument }] }
}

describe('Chart.yaml', () => {
  it.each([
    ['..', 'is not allowed'],
    ['.', 'is not allowed'],
    ['../../evil', 'is invalid'],
    ['a/b', 'is invalid'],
  ])('with the name %s is refused', (name, reason) => {
    const files = { 'Chart.yaml': `apiVersion: v2\nname: "${name}"\nversion: 1.0.0\n` }
    expect(failure(() => loadChart(memoryTree(files)))).toBe(`validation: chart.metadata.name "${name}" ${reason}`)
  })

  it('with an alias that is a path is refused', () => {
    const files = { 'Chart.yaml': `${CHART}dependencies: [{name: s, version: "1", alias: "../x"}]\n` }
    expect(failure(() => loadChart(memoryTree(files)))).toBe(
      'validation: dependency "s" has disallowed characters in the alias',
    )
  })

  it.each([
    ['dependencies: [null]', 'validation: dependencies must not contain empty or null nodes'],
    ['maintainers: [~]', 'validation: maintainers must not contain empty or null nodes'],
  ])('with %s is refused', (line, message) => {
    expect(failure(() => loadChart(memoryTree({ 'Chart.yaml': `${CHART}${line}\n` })))).toBe(message)
  })

  it.each(['', '- a\n', '\ud800', 'a: [', '!!binary x'])('that is %j is refused with an error of its kind', (text) => {
    expect(() => loadChart(memoryTree({ 'Chart.yaml': text }))).toThrow(ChartError)
  })
})

describe('an archive', () => {
  it.each<readonly [string, Entry]>([
    ['a path upwards', ['c/../../x', 'x']],
    ['an absolute path', ['c//etc/passwd', 'x']],
    ['a drive', ['c/C:/x', 'x']],
    ['backslashes upwards', ['c\\..\\..\\b', 'x']],
  ])('with %s is refused', (_, entry) => {
    expect(() => loadChartArchive(tar([['c/Chart.yaml', CHART], entry]), nodeUnpack)).toThrow(ChartError)
  })

  it.each(['1', '2', '3', '4', '6'])('gives nothing of an entry of type %s to templates', (type) => {
    const chart = loadChartArchive(
      tar([
        ['c/Chart.yaml', CHART],
        ['c/templates/a.yaml', '', type],
      ]),
      nodeUnpack,
    )
    expect(chart.templates.map((file) => file.data.length)).toEqual([0])
  })

  it('that unpacks to more than 100 MiB is refused', () => {
    expect(failure(() => nodeUnpack(gzipSync(Buffer.alloc(130 << 20))))).toContain('larger than the maximum size')
  })
})

describe('values', () => {
  it('with aliases of aliases are refused', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let at = 1; at < 10; at++) lines.push(`a${at}: &a${at} [${`*a${at - 1}, `.repeat(9)}]`)
    expect(refusal('a: 1', { 'values.yaml': `${lines.join('\n')}\n` })).toContain('excessive aliasing')
  })

  it('nested very deep are refused, not a crash', () => {
    expect(refusal('a: 1', { 'values.yaml': `a: ${'['.repeat(20_000)}\n` })).toContain('exceeded max depth')
    expect(refusal('a: 1', { 'values.yaml': `a: ${'- '.repeat(20_000)}\n` })).not.toBe('')
  })

  it('with an index beyond the limit are refused', () => {
    expect(refusal('a: 1', {}, set('a[2147483647]=x'))).toBe(
      'failed parsing --set data: index of 2147483647 is greater than maximum supported index of 65536',
    )
  })

  it('with keys nested beyond the limit are refused', () => {
    expect(refusal('a: 1', {}, set(`${'a.'.repeat(100_000)}a=1`))).toBe(
      'failed parsing --set data: value name nested level is greater than maximum supported nested level of 30',
    )
  })

  it('that name prototypes are plain keys', () => {
    const files = { 'values.yaml': '__proto__: {p: 1}\nconstructor: {prototype: {q: 1}}\n' }
    expect(
      output(
        'p: {{ .Values.__proto__.p }}{{ .Values.constructor.prototype.q }}{{ .Values.z }}',
        files,
        set('__proto__.z=2'),
      ),
    ).toBe('p: 11')
    expect(({} as Record<string, unknown>)['p']).toBeUndefined()
    expect(({} as Record<string, unknown>)['z']).toBeUndefined()
  })

  it('that are no UTF-8 are refused with the words of Helm', () => {
    const tree = memoryTree({ 'Chart.yaml': CHART })
    const bad = {
      ...tree,
      list: (path: string) => (path === '' ? [...tree.list(''), { name: 'values.yaml', kind: 'file' as const }] : []),
    }
    const broken = {
      ...bad,
      read: (path: string) => (path === 'values.yaml' ? new Uint8Array([97, 58, 32, 0xff, 0xfe]) : tree.read(path)),
      stat: (path: string) => (path === 'values.yaml' ? ('file' as const) : tree.stat(path)),
    }
    expect(failure(() => loadChart(broken))).toBe(
      'cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: invalid leading UTF-8 octet',
    )
  })
})

describe('values.schema.json', () => {
  const withSchema = (schema: string): Files => ({ 'values.schema.json': schema, 'values.yaml': 'a: 1\n' })

  it('that refers to itself ends', () => {
    expect(output('a: 1', withSchema('{"$ref": "#"}'))).toBe('a: 1')
  })

  it('whose references go round ends', () => {
    const definitions = {
      a: { $ref: '#/definitions/b' },
      b: { $ref: '#/definitions/c' },
      c: { $ref: '#/definitions/a' },
    }
    const round = JSON.stringify({ properties: { a: { $ref: '#/definitions/a' } }, definitions })
    expect(output('a: 1', withSchema(round))).toBe('a: 1')
    const tree = { type: 'object', properties: { child: { $ref: '#/definitions/tree' } }, additionalProperties: false }
    const recursive = JSON.stringify({ properties: { a: { $ref: '#/definitions/tree' } }, definitions: { tree } })
    const values = (text: string): Files => ({ 'values.schema.json': recursive, 'values.yaml': text })
    expect(output('a: 1', values('a: {child: {child: {}}}\n'))).toBe('a: 1')
    expect(refusal('a: 1', values('a: {child: {child: {x: 1}}}\n'))).toContain("at '/a/child/child'")
  })

  it.each(['file:///dev/zero', 'http://127.0.0.1:9/x.json', 'https://127.0.0.1:9/x.json'])(
    'that refers to %s opens nothing, and is refused',
    (url) => {
      const problem = `failing loading "${url}": it is not fetched: write what it says into values.schema.json`
      expect(refusal('a: 1', withSchema(`{"properties": {"a": {"$ref": "${url}"}}}`))).toContain(problem)
      expect(refusal('a: 1', withSchema(`{"$schema": "${url}#", "type": "object"}`))).toContain(problem)
      expect(() => output('a: 1', withSchema(`{"$ref": "${url}"}`))).toThrow(
        expect.objectContaining({ hint: expect.stringContaining('--skip-schema-validation') as string }),
      )
    },
  )

  // What Helm 3.22 and 4.3 say of the same schemas.
  it.each([
    ['#/definitions/no', 'json-pointer in "file:///values.schema.json#/definitions/no" not found'],
    ['#no', 'anchor in "file:///values.schema.json#no" not found in schema "file:///values.schema.json"'],
    ['other.json', 'failing loading "file:///other.json": open /other.json: no such file or directory'],
  ])('that refers to %s, which is not there, is refused', (reference, problem) => {
    const schema = (part: object): Files => withSchema(JSON.stringify(part))
    const broken = { $ref: reference }
    expect(refusal('a: 1', schema({ properties: { a: broken } }))).toContain(problem)
    expect(refusal('a: 1', schema({ properties: { b: { items: { not: broken } } } }))).toContain(problem)
    // What nothing refers to is not looked at.
    expect(output('a: 1', schema({ definitions: { b: broken } }))).toBe('a: 1')
  })

  // What Helm 3.22 and 4.3 say of the same schemas.
  it.each([
    [
      '{"properties":{"k":{"type":"foo"}}}',
      "2020-12/schema#'",
      "- at '': 'allOf' failed\n  - at '/properties/k': 'allOf' failed\n    - at '/properties/k/type': 'anyOf' failed\n      - at '/properties/k/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'\n      - at '/properties/k/type': got string, want array",
    ],
    [
      '{"properties":{"k":{"pattern":"("}}}',
      "2020-12/schema#'",
      "- at '': 'allOf' failed\n  - at '/properties/k': 'allOf' failed\n    - at '/properties/k/pattern': '(' is not valid regex: error parsing regexp: missing closing ): `(`",
    ],
    [
      '{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"k":{"required":true}}}',
      "'http://json-schema.org/draft-07/schema#'",
      "- at '/properties/k/required': got boolean, want array",
    ],
    [
      '{"$schema":"http://json-schema.org/draft-04/schema#","properties":{"k":{"minimum":"a"}}}',
      "'http://json-schema.org/draft-04/schema#'",
      "- at '/properties/k/minimum': got string, want number",
    ],
    [
      '{"$schema":"https://json-schema.org/draft/2019-09/schema","properties":{"k":{"items":{"type":"x"}}}}',
      "2019-09/schema#'",
      "- at '': 'allOf' failed\n  - at '/properties/k': 'allOf' failed\n    - at '/properties/k/items': 'anyOf' failed\n      - at '/properties/k/items': 'allOf' failed\n        - at '/properties/k/items/type': 'anyOf' failed\n          - at '/properties/k/items/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'\n          - at '/properties/k/items/type': got string, want array\n      - at '/properties/k/items': got object, want array",
    ],
    [
      '{"required":true,"additionalProperties":3}',
      "2020-12/schema#'",
      "- at '': 'allOf' failed\n  - at '/additionalProperties': got number, want boolean or object\n  - at '/required': got boolean, want array",
    ],
    ['[]', "2020-12/schema#'", "- at '': got array, want boolean or object"],
    [
      '{"$schema":"http://json-schema.org/draft-07/schema#","patternProperties":{"(?=b)":{}}}',
      "'http://json-schema.org/draft-07/schema#'",
      "- at '/patternProperties': invalid propertyName '(?=b)'\n  - at '': '(?=b)' is not valid regex: error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
    ],
  ])('%s, which is none, is refused', (schema, draft, problem) => {
    const text = refusal('a: 1', withSchema(schema))
    expect(text).toContain(
      '"file:///values.schema.json#" is not valid against metaschema: jsonschema validation failed with ',
    )
    expect(text).toContain(`${draft}\n${problem}`)
  })

  it('has patterns in the syntax of Go, which take linear time', () => {
    const pattern = (text: string): Files => ({
      ...withSchema(JSON.stringify({ properties: { a: { pattern: text } } })),
      'values.yaml': `a: ${'a'.repeat(60)}b\n`,
    })
    expect(refusal('a: 1', pattern('^(a+)+$'))).toContain("does not match pattern '^(a+)+$'")
    expect(output('a: 1', pattern('(?i)^A+B\\z'))).toBe('a: 1')
  })

  it('with very deep references ends', () => {
    const definitions: Record<string, unknown> = { d0: { type: 'number' } }
    for (let at = 1; at < 10_000; at++) definitions[`d${at}`] = { $ref: `#/definitions/d${at - 1}` }
    const schema = JSON.stringify({ properties: { a: { $ref: '#/definitions/d9999' } }, definitions })
    expect(refusal('a: 1', withSchema(schema))).toBe('references of values.schema.json are nested more than 500 deep')
  })
})

describe('a template', () => {
  it('that hands itself to tpl again and again fails', () => {
    expect(refusal('{{ tpl .Values.t . }}', { 'values.yaml': 't: "{{ tpl .Values.t . }}"\n' })).not.toBe('')
  })

  it.each(['{{ repeat 1000000000 "x" }}', '{{ range until 1000000000 }}{{ end }}', '{{ seq 1 100000000 }}'])(
    '%s stops at a limit',
    (template) => {
      expect(refusal(template)).toMatch(/exceeds|more than|limit/)
    },
  )

  it('matches patterns in linear time', () => {
    expect(output('a: {{ regexMatch "^(a+)+$" (print (repeat 40 "a") "!") }}')).toBe('a: false')
  })

  it('resolves no names of hosts', () => {
    expect(output('a: "{{ getHostByName "secret.invalid" }}"')).toBe('a: ""')
  })

  it.each(['env "HOME"', 'expandenv "$PATH"'])('has no %s', (call) => {
    expect(refusal(`{{ ${call} }}`)).toContain('not defined')
  })

  it('looks nothing up without a cluster', () => {
    expect(output('a: {{ lookup "v1" "Secret" "kube-system" "x" | toJson }}')).toBe('a: {}')
  })

  it('sees no files outside of the chart', () => {
    expect(
      output('a: "{{ .Files.Get "../../x" }}{{ range $k, $v := .Files.Glob "../**" }}{{ $k }}{{ end }}"', {
        'x.txt': 'y',
      }),
    ).toBe('a: ""')
  })
})
