import { expect, test } from 'vitest'
import { build, failureOf } from '../build.ts'

const OBJECT =
  'apiVersion: v1\nkind: X\nmetadata:\n  name: x\ndata: {k: v, "a/b": c}\nspec:\n  list: [one, "2", {k: v}]\n'
const PLAIN = build({ 'kustomization.yaml': 'resources: [x.yaml]\n', 'x.yaml': OBJECT })

function files(operations: string): Record<string, string> {
  const entry = `patches: [{target: {kind: X}, patch: '${operations}'}]\n`
  return { 'kustomization.yaml': `resources: [x.yaml]\n${entry}`, 'x.yaml': OBJECT }
}

function rowsOf(table: string): [string, string, string][] {
  const rows = table.split('\n').filter((line) => line !== '')
  return rows.map((line) => {
    const [operations = '', first = '', second = ''] = line.split(' => ')
    return [operations, first, second]
  })
}

// What the real tool says of an operation.
const REFUSED = `
[{"op":"add"}] => add operation failed to decode path: missing value
[{"op":"remove"}] => remove operation failed to decode path: missing value
[{"op":"replace"}] => replace operation failed to decode path: operation missing path field: missing value
[{"op":"test"}] => test operation failed to decode path: operation missing path field: missing value
[{"op":"add","path":""}] => add operation does not apply: doc is missing path: "": missing value
[{"op":"remove","path":""}] => remove operation does not apply: doc is missing path: "": missing value
[{"op":"remove","path":"/"}] => error in remove for path: '/': Unable to remove nonexistent key: : missing value
[{"op":"add","path":"data"}] => add operation does not apply: doc is missing path: "data": missing value
[{"op":"remove","path":"data"}] => remove operation does not apply: doc is missing path: "data": missing value
[{"op":"replace","path":"data"}] => replace operation does not apply: doc is missing path: data: missing value
[{"op":"test","path":"data"}] => test operation does not apply: is missing path: data: missing value
[{"op":"test","path":"/data"}] => testing value /data failed: test failed
[{"op":"test","path":"/data/k"}] => testing value /data/k failed: test failed
[{"op":"Add","path":"/data/k"}] => Unexpected kind: Add
[{"op":"","path":"/data/k"}] => Unexpected kind: 
[{"op":"remove","path":"/data/none"}] => error in remove for path: '/data/none': Unable to remove nonexistent key: none: missing value
[{"op":"add","path":"/none/k"}] => add operation does not apply: doc is missing path: "/none/k": missing value
[{"op":"remove","path":"/none/k"}] => remove operation does not apply: doc is missing path: "/none/k": missing value
[{"op":"replace","path":"/none/k"}] => replace operation does not apply: doc is missing path: /none/k: missing value
[{"op":"test","path":"/none/k"}] => test operation does not apply: is missing path: /none/k: missing value
[{"op":"test","path":"/spec/list"}] => testing value /spec/list failed: test failed
[{"op":"remove","path":"/spec/list/-"}] => error in remove for path: '/spec/list/-': strconv.Atoi: parsing "-": invalid syntax
[{"op":"replace","path":"/spec/list/-"}] => replace operation does not apply: doc is missing key: /spec/list/-: missing value
[{"op":"test","path":"/spec/list/-"}] => error in test for path: '/spec/list/-': strconv.Atoi: parsing "-": invalid syntax
[{"op":"test","path":"/spec/list/0"}] => testing value /spec/list/0 failed: test failed
[{"op":"test","path":"/spec/list/-1"}] => testing value /spec/list/-1 failed: test failed
[{"op":"add","path":"/spec/list/9"}] => error in add for path: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"remove","path":"/spec/list/9"}] => error in remove for path: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"replace","path":"/spec/list/9"}] => replace operation does not apply: doc is missing key: /spec/list/9: missing value
[{"op":"test","path":"/spec/list/9"}] => error in test for path: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"add","path":"/spec/list/x"}] => error in add for path: '/spec/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"remove","path":"/spec/list/x"}] => error in remove for path: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"replace","path":"/spec/list/x"}] => replace operation does not apply: doc is missing key: /spec/list/x: missing value
[{"op":"test","path":"/spec/list/x"}] => error in test for path: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"test","path":"/spec/list/2/k"}] => testing value /spec/list/2/k failed: test failed
[{"op":"test","path":"/data/a~1b"}] => testing value /data/a~1b failed: test failed
[{"op":"test","path":"/spec/list/01"}] => testing value /spec/list/01 failed: test failed
[{"op":"add","path":3}] => add operation failed to decode path: missing value
[{"op":"remove","path":3}] => remove operation failed to decode path: missing value
[{"op":"replace","path":3}] => replace operation failed to decode path: json: cannot unmarshal number into Go value of type string
[{"op":"test","path":3}] => test operation failed to decode path: json: cannot unmarshal number into Go value of type string
[{"op":"add","path":null}] => add operation failed to decode path: missing value
[{"op":"remove","path":null}] => remove operation failed to decode path: missing value
[{"op":"replace","path":null}] => replace operation failed to decode path: operation missing path field: missing value
[{"op":"test","path":null}] => test operation failed to decode path: operation missing path field: missing value
[{"op":"add","path":{}}] => add operation failed to decode path: missing value
[{"op":"remove","path":{}}] => remove operation failed to decode path: missing value
[{"op":"replace","path":{}}] => replace operation failed to decode path: json: cannot unmarshal object into Go value of type string
[{"op":"test","path":{}}] => test operation failed to decode path: json: cannot unmarshal object into Go value of type string
[{"op":"replace","path":"","value":null}] => replace operation value must be object or array: %!w(<nil>)
[{"op":"test","path":"","value":null}] => testing value  failed: test failed
[{"op":"test","path":"/","value":"v"}] => testing value / failed: test failed
[{"op":"test","path":"/data/none","value":"v"}] => testing value /data/none failed: test failed
[{"op":"replace","path":"","value":["q"]}] => json: cannot unmarshal array into Go value of type map[string]interface {}
[{"op":"move"}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy"}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","from":"/data/k"}] => move operation failed to decode path: operation missing path field: missing value
[{"op":"copy","from":"/data/k"}] => copy operation failed to decode path: missing value
[{"op":"move","from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"copy","from":"/data/none"}] => copy operation failed to decode path: missing value
[{"op":"move","from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","from":"/spec/list/0"}] => move operation failed to decode path: operation missing path field: missing value
[{"op":"copy","from":"/spec/list/0"}] => copy operation failed to decode path: missing value
[{"op":"move","from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","from":"/data"}] => move operation failed to decode path: operation missing path field: missing value
[{"op":"copy","from":"/data"}] => copy operation failed to decode path: missing value
[{"op":"move","from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"move","path":""}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy","path":""}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","path":"","from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","path":"","from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","path":"","from":"/data/k"}] => move operation does not apply: doc is missing destination path: : missing value
[{"op":"copy","path":"","from":"/data/k"}] => copy operation does not apply: doc is missing destination path: : missing value
[{"op":"move","path":"","from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"copy","path":"","from":"/data/none"}] => copy operation does not apply: doc is missing destination path: : missing value
[{"op":"move","path":"","from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","path":"","from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","path":"","from":"/spec/list/0"}] => move operation does not apply: doc is missing destination path: : missing value
[{"op":"copy","path":"","from":"/spec/list/0"}] => copy operation does not apply: doc is missing destination path: : missing value
[{"op":"move","path":"","from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"","from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"","from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","path":"","from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","path":"","from":"/data"}] => move operation does not apply: doc is missing destination path: : missing value
[{"op":"copy","path":"","from":"/data"}] => copy operation does not apply: doc is missing destination path: : missing value
[{"op":"move","path":"","from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":"","from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"move","path":"/data/new"}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy","path":"/data/new"}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","path":"/data/new","from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","path":"/data/new","from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","path":"/data/new","from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"move","path":"/data/new","from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","path":"/data/new","from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","path":"/data/new","from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/data/new","from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/data/new","from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","path":"/data/new","from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","path":"/data/new","from":"/data"}] => move operation does not apply: doc is missing destination path: /data/new: missing value
[{"op":"move","path":"/data/new","from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":"/data/new","from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"move","path":"/none/a"}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy","path":"/none/a"}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","path":"/none/a","from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","path":"/none/a","from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","path":"/none/a","from":"/data/k"}] => move operation does not apply: doc is missing destination path: /none/a: missing value
[{"op":"copy","path":"/none/a","from":"/data/k"}] => copy operation does not apply: doc is missing destination path: /none/a: missing value
[{"op":"move","path":"/none/a","from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"copy","path":"/none/a","from":"/data/none"}] => copy operation does not apply: doc is missing destination path: /none/a: missing value
[{"op":"move","path":"/none/a","from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","path":"/none/a","from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","path":"/none/a","from":"/spec/list/0"}] => move operation does not apply: doc is missing destination path: /none/a: missing value
[{"op":"copy","path":"/none/a","from":"/spec/list/0"}] => copy operation does not apply: doc is missing destination path: /none/a: missing value
[{"op":"move","path":"/none/a","from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/none/a","from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/none/a","from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","path":"/none/a","from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","path":"/none/a","from":"/data"}] => move operation does not apply: doc is missing destination path: /none/a: missing value
[{"op":"copy","path":"/none/a","from":"/data"}] => copy operation does not apply: doc is missing destination path: /none/a: missing value
[{"op":"move","path":"/none/a","from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":"/none/a","from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"move","path":"/spec/list/-"}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy","path":"/spec/list/-"}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","path":"/spec/list/-","from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","path":"/spec/list/-","from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","path":"/spec/list/-","from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"move","path":"/spec/list/-","from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","path":"/spec/list/-","from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","path":"/spec/list/-","from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/spec/list/-","from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/spec/list/-","from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","path":"/spec/list/-","from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","path":"/spec/list/-","from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":"/spec/list/-","from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"move","path":"/spec/list/1"}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy","path":"/spec/list/1"}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","path":"/spec/list/1","from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","path":"/spec/list/1","from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","path":"/spec/list/1","from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"move","path":"/spec/list/1","from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","path":"/spec/list/1","from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","path":"/spec/list/1","from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/spec/list/1","from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/spec/list/1","from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","path":"/spec/list/1","from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","path":"/spec/list/1","from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":"/spec/list/1","from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"move","path":"/spec/list/9"}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy","path":"/spec/list/9"}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","path":"/spec/list/9","from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","path":"/spec/list/9","from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","path":"/spec/list/9","from":"/data/k"}] => error in move for path: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/spec/list/9","from":"/data/k"}] => error while adding value during copy: Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/spec/list/9","from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"copy","path":"/spec/list/9","from":"/data/none"}] => error while adding value during copy: Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/spec/list/9","from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","path":"/spec/list/9","from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","path":"/spec/list/9","from":"/spec/list/0"}] => error in move for path: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/spec/list/9","from":"/spec/list/0"}] => error while adding value during copy: Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/spec/list/9","from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/spec/list/9","from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/spec/list/9","from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","path":"/spec/list/9","from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","path":"/spec/list/9","from":"/data"}] => error in move for path: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/spec/list/9","from":"/data"}] => error while adding value during copy: Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/spec/list/9","from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":"/spec/list/9","from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"move","path":"/data/k"}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy","path":"/data/k"}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","path":"/data/k","from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","path":"/data/k","from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","path":"/data/k","from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"move","path":"/data/k","from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","path":"/data/k","from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","path":"/data/k","from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":"/data/k","from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":"/data/k","from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","path":"/data/k","from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","path":"/data/k","from":"/data"}] => move operation does not apply: doc is missing destination path: /data/k: missing value
[{"op":"move","path":"/data/k","from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":"/data/k","from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"move","path":3}] => move operation failed to decode from: operation, missing from field: missing value
[{"op":"copy","path":3}] => copy operation failed to decode from: operation, missing from field: missing value
[{"op":"move","path":3,"from":""}] => move operation does not apply: doc is missing from path: : missing value
[{"op":"copy","path":3,"from":""}] => copy operation does not apply: doc is missing from path: : missing value
[{"op":"move","path":3,"from":"/data/k"}] => move operation failed to decode path: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":3,"from":"/data/k"}] => copy operation failed to decode path: missing value
[{"op":"move","path":3,"from":"/data/none"}] => error in move for path: 'none': Unable to remove nonexistent key: none: missing value
[{"op":"copy","path":3,"from":"/data/none"}] => copy operation failed to decode path: missing value
[{"op":"move","path":3,"from":"/none/a"}] => move operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"copy","path":3,"from":"/none/a"}] => copy operation does not apply: doc is missing from path: /none/a: missing value
[{"op":"move","path":3,"from":"/spec/list/0"}] => move operation failed to decode path: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":3,"from":"/spec/list/0"}] => copy operation failed to decode path: missing value
[{"op":"move","path":3,"from":"/spec/list/9"}] => error in move for path: '9': Unable to access invalid index: 9: invalid index referenced
[{"op":"copy","path":3,"from":"/spec/list/9"}] => error in copy for from: '/spec/list/9': Unable to access invalid index: 9: invalid index referenced
[{"op":"move","path":3,"from":"/spec/list/x"}] => error in move for path: 'x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"copy","path":3,"from":"/spec/list/x"}] => error in copy for from: '/spec/list/x': strconv.Atoi: parsing "x": invalid syntax
[{"op":"move","path":3,"from":"/data"}] => move operation failed to decode path: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":3,"from":"/data"}] => copy operation failed to decode path: missing value
[{"op":"move","path":3,"from":3}] => move operation failed to decode from: json: cannot unmarshal number into Go value of type string
[{"op":"copy","path":3,"from":3}] => copy operation failed to decode from: json: cannot unmarshal number into Go value of type string
`

