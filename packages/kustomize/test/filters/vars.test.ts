import { expect, test } from 'vitest'
import { build, configMap, failureOf, result, single } from '../build.ts'

const pod = (arg: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    image: i\n    args: [${arg}]\n`
const vars = 'vars:\n- name: MAP\n  objref: {apiVersion: v1, kind: ConfigMap, name: map}\n'

test('variables take the final name', () => {
  expect(
    build(single(`namePrefix: p-\n${vars}`, configMap('map'), pod('"--map=$(MAP)", "$$(MAP)", "$(OTHER)"'))),
  ).toContain('    - --map=p-map\n    - $(MAP)\n    - $(OTHER)\n')
})

test('one that is used nowhere is reported and logged', () => {
  const { dead, logs } = result(single(vars, configMap('map')))
  expect(logs).toEqual(['well-defined vars that were never replaced: MAP'])
  expect(dead).toMatchObject([{ subject: 'vars', reason: 'never replaced', range: { start: { line: 3 } } }])
})

test('one whose object does not exist is an error', () => {
  expect(failureOf(single(vars, pod('x'))).message).toBe(
    "var '{MAP ConfigMap.v1.[noGrp] {metadata.name}}' cannot be mapped to a field in the set of known resources",
  )
})

const source = (value: string): string => `apiVersion: v1\nkind: X\nmetadata:\n  name: x\nspec:\n  v: ${value}\n`
const VARIABLE = 'vars: [{name: V, objref: {apiVersion: v1, kind: X, name: x}, fieldref: {fieldpath: spec.v}}]\n'

// Read by Go's functions for decimal numbers, whatever YAML takes for a number.
test.each(['0o17', '0b11', '0x1F', '1_000', '12345678901234567890', '.inf', '-.Inf', '.nan'])(
  '%s has no value',
  (value) => {
    expect(failureOf(single(VARIABLE, source(value))).message).toBe(
      "field specified in var '{V X.v1.[noGrp] {spec.v}}' not found in corresponding resource",
    )
  },
)

test.each(['17', '-3', '1.5', 'true', 'text', '"0o17"'])('%s has one', (value) => {
  expect(build(single(VARIABLE, source(value)))).toContain('  v: ')
})
