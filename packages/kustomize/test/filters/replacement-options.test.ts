import { expect, test } from 'vitest'
import { build, failureOf, single } from '../build.ts'
import { DEPLOYMENT, MAP } from '../objects.ts'
import { changesOf, rowsOf } from '../rows.ts'

function files(choice: string): Record<string, string> {
  const [source = '', options = '', on = '', path = ''] = choice.split(' ; ')
  const ofSource = on === 'target' ? '' : `, options: ${options}`
  const ofTarget = on === 'source' ? '' : `    options: ${options}\n`
  const from = `- source: {kind: ConfigMap, fieldPath: "${source}"${ofSource}}\n`
  const to = `  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [${path}]\n${ofTarget}`
  return { ...single(`replacements:\n${from}${to}`, DEPLOYMENT, MAP) }
}

// Where the value comes from, options on either side, and where it goes to.
const PLAIN = build(single('', DEPLOYMENT, MAP))

test.each(
  rowsOf(String.raw`
data.k ; {create: true} ; target ; metadata.annotations.x =>  ->   annotations:|    x: v
data.list ; {create: true} ; target ; metadata.annotations.x =>  ->   annotations:|    x: a,b,c
data.json ; {create: true} ; target ; metadata.annotations.x =>  ->   annotations:|    x: ||      {"a": {"b": "c"}}
data ; {create: true} ; target ; metadata.annotations.x =>  ->   annotations:|    x: ""
metadata.name ; {create: true} ; target ; metadata.annotations.x =>  ->   annotations:|    x: map
 ; {create: true} ; target ; metadata.annotations.x =>  ->   annotations:|    x: map
data.k ; {create: true} ; both ; metadata.annotations.x =>  ->   annotations:|    x: v
data.list ; {create: true} ; both ; metadata.annotations.x =>  ->   annotations:|    x: a,b,c
data.json ; {create: true} ; both ; metadata.annotations.x =>  ->   annotations:|    x: ||      {"a": {"b": "c"}}
data ; {create: true} ; both ; metadata.annotations.x =>  ->   annotations:|    x: ""
metadata.name ; {create: true} ; both ; metadata.annotations.x =>  ->   annotations:|    x: map
 ; {create: true} ; both ; metadata.annotations.x =>  ->   annotations:|    x: map
data.k ; {} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: v
data.list ; {} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a,b,c
data.json ; {} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ||          {"a": {"b": "c"}}
data ; {} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ""
metadata.name ; {} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: map
 ; {} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: map
data.k ; {create: true} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: v
data.list ; {create: true} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a,b,c
data.json ; {create: true} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ||          {"a": {"b": "c"}}
data ; {create: true} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ""
metadata.name ; {create: true} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: map
 ; {create: true} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: map
data.k ; {delimiter: ","} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: v
data.list ; {delimiter: ","} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a
data.json ; {delimiter: ","} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ||          {"a": {"b": "c"}}
metadata.name ; {delimiter: ","} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: map
 ; {delimiter: ","} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: map
data.list ; {delimiter: ",", index: 1} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: b
data.k ; {index: 1} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: v
data.list ; {index: 1} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a,b,c
data.json ; {index: 1} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ||          {"a": {"b": "c"}}
data ; {index: 1} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ""
data.k ; {encoding: base64} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: v
data.list ; {encoding: base64} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a,b,c
data.json ; {encoding: base64} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ||          {"a": {"b": "c"}}
data ; {encoding: base64} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ""
data.k ; {encoding: other} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: v
data.list ; {encoding: other} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a,b,c
data.json ; {encoding: other} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ||          {"a": {"b": "c"}}
data ; {encoding: other} ; source ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ""
data.list ; {} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a,b,c
data ; {} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ""
data.k ; {delimiter: ",", index: 1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,v
data.list ; {delimiter: ",", index: 1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,a,b,c
data.json ; {delimiter: ",", index: 1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ||          nginx:1,{"a": {"b": "c"}}
data ; {delimiter: ",", index: 1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,
metadata.name ; {delimiter: ",", index: 1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,map
 ; {delimiter: ",", index: 1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,map
data.k ; {delimiter: ",", index: 9} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,v
data.list ; {delimiter: ",", index: 9} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,a,b,c
data.json ; {delimiter: ",", index: 9} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: ||          nginx:1,{"a": {"b": "c"}}
data ; {delimiter: ",", index: 9} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,
metadata.name ; {delimiter: ",", index: 9} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,map
 ; {delimiter: ",", index: 9} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,map
data.k ; {delimiter: ",", index: -1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: v,nginx:1
data.list ; {delimiter: ",", index: -1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a,b,c,nginx:1
data.json ; {delimiter: ",", index: -1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: |-|          {"a": {"b": "c"}}|          ,nginx:1
metadata.name ; {delimiter: ",", index: -1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: map,nginx:1
 ; {delimiter: ",", index: -1} ; target ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: map,nginx:1
data.list ; {delimiter: ","} ; both ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: a
data.list ; {delimiter: ",", index: 1} ; both ; spec.template.spec.containers.0.image =>         image: nginx:1 ->         image: nginx:1,b
`),
)('%s gives %s', (choice, changes) => {
  expect(changesOf(PLAIN, build(files(choice)))).toBe(changes)
})

