import { expect, test } from 'vitest'
import { build, configMap, failureOf } from '../build.ts'

function files(config: string, fields = 'namespace: space\n'): Record<string, string> {
  return {
    'kustomization.yaml': `resources: [all.yaml]\nconfigurations: [config.yaml]\n${fields}`,
    'all.yaml': `${configMap('map')}---\napiVersion: v1\nkind: X\nmetadata: {name: x}\nspec:\n  ref: map\n  image: nginx\n`,
    'config.yaml': config,
  }
}

test.each([
  ['namespace: [{path: spec/ns, create: true, kind: X}]', 'namespace: space\n', '  ns: space\n'],
  ['images: [{path: spec/image}]', 'images: [{name: nginx, newTag: "2"}]\n', '  image: nginx:2\n'],
  ['nameReference: [{kind: ConfigMap, fieldSpecs: [{path: spec/ref, kind: X}]}]', 'namePrefix: p-\n', '  ref: p-map\n'],
  ['namePrefix: [{path: spec/ref, kind: X}]', 'namePrefix: p-\n', '  ref: p-map\n'],
  ['replicas: [{path: spec/count, create: true, kind: X}]', 'replicas: [{name: x, count: 3}]\n', '  count: 3\n'],
  ['commonLabels: [{path: spec/l, create: true, kind: X}]', 'commonLabels: {a: b}\n', '  l:\n    a: b\n'],
  ['commonAnnotations: [{path: spec/a, create: true, kind: X}]', 'commonAnnotations: {a: b}\n', '  a:\n    a: b\n'],
])('%s reaches one field more', (config, fields, wanted) => {
  expect(build(files(config, fields))).toContain(wanted)
})

const DECODING = 'error unmarshaling JSON: while decoding JSON: json:'

test.each([
  ['text', `${DECODING} cannot unmarshal string into Go value of type builtinconfig.TransformerConfig`],
  ['[]', `${DECODING} cannot unmarshal array into Go value of type builtinconfig.TransformerConfig`],
  [
    'namePrefix: text',
    `${DECODING} cannot unmarshal string into Go struct field TransformerConfig.namePrefix of type types.FsSlice`,
  ],
  [
    'namePrefix: [text]',
    `${DECODING} cannot unmarshal string into Go struct field TransformerConfig.namePrefix of type types.FieldSpec`,
  ],
  [
    'nameReference: text',
    `${DECODING} cannot unmarshal string into Go struct field TransformerConfig.nameReference of type builtinconfig.nbrSlice`,
  ],
  [
    'nameReference: [text]',
    `${DECODING} cannot unmarshal string into Go struct field TransformerConfig.nameReference of type builtinconfig.NameBackReferences`,
  ],
  [
    'nameReference: [{version: {}}]',
    `${DECODING} cannot unmarshal object into Go struct field NameBackReferences.nameReference.Gvk.version of type string`,
  ],
  [
    'nameReference: [{fieldSpecs: text}]',
    `${DECODING} cannot unmarshal string into Go struct field NameBackReferences.nameReference.fieldSpecs of type types.FsSlice`,
  ],
  ['1: 2', `${DECODING} unknown field "1"`],
  [
    'images: []\nimages: []',
    'error converting YAML to JSON: yaml: unmarshal errors:\n  line 2: key "images" already set in map',
  ],
])('%j is refused', (config, message) => {
  expect(failureOf(files(config)).message).toBe(message)
})

test('a path with a star is refused at its field', () => {
  const config = 'commonLabels:\n- {path: metadata/labels/*, kind: ConfigMap}\n'
  const object = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: y}}\n'
  const kustomization = 'resources: [a.yaml]\nconfigurations: [c.yaml]\ncommonLabels: {a: b}\n'
  expect(failureOf({ 'kustomization.yaml': kustomization, 'c.yaml': config, 'a.yaml': object }).message).toBe(
    "considering field 'metadata/labels/*' of object ConfigMap.v1.[noGrp]/a.[noNs]: fieldName: *: wildcard is not supported in PathGetter",
  )
})
