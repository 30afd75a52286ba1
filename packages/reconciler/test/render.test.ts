import { compareBytes, formatLocation, memoryTree, type SourceRange } from '@slipway/diag'
import { editKustomization, parseImage, renderSource, sourceTypeOf, type RenderRequest } from '@slipway/reconciler'
import { expect, test } from 'vitest'
import { chart, configMap } from './manifests.ts'

function request(files: Readonly<Record<string, string>>, source: object): RenderRequest {
  return {
    tree: memoryTree(files),
    source: { repoURL: 'x', path: '.', ...source },
    revision: '0123456789'.repeat(4),
    application: { name: 'web', namespace: 'argocd', project: 'default' },
    namespace: 'x',
    refs: new Map([['values', memoryTree({ 'env/v.yaml': 'replicas: 7\n' })]]),
    kubeVersion: '1.36.3',
    apiVersions: ['v1', 'apps/v1', 'example.com/v1'],
  }
}

async function names(
  files: Readonly<Record<string, string>>,
  source: object = {},
): Promise<readonly (string | undefined)[]> {
  return (await renderSource(request(files, source))).objects.map(({ object }) => object.metadata.name)
}

const FILES = {
  'a.yaml': configMap('a'),
  'b.yml': configMap('b'),
  'sub/c.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}',
  'README.md': 'no',
}

test('a directory is read in order, below it only when asked, through globs', async () => {
  expect(await names(FILES)).toEqual(['a', 'b'])
  expect(await names(FILES, { directory: { recurse: true } })).toEqual(['a', 'b', 'c'])
  expect(await names(FILES, { directory: { recurse: true, exclude: '{b.yml,sub/*}' } })).toEqual(['a'])
  expect(await names(FILES, { directory: { recurse: true, include: '*.json' } })).toEqual(['c'])
})

test('files of other names are manifests where the source says so, and no file is that says so itself', async () => {
  const files = {
    ...FILES,
    'd.yaml.sealed': configMap('d'),
    'e.yaml': `# +argocd:skip-file-rendering\n${configMap('e')}`,
  }
  expect(await names(files)).toEqual(['a', 'b'])
  expect(await names(files, { directory: { disableExtensionFilter: true, exclude: 'b.*' } })).toEqual(['a', 'd'])
  expect(await names(files, { directory: { disableExtensionFilter: true, include: '*.sealed' } })).toEqual(['d'])
})

test('YAML that is no manifest is passed over, a broken manifest is not', async () => {
  expect(await names({ ...FILES, 'x.yaml': 'just: data\n' })).toEqual(['a', 'b'])
  const broken = { ...FILES, 'x.yaml': 'apiVersion: v1\nkind: X\nmetadata: {name: a\n' }
  await expect(names(broken)).rejects.toMatchObject({
    rpc: 'FailedPrecondition',
    hint: expect.stringContaining('x.yaml'),
  })
})

