import { expect, test } from 'vitest'
import { build, failureOf } from '../build.ts'

const THING = 'apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: thing\nspec:\n  ref:\n    name: map\n'
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\n'

function files(definitions: string): Record<string, string> {
  return {
    'kustomization.yaml': 'resources: [all.yaml]\ncrds: [crd.yaml]\nnamePrefix: p-\n',
    'all.yaml': `${THING}---\n${MAP}`,
    'crd.yaml': definitions,
  }
}

const REFERENCE =
  '{x-kubernetes-object-ref-api-version: v1, x-kubernetes-object-ref-kind: ConfigMap, x-kubernetes-object-ref-name-key: name}'

test.each(['Schema', 'schema'])('a reference that definitions name follows the name, under %s', (name) => {
  const definitions = `example.com/v1.Thing:
  ${name}:
    properties:
      apiVersion: {type: string}
      kind: {type: string}
      metadata: {type: object}
      spec: {$ref: example.com/v1.Spec}
example.com/v1.Spec:
  ${name}:
    properties:
      ref: ${REFERENCE}
`
  expect(build(files(definitions))).toContain('  ref:\n    name: p-map\n')
})

test.each([
  '{}',
  'a: {}',
  'a: ~',
  'a: {Schema: {}}',
  'a: {other: 1}',
  'a: {Schema: {properties: {spec: {type: [a]}}}}',
])('%s says nothing of names', (definitions) => {
  expect(build(files(definitions))).toContain('  ref:\n    name: map\n')
})

const SCHEMA = 'struct { Extensions spec.Extensions "json:\\",inline\\""; spec.SchemaProps; spec.SwaggerSchemaProps }'

test.each([
  ['text', 'cannot unmarshal string into Go value of type accumulator.nameToApiMap'],
  ['[]', 'cannot unmarshal array into Go value of type accumulator.nameToApiMap'],
  // The manifest of a definition, which many take for what is wanted here.
  [
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n',
    'cannot unmarshal string into Go value of type accumulator.OpenAPIDefinition',
  ],
  ['a: 1', 'cannot unmarshal number into Go value of type accumulator.OpenAPIDefinition'],
  ['a: {Schema: text}', `cannot unmarshal JSON string into Go ${SCHEMA}`],
  [
    'a: {Schema: {properties: text}}',
    'cannot unmarshal JSON string into Go map[string]spec.Schema within "/properties"',
  ],
  [
    'a: {Schema: {properties: {spec: text}}}',
    `cannot unmarshal JSON string into Go ${SCHEMA} within "/properties/spec"`,
  ],
])('%j are no definitions', (definitions, problem) => {
  expect(failureOf(files(definitions)).message).toBe(
    `loading CRDs [crd.yaml]: unable to parse open API definition from 'crd.yaml': error unmarshaling JSON: while decoding JSON: json: ${problem}`,
  )
})

test('an empty file is refused', () => {
  expect(failureOf(files('')).message).toBe("loading CRDs [crd.yaml]: 'crd.yaml' is empty")
})
