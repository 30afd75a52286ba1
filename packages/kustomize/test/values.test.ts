import { expect, test } from 'vitest'
import { build, configMap, failureOf, single } from './build.ts'

function printed(text: string): string {
  return build(single('', `apiVersion: v1\nkind: X\nmetadata:\n  name: x\n${text}`)).replace(
    /^apiVersion: v1\nkind: X\nmetadata:\n {2}name: x\n/m,
    '',
  )
}

test.each([
  ['value: 0777', 'value: 511\n'],
  ['value: 1_000', 'value: 1000\n'],
  ['value: 1.0', 'value: 1\n'],
  ['value: "1.0"', 'value: "1.0"\n'],
  ['value: 9007199254740993', 'value: 9007199254740993\n'],
  ['value: yes', 'value: "yes"\n'],
  ['value: ~', 'value: null\n'],
  ['value: !!int "3"', 'value: 3\n'],
  ['value: !!binary aGk=', 'value: hi\n'],
  ['value: &a [1]\nzagain: *a', 'value:\n- 1\nzagain:\n- 1\n'],
  ['value: {<<: {a: 1}, b: 2}', 'value:\n  a: 1\n  b: 2\n'],
  ['value: "<&>"', 'value: <&>\n'],
])('%s is printed as %j', (text, wanted) => {
  expect(printed(`${text}\n`)).toContain(wanted)
})

// kustomize's YAML writer puts an empty line before an indented line of a folded scalar, and reads it back as one.
test('folded text changes as it does in the real tool', () => {
  expect(printed('value: >\n  first\n    indented\n  last\n')).toBe('value: |\n  first\n\n    indented\n  last\n')
})

test('literal text does not', () => {
  expect(printed('value: |\n  first\n    indented\n  last\n')).toBe('value: |\n  first\n    indented\n  last\n')
})

test('a list of resources may be empty, a kustomization may not', () => {
  expect(build({ 'kustomization.yaml': 'resources: []\n' })).toBe('')
  expect(failureOf({ 'kustomization.yaml': 'bases: []\n' }).message).toBe('kustomization.yaml is empty')
})

test.each([
  ['a byte order mark', `\ufeff${configMap('map')}`],
  ['line ends of Windows', configMap('map').replaceAll('\n', '\r\n')],
  ['JSON', '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "map"}, "data": {"key": "v"}}'],
  ['a List', `apiVersion: v1\nkind: List\nitems:\n- ${configMap('map').trimEnd().replaceAll('\n', '\n  ')}\n`],
])('%s is read', (_name, text) => {
  expect(build(single('', text))).toBe('apiVersion: v1\ndata:\n  key: v\nkind: ConfigMap\nmetadata:\n  name: map\n')
})

test('keys that are there twice are refused', () => {
  expect(failureOf(single('', `${configMap('map')}  key: w\n`)).message).toContain(
    'mapping key "key" already defined at line 6',
  )
})

test('a patch that starts as JSON has to be JSON', () => {
  const error = failureOf(
    single('patches:\n- target: {kind: ConfigMap}\n  patch: "[{op: add, path: /x, value: 1}]"\n', configMap('map')),
  )
  expect(error.message).toContain('unable to parse SM or JSON patch from [patch: "[{op: add, path: /x, value: 1}]"]')
})