test('fields of plain manifests know their line', async () => {
  const { objects } = await renderSource(
    request({ 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  v: "1"\n' }, {}),
  )
  expect(objects[0]?.origins?.of(['data', 'v'])[0]?.at).toMatchObject({ file: 'a.yaml', start: { line: 6 } })
})

test('what a folder holds says how it is rendered, what the source says wins', () => {
  const type = (files: Readonly<Record<string, string>>, source: object = {}): string =>
    sourceTypeOf(memoryTree(files), { repoURL: 'x', path: '.', ...source })
  expect(type({ 'Chart.yaml': '', 'kustomization.yaml': '' })).toBe('Helm')
  expect(type({ 'kustomization.yml': '' })).toBe('Kustomize')
  expect(type({ 'a.yaml': '' })).toBe('Directory')
  expect(type({ 'Chart.yaml': '' }, { directory: {} })).toBe('Directory')
  expect(() => type({ 'a.yaml': '' }, { helm: {}, kustomize: {} })).toThrow('multiple application sources')
})

test.each(['../x', '/../x', 'a.yaml', 'none'])(
  'a path that is no folder of the repository is refused: %s',
  async (path) => {
    await expect(names(FILES, { path })).rejects.toMatchObject({ code: 'RECONCILER_SOURCE' })
  },
)

interface Rendered {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly replicas: number
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
  }
}

async function deployment(helm: object): Promise<Rendered> {
  const { objects } = await renderSource(request(chart, { path: 'chart', helm }))
  return objects[0]?.object as unknown as Rendered
}

test('values come from files, other sources, text, objects and parameters, in that order', async () => {
  expect((await deployment({})).spec.replicas).toBe(1)
  expect((await deployment({ valueFiles: ['../environments/staging/values.yaml'] })).spec.replicas).toBe(2)
  expect(
    (await deployment({ valueFiles: ['/environments/staging/values.yaml', '$values/env/v.yaml'] })).spec.replicas,
  ).toBe(7)
  expect((await deployment({ valueFiles: ['$values/env/v.yaml'], values: 'replicas: 8\n' })).spec.replicas).toBe(8)
  expect((await deployment({ values: 'replicas: 8\n', valuesObject: { replicas: 9 } })).spec.replicas).toBe(9)
  expect(
    (await deployment({ valuesObject: { replicas: 9 }, parameters: [{ name: 'replicas', value: '10' }] })).spec
      .replicas,
  ).toBe(10)
})

test('parameters know the build, commas stay, the release has its own name', async () => {
  const image = 'a,b:$ARGOCD_APP_REVISION_SHORT'
  const made = await deployment({
    releaseName: 'other',
    parameters: [{ name: 'image', value: image, forceString: true }],
  })
  expect([made.metadata.name, made.spec.template.spec.containers[0]?.image]).toEqual(['other', 'a,b:0123456'])
})

test('a missing values file is an error, or not, as asked', async () => {
  await expect(deployment({ valueFiles: ['none.yaml'] })).rejects.toThrow('no such file or directory')
  expect((await deployment({ valueFiles: ['none.yaml'], ignoreMissingValueFiles: true })).spec.replicas).toBe(1)
  await expect(deployment({ valueFiles: ['../../outside.yaml'] })).rejects.toThrow('outside repository root')
  await expect(deployment({ valueFiles: ['$nobody/v.yaml'] })).rejects.toThrow(`source referenced "$nobody"`)
  await expect(deployment({ valueFiles: ['https://example.com/v.yaml'] })).rejects.toMatchObject({
    code: 'RECONCILER_UNSUPPORTED',
  })
})

test('CRDs and hooks are rendered; tests and CRDs can be left out', async () => {
  const hook = (name: string, type: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, annotations: {helm.sh/hook: ${type}}}\n`
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
    'crds/w.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: w}\n',
    'templates/pre.yaml': hook('pre', 'pre-install'),
    'templates/test.yaml': hook('probe', 'test'),
    'templates/caps.yaml':
      '{{ if .Capabilities.APIVersions.Has "example.com/v1" }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Capabilities.KubeVersion.Minor | quote }}}\n{{ end }}',
  }
  expect([...(await names(files))].map(String).toSorted(compareBytes)).toEqual(['36', 'pre', 'probe', 'w'])
  expect(
    [...(await names(files, { helm: { skipTests: true, skipCrds: true } }))].map(String).toSorted(compareBytes),
  ).toEqual(['36', 'pre'])
})

test('a kustomization is built after the edits', async () => {
  const files = {
    'kustomization.yaml': 'resources: [d.yaml]\nimages: [{name: web, newTag: "1"}]\n',
    'd.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: web}]}\n',
  }
  const source = {
    kustomize: {
      namePrefix: 'a-',
      namespace: 'other',
      images: ['web=ghcr.io/acme/web:2@sha256:12'],
      commonAnnotations: { by: '${ARGOCD_APP_NAME}' },
      commonAnnotationsEnvsubst: true,
    },
  }
  const { objects } = await renderSource(request(files, source))
  expect(objects[0]?.object).toMatchObject({
    metadata: { name: 'a-p', namespace: 'other', annotations: { by: 'web' } },
    spec: { containers: [{ image: 'ghcr.io/acme/web:2@sha256:12' }] },
  })
})

test.each([
  ['web=ghcr.io/acme/web:2@sha256:1', { name: 'web', newName: 'ghcr.io/acme/web', newTag: '2', digest: 'sha256:1' }],
  ['ghcr.io/acme/web:2', { name: 'ghcr.io/acme/web', newTag: '2' }],
  ['localhost:5000/web', { name: 'localhost:5000/web' }],
  ['web@sha256:1', { name: 'web', digest: 'sha256:1' }],
  ['web=*:3', { name: 'web', newTag: '3' }],
])('the image edit %s', (text, expected) => {
  expect(parseImage(text)).toEqual(expected)
})

test('labels that are there give way only to force', () => {
  const file = { commonLabels: { a: '1' } }
  expect(() => editKustomization(file, { commonLabels: { a: '2' } })).toThrow('label a already in kustomization file')
  expect(editKustomization(file, { commonLabels: { a: '2' }, forceCommonLabels: true })).toEqual({
    commonLabels: { a: '2' },
  })
  expect(editKustomization({}, { commonLabels: { a: '2' }, labelWithoutSelector: true })).toEqual({
    labels: [{ pairs: { a: '2' } }],
  })
})

const META = 'apiVersion: v2\nname: web\nversion: 1.0.0\n'

test('a chart gets what it needs from its own repository; what it does not have is refused, with its place', async () => {
  const needs = (repository: string): string =>
    `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- name: common\n  version: ^1.0.0\n  repository: ${repository}\n`
  const files = {
    'web/Chart.yaml': needs('file://../common'),
    'web/templates/a.yaml': '{{ include "common.map" . }}',
    'common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 1.2.0\ntype: library\n',
    'common/templates/_map.tpl': `{{ define "common.map" }}${configMap('shared')}{{ end }}`,
  }
  expect(await names(files, { path: 'web' })).toEqual(['shared'])
  // Two that need each other: as with Helm, what a dependency needs is its own affair.
  const circle = {
    ...files,
    'common/Chart.yaml': `${files['common/Chart.yaml']}dependencies:\n- {name: web, version: 1.0.0, repository: "file://../web"}\n`,
  }
  expect(await names(circle, { path: 'web' })).toEqual(['shared'])
  const refused = (text: string): Promise<unknown> => names({ ...files, 'web/Chart.yaml': text }, { path: 'web' })
  for (const text of [needs('https://charts.example.org'), needs('file://../common').replace('^1', '^2')])
    await expect(refused(text)).rejects.toMatchObject({
      code: 'RECONCILER_RENDER',
      message: expect.stringContaining('missing in charts/ directory: common'),
      diagnostic: { range: { file: 'web/Chart.yaml', start: { line: 5 } } },
    })
})

test('what a chart prints without a kind is refused where it is printed, in the words of Argo CD', async () => {
  const files = { 'Chart.yaml': META, 'templates/a.yaml': `${configMap('a')}---\n# no kind\nmetadata:\n  name: b\n` }
  await expect(names(files)).rejects.toMatchObject({
    message: `failed to unmarshal manifest: Object 'Kind' is missing in '{"metadata":{"name":"b"}}'`,
    diagnostic: { range: { file: 'templates/a.yaml' } },
  })
})

test('a fault has its place for every renderer', async () => {
  const at = async (files: Readonly<Record<string, string>>): Promise<unknown> =>
    names(files).catch((error: { diagnostic?: { code: string; range?: SourceRange } }) => {
      const { code, range } = error.diagnostic ?? { code: 'none' }
      return range === undefined ? code : `${code} ${formatLocation(range)}`
    })
  expect(await at({ 'Chart.yaml': META, 'templates/a.yaml': 'a: {{ .Values.b.c.d }}\n' })).toBe(
    'CHART_TEMPLATE templates/a.yaml:1:7',
  )
  expect(await at({ 'kustomization.yaml': 'resources:\n- none.yaml\n' })).toMatch(
    /^KUSTOMIZE_\w+ kustomization\.yaml:2:3$/,
  )
  expect(await at({ 'a.yaml': 'apiVersion: v1\nkind: X\nmetadata: {name: a\n' })).toMatch(/^YAML_SYNTAX a\.yaml:/)
})