test.each(
  rowsOf(String.raw`
data.k ; {} ; source ; metadata.annotations.x => unable to find field "metadata.annotations.x" in replacement target
data.list ; {} ; source ; metadata.annotations.x => unable to find field "metadata.annotations.x" in replacement target
data.json ; {} ; source ; metadata.annotations.x => unable to find field "metadata.annotations.x" in replacement target
data ; {} ; source ; metadata.annotations.x => unable to find field "metadata.annotations.x" in replacement target
metadata.name ; {} ; source ; metadata.annotations.x => unable to find field "metadata.annotations.x" in replacement target
 ; {} ; source ; metadata.annotations.x => unable to find field "metadata.annotations.x" in replacement target
data.* ; {} ; source ; metadata.annotations.x => error looking up replacement source: wildcard is not supported in PathGetter
data.* ; {create: true} ; source ; metadata.annotations.x => error looking up replacement source: wildcard is not supported in PathGetter
data ; {delimiter: ","} ; source ; metadata.annotations.x => delimiter option can only be used with scalar nodes
data.* ; {delimiter: ","} ; source ; metadata.annotations.x => error looking up replacement source: wildcard is not supported in PathGetter
data.k ; {delimiter: ",", index: 1} ; source ; metadata.annotations.x => options.index 1 is out of bounds for value v
data.json ; {delimiter: ",", index: 1} ; source ; metadata.annotations.x => options.index 1 is out of bounds for value {"a": {"b": "c"}}
data ; {delimiter: ",", index: 1} ; source ; metadata.annotations.x => delimiter option can only be used with scalar nodes
metadata.name ; {delimiter: ",", index: 1} ; source ; metadata.annotations.x => options.index 1 is out of bounds for value map
 ; {delimiter: ",", index: 1} ; source ; metadata.annotations.x => options.index 1 is out of bounds for value map
data.* ; {delimiter: ",", index: 1} ; source ; metadata.annotations.x => error looking up replacement source: wildcard is not supported in PathGetter
data.k ; {delimiter: ",", index: 9} ; source ; metadata.annotations.x => options.index 9 is out of bounds for value v
data.list ; {delimiter: ",", index: 9} ; source ; metadata.annotations.x => options.index 9 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: 9} ; source ; metadata.annotations.x => options.index 9 is out of bounds for value {"a": {"b": "c"}}
data ; {delimiter: ",", index: 9} ; source ; metadata.annotations.x => delimiter option can only be used with scalar nodes
metadata.name ; {delimiter: ",", index: 9} ; source ; metadata.annotations.x => options.index 9 is out of bounds for value map
 ; {delimiter: ",", index: 9} ; source ; metadata.annotations.x => options.index 9 is out of bounds for value map
data.* ; {delimiter: ",", index: 9} ; source ; metadata.annotations.x => error looking up replacement source: wildcard is not supported in PathGetter
data.k ; {delimiter: ",", index: -1} ; source ; metadata.annotations.x => options.index -1 is out of bounds for value v
data.list ; {delimiter: ",", index: -1} ; source ; metadata.annotations.x => options.index -1 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: -1} ; source ; metadata.annotations.x => options.index -1 is out of bounds for value {"a": {"b": "c"}}
data ; {delimiter: ",", index: -1} ; source ; metadata.annotations.x => delimiter option can only be used with scalar nodes
metadata.name ; {delimiter: ",", index: -1} ; source ; metadata.annotations.x => options.index -1 is out of bounds for value map
 ; {delimiter: ",", index: -1} ; source ; metadata.annotations.x => options.index -1 is out of bounds for value map
data.* ; {delimiter: ",", index: -1} ; source ; metadata.annotations.x => error looking up replacement source: wildcard is not supported in PathGetter
data ; {delimiter: ","} ; both ; metadata.annotations.x => delimiter option can only be used with scalar nodes
data.k ; {delimiter: ",", index: 1} ; both ; metadata.annotations.x => options.index 1 is out of bounds for value v
data.json ; {delimiter: ",", index: 1} ; both ; metadata.annotations.x => options.index 1 is out of bounds for value {"a": {"b": "c"}}
data ; {delimiter: ",", index: 1} ; both ; metadata.annotations.x => delimiter option can only be used with scalar nodes
metadata.name ; {delimiter: ",", index: 1} ; both ; metadata.annotations.x => options.index 1 is out of bounds for value map
 ; {delimiter: ",", index: 1} ; both ; metadata.annotations.x => options.index 1 is out of bounds for value map
data.k ; {delimiter: ",", index: 9} ; both ; metadata.annotations.x => options.index 9 is out of bounds for value v
data.list ; {delimiter: ",", index: 9} ; both ; metadata.annotations.x => options.index 9 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: 9} ; both ; metadata.annotations.x => options.index 9 is out of bounds for value {"a": {"b": "c"}}
metadata.name ; {delimiter: ",", index: 9} ; both ; metadata.annotations.x => options.index 9 is out of bounds for value map
 ; {delimiter: ",", index: 9} ; both ; metadata.annotations.x => options.index 9 is out of bounds for value map
data.k ; {delimiter: ",", index: -1} ; both ; metadata.annotations.x => options.index -1 is out of bounds for value v
data.list ; {delimiter: ",", index: -1} ; both ; metadata.annotations.x => options.index -1 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: -1} ; both ; metadata.annotations.x => options.index -1 is out of bounds for value {"a": {"b": "c"}}
metadata.name ; {delimiter: ",", index: -1} ; both ; metadata.annotations.x => options.index -1 is out of bounds for value map
 ; {delimiter: ",", index: -1} ; both ; metadata.annotations.x => options.index -1 is out of bounds for value map
data.k ; {delimiter: ",", index: 1} ; source ; spec.replicas => options.index 1 is out of bounds for value v
data.json ; {delimiter: ",", index: 1} ; source ; spec.replicas => options.index 1 is out of bounds for value {"a": {"b": "c"}}
metadata.name ; {delimiter: ",", index: 1} ; source ; spec.replicas => options.index 1 is out of bounds for value map
 ; {delimiter: ",", index: 1} ; source ; spec.replicas => options.index 1 is out of bounds for value map
data.k ; {delimiter: ",", index: 9} ; source ; spec.replicas => options.index 9 is out of bounds for value v
data.list ; {delimiter: ",", index: 9} ; source ; spec.replicas => options.index 9 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: 9} ; source ; spec.replicas => options.index 9 is out of bounds for value {"a": {"b": "c"}}
metadata.name ; {delimiter: ",", index: 9} ; source ; spec.replicas => options.index 9 is out of bounds for value map
 ; {delimiter: ",", index: 9} ; source ; spec.replicas => options.index 9 is out of bounds for value map
data.k ; {delimiter: ",", index: -1} ; source ; spec.replicas => options.index -1 is out of bounds for value v
data.list ; {delimiter: ",", index: -1} ; source ; spec.replicas => options.index -1 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: -1} ; source ; spec.replicas => options.index -1 is out of bounds for value {"a": {"b": "c"}}
metadata.name ; {delimiter: ",", index: -1} ; source ; spec.replicas => options.index -1 is out of bounds for value map
 ; {delimiter: ",", index: -1} ; source ; spec.replicas => options.index -1 is out of bounds for value map
data.k ; {delimiter: ",", index: 1} ; both ; spec.replicas => options.index 1 is out of bounds for value v
data.json ; {delimiter: ",", index: 1} ; both ; spec.replicas => options.index 1 is out of bounds for value {"a": {"b": "c"}}
data.k ; {delimiter: ",", index: 9} ; both ; spec.replicas => options.index 9 is out of bounds for value v
data.list ; {delimiter: ",", index: 9} ; both ; spec.replicas => options.index 9 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: 9} ; both ; spec.replicas => options.index 9 is out of bounds for value {"a": {"b": "c"}}
data.k ; {delimiter: ",", index: -1} ; both ; spec.replicas => options.index -1 is out of bounds for value v
data.list ; {delimiter: ",", index: -1} ; both ; spec.replicas => options.index -1 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: -1} ; both ; spec.replicas => options.index -1 is out of bounds for value {"a": {"b": "c"}}
data.k ; {delimiter: ",", index: 1} ; source ; spec.template.spec.containers.0.image => options.index 1 is out of bounds for value v
data.json ; {delimiter: ",", index: 1} ; source ; spec.template.spec.containers.0.image => options.index 1 is out of bounds for value {"a": {"b": "c"}}
data.k ; {delimiter: ",", index: 9} ; source ; spec.template.spec.containers.0.image => options.index 9 is out of bounds for value v
data.list ; {delimiter: ",", index: 9} ; source ; spec.template.spec.containers.0.image => options.index 9 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: 9} ; source ; spec.template.spec.containers.0.image => options.index 9 is out of bounds for value {"a": {"b": "c"}}
data.k ; {delimiter: ",", index: -1} ; source ; spec.template.spec.containers.0.image => options.index -1 is out of bounds for value v
data.list ; {delimiter: ",", index: -1} ; source ; spec.template.spec.containers.0.image => options.index -1 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: -1} ; source ; spec.template.spec.containers.0.image => options.index -1 is out of bounds for value {"a": {"b": "c"}}
data.k ; {delimiter: ",", index: 1} ; both ; spec.template.spec.containers.0.image => options.index 1 is out of bounds for value v
data.json ; {delimiter: ",", index: 1} ; both ; spec.template.spec.containers.0.image => options.index 1 is out of bounds for value {"a": {"b": "c"}}
data.k ; {delimiter: ",", index: 9} ; both ; spec.template.spec.containers.0.image => options.index 9 is out of bounds for value v
data.list ; {delimiter: ",", index: 9} ; both ; spec.template.spec.containers.0.image => options.index 9 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: 9} ; both ; spec.template.spec.containers.0.image => options.index 9 is out of bounds for value {"a": {"b": "c"}}
data.k ; {delimiter: ",", index: -1} ; both ; spec.template.spec.containers.0.image => options.index -1 is out of bounds for value v
data.list ; {delimiter: ",", index: -1} ; both ; spec.template.spec.containers.0.image => options.index -1 is out of bounds for value a,b,c
data.json ; {delimiter: ",", index: -1} ; both ; spec.template.spec.containers.0.image => options.index -1 is out of bounds for value {"a": {"b": "c"}}
`),
)('%s fails: %s', (choice, message) => {
  expect(failureOf(files(choice)).message.trim().replaceAll('\n', '|')).toBe(message)
})