test.each(rowsOf(REFUSED))('%s is refused', (operations, message) => {
  expect(failureOf(files(operations)).message).toBe(message)
})

test.each([
  '[{"op":"test","path":"/"}]',
  '[{"op":"test","path":"/data/none"}]',
  '[{"op":"test","path":"/","value":null}]',
  '[{"op":"test","path":"/data/none","value":null}]',
  '[{"op":"add","path":"/data/k","value":"v"}]',
  '[{"op":"replace","path":"/data/k","value":"v"}]',
  '[{"op":"test","path":"/data/k","value":"v"}]',
  '[{"op":"add","path":"/spec/list/2/k","value":"v"}]',
  '[{"op":"replace","path":"/spec/list/2/k","value":"v"}]',
  '[{"op":"test","path":"/spec/list/2/k","value":"v"}]',
])('%s holds', (operations) => {
  expect(build(files(operations))).toBe(PLAIN)
})

// Lines that go, and lines that come in their place.
const CHANGED = `
[{"op":"add","path":"/"}] =>  => "": null
[{"op":"replace","path":"/"}] =>  => "": null
[{"op":"add","path":"/data"}] => data:|  a/b: c|  k: v => data: null
[{"op":"remove","path":"/data"}] => data:|  a/b: c|  k: v => 
[{"op":"replace","path":"/data"}] => data:|  a/b: c|  k: v => data: null
[{"op":"add","path":"/data/k"}] =>   k: v =>   k: null
[{"op":"remove","path":"/data/k"}] =>   k: v => 
[{"op":"replace","path":"/data/k"}] =>   k: v =>   k: null
[{"op":"add","path":"/data/none"}] =>  =>   none: null
[{"op":"replace","path":"/data/none"}] =>  =>   none: null
[{"op":"add","path":"/spec/list"}] =>   list:|  - one|  - "2"|  - k: v =>   list: null
[{"op":"remove","path":"/spec/list"}] => spec:|  list:|  - one|  - "2"|  - k: v => spec: {}
[{"op":"replace","path":"/spec/list"}] =>   list:|  - one|  - "2"|  - k: v =>   list: null
[{"op":"add","path":"/spec/list/-"}] =>  =>   - null
[{"op":"add","path":"/spec/list/0"}] =>  =>   - null
[{"op":"remove","path":"/spec/list/0"}] =>   - one => 
[{"op":"replace","path":"/spec/list/0"}] =>   - one =>   - null
[{"op":"add","path":"/spec/list/-1"}] =>  =>   - null
[{"op":"remove","path":"/spec/list/-1"}] =>   - k: v => 
[{"op":"replace","path":"/spec/list/-1"}] =>   - k: v =>   - null
[{"op":"add","path":"/spec/list/2/k"}] =>   - k: v =>   - k: null
[{"op":"remove","path":"/spec/list/2/k"}] =>   - k: v =>   - {}
[{"op":"replace","path":"/spec/list/2/k"}] =>   - k: v =>   - k: null
[{"op":"add","path":"/data/a~1b"}] =>   a/b: c =>   a/b: null
[{"op":"remove","path":"/data/a~1b"}] =>   a/b: c => 
[{"op":"replace","path":"/data/a~1b"}] =>   a/b: c =>   a/b: null
[{"op":"add","path":"/spec/list/01"}] =>  =>   - null
[{"op":"remove","path":"/spec/list/01"}] =>   - "2" => 
[{"op":"replace","path":"/spec/list/01"}] =>   - "2" =>   - null
[{"op":"add","path":"/","value":null}] =>  => "": null
[{"op":"replace","path":"/","value":null}] =>  => "": null
[{"op":"add","path":"/data","value":null}] => data:|  a/b: c|  k: v => data: null
[{"op":"remove","path":"/data","value":null}] => data:|  a/b: c|  k: v => 
[{"op":"replace","path":"/data","value":null}] => data:|  a/b: c|  k: v => data: null
[{"op":"add","path":"/data/k","value":null}] =>   k: v =>   k: null
[{"op":"remove","path":"/data/k","value":null}] =>   k: v => 
[{"op":"replace","path":"/data/k","value":null}] =>   k: v =>   k: null
[{"op":"add","path":"/data/none","value":null}] =>  =>   none: null
[{"op":"replace","path":"/data/none","value":null}] =>  =>   none: null
[{"op":"add","path":"/spec/list","value":null}] =>   list:|  - one|  - "2"|  - k: v =>   list: null
[{"op":"remove","path":"/spec/list","value":null}] => spec:|  list:|  - one|  - "2"|  - k: v => spec: {}
[{"op":"replace","path":"/spec/list","value":null}] =>   list:|  - one|  - "2"|  - k: v =>   list: null
[{"op":"add","path":"/spec/list/-","value":null}] =>  =>   - null
[{"op":"add","path":"/spec/list/0","value":null}] =>  =>   - null
[{"op":"remove","path":"/spec/list/0","value":null}] =>   - one => 
[{"op":"replace","path":"/spec/list/0","value":null}] =>   - one =>   - null
[{"op":"add","path":"/spec/list/-1","value":null}] =>  =>   - null
[{"op":"remove","path":"/spec/list/-1","value":null}] =>   - k: v => 
[{"op":"replace","path":"/spec/list/-1","value":null}] =>   - k: v =>   - null
[{"op":"add","path":"/spec/list/2/k","value":null}] =>   - k: v =>   - k: null
[{"op":"remove","path":"/spec/list/2/k","value":null}] =>   - k: v =>   - {}
[{"op":"replace","path":"/spec/list/2/k","value":null}] =>   - k: v =>   - k: null
[{"op":"add","path":"/data/a~1b","value":null}] =>   a/b: c =>   a/b: null
[{"op":"remove","path":"/data/a~1b","value":null}] =>   a/b: c => 
[{"op":"replace","path":"/data/a~1b","value":null}] =>   a/b: c =>   a/b: null
[{"op":"add","path":"/spec/list/01","value":null}] =>  =>   - null
[{"op":"remove","path":"/spec/list/01","value":null}] =>   - "2" => 
[{"op":"replace","path":"/spec/list/01","value":null}] =>   - "2" =>   - null
[{"op":"add","path":"/","value":"v"}] =>  => "": v
[{"op":"replace","path":"/","value":"v"}] =>  => "": v
[{"op":"add","path":"/data","value":"v"}] => data:|  a/b: c|  k: v => data: v
[{"op":"remove","path":"/data","value":"v"}] => data:|  a/b: c|  k: v => 
[{"op":"replace","path":"/data","value":"v"}] => data:|  a/b: c|  k: v => data: v
[{"op":"remove","path":"/data/k","value":"v"}] =>   k: v => 
[{"op":"add","path":"/data/none","value":"v"}] =>  =>   none: v
[{"op":"replace","path":"/data/none","value":"v"}] =>  =>   none: v
[{"op":"add","path":"/spec/list","value":"v"}] =>   list:|  - one|  - "2"|  - k: v =>   list: v
[{"op":"remove","path":"/spec/list","value":"v"}] => spec:|  list:|  - one|  - "2"|  - k: v => spec: {}
[{"op":"replace","path":"/spec/list","value":"v"}] =>   list:|  - one|  - "2"|  - k: v =>   list: v
[{"op":"add","path":"/spec/list/-","value":"v"}] =>  =>   - v
[{"op":"add","path":"/spec/list/0","value":"v"}] =>  =>   - v
[{"op":"remove","path":"/spec/list/0","value":"v"}] =>   - one => 
[{"op":"replace","path":"/spec/list/0","value":"v"}] =>   - one =>   - v
[{"op":"add","path":"/spec/list/-1","value":"v"}] =>  =>   - v
[{"op":"remove","path":"/spec/list/-1","value":"v"}] =>   - k: v => 
[{"op":"replace","path":"/spec/list/-1","value":"v"}] =>   - k: v =>   - v
[{"op":"remove","path":"/spec/list/2/k","value":"v"}] =>   - k: v =>   - {}
[{"op":"add","path":"/data/a~1b","value":"v"}] =>   a/b: c =>   a/b: v
[{"op":"remove","path":"/data/a~1b","value":"v"}] =>   a/b: c => 
[{"op":"replace","path":"/data/a~1b","value":"v"}] =>   a/b: c =>   a/b: v
[{"op":"add","path":"/spec/list/01","value":"v"}] =>  =>   - v
[{"op":"remove","path":"/spec/list/01","value":"v"}] =>   - "2" => 
[{"op":"replace","path":"/spec/list/01","value":"v"}] =>   - "2" =>   - v
[{"op":"add","path":"/","value":1}] =>  => "": 1
[{"op":"replace","path":"/","value":1}] =>  => "": 1
[{"op":"add","path":"/data","value":1}] => data:|  a/b: c|  k: v => data: 1
[{"op":"remove","path":"/data","value":1}] => data:|  a/b: c|  k: v => 
[{"op":"replace","path":"/data","value":1}] => data:|  a/b: c|  k: v => data: 1
[{"op":"add","path":"/data/k","value":1}] =>   k: v =>   k: 1
[{"op":"remove","path":"/data/k","value":1}] =>   k: v => 
[{"op":"replace","path":"/data/k","value":1}] =>   k: v =>   k: 1
[{"op":"add","path":"/data/none","value":1}] =>  =>   none: 1
[{"op":"replace","path":"/data/none","value":1}] =>  =>   none: 1
[{"op":"add","path":"/spec/list","value":1}] =>   list:|  - one|  - "2"|  - k: v =>   list: 1
[{"op":"remove","path":"/spec/list","value":1}] => spec:|  list:|  - one|  - "2"|  - k: v => spec: {}
[{"op":"replace","path":"/spec/list","value":1}] =>   list:|  - one|  - "2"|  - k: v =>   list: 1
[{"op":"add","path":"/spec/list/-","value":1}] =>  =>   - 1
[{"op":"add","path":"/spec/list/0","value":1}] =>  =>   - 1
[{"op":"remove","path":"/spec/list/0","value":1}] =>   - one => 
[{"op":"replace","path":"/spec/list/0","value":1}] =>   - one =>   - 1
[{"op":"add","path":"/spec/list/-1","value":1}] =>  =>   - 1
[{"op":"remove","path":"/spec/list/-1","value":1}] =>   - k: v => 
[{"op":"replace","path":"/spec/list/-1","value":1}] =>   - k: v =>   - 1
[{"op":"add","path":"/spec/list/2/k","value":1}] =>   - k: v =>   - k: 1
[{"op":"remove","path":"/spec/list/2/k","value":1}] =>   - k: v =>   - {}
[{"op":"replace","path":"/spec/list/2/k","value":1}] =>   - k: v =>   - k: 1
[{"op":"add","path":"/data/a~1b","value":1}] =>   a/b: c =>   a/b: 1
[{"op":"remove","path":"/data/a~1b","value":1}] =>   a/b: c => 
[{"op":"replace","path":"/data/a~1b","value":1}] =>   a/b: c =>   a/b: 1
[{"op":"add","path":"/spec/list/01","value":1}] =>  =>   - 1
[{"op":"remove","path":"/spec/list/01","value":1}] =>   - "2" => 
[{"op":"replace","path":"/spec/list/01","value":1}] =>   - "2" =>   - 1
[{"op":"add","path":"/","value":{"z":1}}] =>  => "":|  z: 1
[{"op":"replace","path":"/","value":{"z":1}}] =>  => "":|  z: 1
[{"op":"add","path":"/data","value":{"z":1}}] =>   a/b: c|  k: v =>   z: 1
[{"op":"remove","path":"/data","value":{"z":1}}] => data:|  a/b: c|  k: v => 
[{"op":"replace","path":"/data","value":{"z":1}}] =>   a/b: c|  k: v =>   z: 1
[{"op":"add","path":"/data/k","value":{"z":1}}] =>   k: v =>   k:|    z: 1
[{"op":"remove","path":"/data/k","value":{"z":1}}] =>   k: v => 
[{"op":"replace","path":"/data/k","value":{"z":1}}] =>   k: v =>   k:|    z: 1
[{"op":"add","path":"/data/none","value":{"z":1}}] =>  =>   none:|    z: 1
[{"op":"replace","path":"/data/none","value":{"z":1}}] =>  =>   none:|    z: 1
[{"op":"add","path":"/spec/list","value":{"z":1}}] =>   - one|  - "2"|  - k: v =>     z: 1
[{"op":"remove","path":"/spec/list","value":{"z":1}}] => spec:|  list:|  - one|  - "2"|  - k: v => spec: {}
[{"op":"replace","path":"/spec/list","value":{"z":1}}] =>   - one|  - "2"|  - k: v =>     z: 1
[{"op":"add","path":"/spec/list/-","value":{"z":1}}] =>  =>   - z: 1
[{"op":"add","path":"/spec/list/0","value":{"z":1}}] =>  =>   - z: 1
[{"op":"remove","path":"/spec/list/0","value":{"z":1}}] =>   - one => 
[{"op":"replace","path":"/spec/list/0","value":{"z":1}}] =>   - one =>   - z: 1
[{"op":"add","path":"/spec/list/-1","value":{"z":1}}] =>  =>   - z: 1
[{"op":"remove","path":"/spec/list/-1","value":{"z":1}}] =>   - k: v => 
[{"op":"replace","path":"/spec/list/-1","value":{"z":1}}] =>   - k: v =>   - z: 1
[{"op":"add","path":"/spec/list/2/k","value":{"z":1}}] =>   - k: v =>   - k:|      z: 1
[{"op":"remove","path":"/spec/list/2/k","value":{"z":1}}] =>   - k: v =>   - {}
[{"op":"replace","path":"/spec/list/2/k","value":{"z":1}}] =>   - k: v =>   - k:|      z: 1
[{"op":"add","path":"/data/a~1b","value":{"z":1}}] =>   a/b: c =>   a/b:|    z: 1
[{"op":"remove","path":"/data/a~1b","value":{"z":1}}] =>   a/b: c => 
[{"op":"replace","path":"/data/a~1b","value":{"z":1}}] =>   a/b: c =>   a/b:|    z: 1
[{"op":"add","path":"/spec/list/01","value":{"z":1}}] =>  =>   - z: 1
[{"op":"remove","path":"/spec/list/01","value":{"z":1}}] =>   - "2" => 
[{"op":"replace","path":"/spec/list/01","value":{"z":1}}] =>   - "2" =>   - z: 1
[{"op":"add","path":"/","value":["q"]}] =>  => "":|- q
[{"op":"replace","path":"/","value":["q"]}] =>  => "":|- q
[{"op":"add","path":"/data","value":["q"]}] =>   a/b: c|  k: v => - q
[{"op":"remove","path":"/data","value":["q"]}] => data:|  a/b: c|  k: v => 
[{"op":"replace","path":"/data","value":["q"]}] =>   a/b: c|  k: v => - q
[{"op":"add","path":"/data/k","value":["q"]}] =>   k: v =>   k:|  - q
[{"op":"remove","path":"/data/k","value":["q"]}] =>   k: v => 
[{"op":"replace","path":"/data/k","value":["q"]}] =>   k: v =>   k:|  - q
[{"op":"add","path":"/data/none","value":["q"]}] =>  =>   none:|  - q
[{"op":"replace","path":"/data/none","value":["q"]}] =>  =>   none:|  - q
[{"op":"add","path":"/spec/list","value":["q"]}] =>   - one|  - "2"|  - k: v =>   - q
[{"op":"remove","path":"/spec/list","value":["q"]}] => spec:|  list:|  - one|  - "2"|  - k: v => spec: {}
[{"op":"replace","path":"/spec/list","value":["q"]}] =>   - one|  - "2"|  - k: v =>   - q
[{"op":"add","path":"/spec/list/-","value":["q"]}] =>  =>   - - q
[{"op":"add","path":"/spec/list/0","value":["q"]}] =>  =>   - - q
[{"op":"remove","path":"/spec/list/0","value":["q"]}] =>   - one => 
[{"op":"replace","path":"/spec/list/0","value":["q"]}] =>   - one =>   - - q
[{"op":"add","path":"/spec/list/-1","value":["q"]}] =>  =>   - - q
[{"op":"remove","path":"/spec/list/-1","value":["q"]}] =>   - k: v => 
[{"op":"replace","path":"/spec/list/-1","value":["q"]}] =>   - k: v =>   - - q
[{"op":"add","path":"/spec/list/2/k","value":["q"]}] =>   - k: v =>   - k:|    - q
[{"op":"remove","path":"/spec/list/2/k","value":["q"]}] =>   - k: v =>   - {}
[{"op":"replace","path":"/spec/list/2/k","value":["q"]}] =>   - k: v =>   - k:|    - q
[{"op":"add","path":"/data/a~1b","value":["q"]}] =>   a/b: c =>   a/b:|  - q
[{"op":"remove","path":"/data/a~1b","value":["q"]}] =>   a/b: c => 
[{"op":"replace","path":"/data/a~1b","value":["q"]}] =>   a/b: c =>   a/b:|  - q
[{"op":"add","path":"/spec/list/01","value":["q"]}] =>  =>   - - q
[{"op":"remove","path":"/spec/list/01","value":["q"]}] =>   - "2" => 
[{"op":"replace","path":"/spec/list/01","value":["q"]}] =>   - "2" =>   - - q
`

test.each(rowsOf(CHANGED))('%s changes what it names', (operations, before, after) => {
  const lines = build(files(operations)).split('\n')
  const kept = PLAIN.split('\n')
  const start = kept.findIndex((line, at) => line !== lines[at])
  const [gone, come] = [before === '' ? [] : before.split('|'), after === '' ? [] : after.split('|')]
  expect(lines).toEqual(kept.toSpliced(start, gone.length, ...come))
  expect(kept.slice(start, start + gone.length)).toEqual(gone)
})
