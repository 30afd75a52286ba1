import { expect, test } from 'vitest'
import { build, failureOf, single } from '../build.ts'
import { DEPLOYMENT } from '../objects.ts'
import { changesOf, rowsOf } from '../rows.ts'

function files(choice: string): Record<string, string> {
  const [entry = '', before = ''] = choice.split(' ; ')
  return { ...single(`labels: [${entry}]\n${before}\n`, DEPLOYMENT) }
}

// Entries of labels beside other fields.
const PLAIN = build(single('', DEPLOYMENT))

test.each(
  rowsOf(String.raw`
{} ;  =>  -> 
{pairs: {}} ;  =>  -> 
{pairs: ~} ;  =>  -> 
{pairs: {a: b}} ;  =>  ->     a: b
{pairs: {a: ""}} ;  =>  ->     a: ""
{pairs: {a: ~}} ;  =>  ->     a: ""
{pairs: {"a b": c}} ;  =>  ->     a b: c
{pairs: {a: b}, includeSelectors: true} ;  =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: b|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      a: b|      app: web|  template:|    metadata:|      labels:|        a: b
{pairs: {app: other}, includeSelectors: true} ;  =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels:|        app: web ->     app: other|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: other|  template:|    metadata:|      labels:|        app: other
{pairs: {a: b}, includeTemplates: true} ;  =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: b|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels:|        a: b
{pairs: {a: b}, fields: []} ;  =>  ->     a: b
{pairs: {a: b}, fields: [{path: spec}]} ;  =>     app: web|  name: web|spec: ->     a: b|    app: web|  name: web|spec:|  a: b
{pairs: {a: b}, fields: [{path: spec, create: true}]} ;  =>     app: web|  name: web|spec: ->     a: b|    app: web|  name: web|spec:|  a: b
{pairs: {a: b}, fields: [{path: spec/new, create: true}]} ;  =>     app: web|  name: web|spec: ->     a: b|    app: web|  name: web|spec:|  new:|    a: b
{pairs: {a: b}, fields: [{path: spec/new}]} ;  =>  ->     a: b
{pairs: {a: b}, fields: [{path: spec/new, group: apps, create: true}]} ;  =>     app: web|  name: web|spec: ->     a: b|    app: web|  name: web|spec:|  new:|    a: b
{pairs: {a: b}, fields: [{path: spec/new, kind: "Dep.*", create: true}]} ;  =>  ->     a: b
{pairs: {a: b}, fields: [{path: "metadata/annotations", create: true}, {path: "metadata/annotations", create: true}]} ;  =>   labels: ->   annotations:|    a: b|  labels:|    a: b
{} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: {}} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: ~} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: {a: b}} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: {a: ""}} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: {a: ~}} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: {"a b": c}} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    a b: c|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: {a: b}, fields: [{path: spec}]} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  a: first|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: {a: b}, fields: [{path: spec, create: true}]} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  a: first|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{pairs: {a: b}, fields: [{path: spec/new, create: true}]} ; commonLabels: {a: first} =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: first|    app: web|  name: web|spec:|  new:|    a: first|  replicas: 2|  selector:|    matchLabels:|      a: first|      app: web|  template:|    metadata:|      labels:|        a: first
{} ; namespace: space =>  ->   namespace: space
{pairs: {}} ; namespace: space =>  ->   namespace: space
{pairs: ~} ; namespace: space =>  ->   namespace: space
{pairs: {a: b}} ; namespace: space =>     app: web|  name: web ->     a: b|    app: web|  name: web|  namespace: space
{pairs: {a: ""}} ; namespace: space =>     app: web|  name: web ->     a: ""|    app: web|  name: web|  namespace: space
{pairs: {a: ~}} ; namespace: space =>     app: web|  name: web ->     a: ""|    app: web|  name: web|  namespace: space
{pairs: {"a b": c}} ; namespace: space =>     app: web|  name: web ->     a b: c|    app: web|  name: web|  namespace: space
{pairs: {a: b}, includeSelectors: true} ; namespace: space =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: b|    app: web|  name: web|  namespace: space|spec:|  replicas: 2|  selector:|    matchLabels:|      a: b|      app: web|  template:|    metadata:|      labels:|        a: b
{pairs: {app: other}, includeSelectors: true} ; namespace: space =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels:|        app: web ->     app: other|  name: web|  namespace: space|spec:|  replicas: 2|  selector:|    matchLabels:|      app: other|  template:|    metadata:|      labels:|        app: other
{pairs: {a: b}, includeTemplates: true} ; namespace: space =>     app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels: ->     a: b|    app: web|  name: web|  namespace: space|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      labels:|        a: b
{pairs: {a: b}, fields: []} ; namespace: space =>     app: web|  name: web ->     a: b|    app: web|  name: web|  namespace: space
{pairs: {a: b}, fields: [{path: spec}]} ; namespace: space =>     app: web|  name: web|spec: ->     a: b|    app: web|  name: web|  namespace: space|spec:|  a: b
{pairs: {a: b}, fields: [{path: spec, create: true}]} ; namespace: space =>     app: web|  name: web|spec: ->     a: b|    app: web|  name: web|  namespace: space|spec:|  a: b
{pairs: {a: b}, fields: [{path: spec/new, create: true}]} ; namespace: space =>     app: web|  name: web|spec: ->     a: b|    app: web|  name: web|  namespace: space|spec:|  new:|    a: b
{pairs: {a: b}, fields: [{path: spec/new}]} ; namespace: space =>     app: web|  name: web ->     a: b|    app: web|  name: web|  namespace: space
{pairs: {a: b}, fields: [{path: spec/new, group: apps, create: true}]} ; namespace: space =>     app: web|  name: web|spec: ->     a: b|    app: web|  name: web|  namespace: space|spec:|  new:|    a: b
{pairs: {a: b}, fields: [{path: spec/new, kind: "Dep.*", create: true}]} ; namespace: space =>     app: web|  name: web ->     a: b|    app: web|  name: web|  namespace: space
{pairs: {a: b}, fields: [{path: "metadata/annotations", create: true}, {path: "metadata/annotations", create: true}]} ; namespace: space =>   labels:|    app: web|  name: web ->   annotations:|    a: b|  labels:|    a: b|    app: web|  name: web|  namespace: space
{} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {}} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: ~} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {a: b}} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    a: b|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {a: ""}} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    a: ""|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {a: ~}} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    a: ""|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {"a b": c}} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    a b: c|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {a: b}, fields: []} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    a: b|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {a: b}, fields: [{path: spec}]} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    a: b|    app: web|  name: web|spec:|  a: b|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {a: b}, fields: [{path: spec, create: true}]} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    a: b|    app: web|  name: web|spec:|  a: b|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
{pairs: {a: b}, fields: [{path: spec/new}]} ; commonAnnotations: {a: x} =>   labels:|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata: ->   annotations:|    a: x|  labels:|    a: b|    app: web|  name: web|spec:|  replicas: 2|  selector:|    matchLabels:|      app: web|  template:|    metadata:|      annotations:|        a: x
`),
)('%s gives %s', (choice, changes) => {
  expect(changesOf(PLAIN, build(files(choice)))).toBe(changes)
})

test.each(
  rowsOf(String.raw`
{pairs: {a: b}, fields: [{}]} ;  => considering field '' of object Deployment.v1.apps/web.[noNs]: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: ""}]} ;  => considering field '' of object Deployment.v1.apps/web.[noNs]: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: spec/replicas/x, create: true}]} ;  => considering field 'spec/replicas/x' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
{pairs: {a: b}, fields: [{path: /spec/new/, create: true}]} ;  => considering field '/spec/new/' of object Deployment.v1.apps/web.[noNs]: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: metadata/labels, kind: None}]} ;  => failed to merge labels: conflicting fieldspecs
{pairs: {1: 2}} ;  => invalid Kustomization: json: cannot unmarshal number into Go struct field Label.labels.pairs of type string
{pairs: {a: 1}} ;  => invalid Kustomization: json: cannot unmarshal number into Go struct field Label.labels.pairs of type string
{pairs: {a: b}, fields: [{}]} ; commonLabels: {a: first} => considering field '' of object Deployment.v1.apps/web.[noNs]: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: ""}]} ; commonLabels: {a: first} => considering field '' of object Deployment.v1.apps/web.[noNs]: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: spec/replicas/x, create: true}]} ; commonLabels: {a: first} => considering field 'spec/replicas/x' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
{pairs: {a: b}, fields: [{path: /spec/new/, create: true}]} ; commonLabels: {a: first} => considering field '/spec/new/' of object Deployment.v1.apps/web.[noNs]: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: metadata/labels, kind: None}]} ; commonLabels: {a: first} => failed to merge labels: conflicting fieldspecs
{pairs: {1: 2}} ; commonLabels: {a: first} => invalid Kustomization: json: cannot unmarshal number into Go struct field Label.labels.pairs of type string
{pairs: {a: 1}} ; commonLabels: {a: first} => invalid Kustomization: json: cannot unmarshal number into Go struct field Label.labels.pairs of type string
{pairs: {a: b}, fields: [{}]} ; namespace: space => considering field '' of object Deployment.v1.apps/web.space: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: ""}]} ; namespace: space => considering field '' of object Deployment.v1.apps/web.space: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: spec/replicas/x, create: true}]} ; namespace: space => considering field 'spec/replicas/x' of object Deployment.v1.apps/web.space: expected sequence or mapping node
{pairs: {a: b}, fields: [{path: /spec/new/, create: true}]} ; namespace: space => considering field '/spec/new/' of object Deployment.v1.apps/web.space: cannot set or create an empty field name
{pairs: {a: b}, fields: [{path: metadata/labels, kind: None}]} ; namespace: space => failed to merge labels: conflicting fieldspecs
{pairs: {1: 2}} ; namespace: space => invalid Kustomization: json: cannot unmarshal number into Go struct field Label.labels.pairs of type string
{pairs: {a: 1}} ; namespace: space => invalid Kustomization: json: cannot unmarshal number into Go struct field Label.labels.pairs of type string
{pairs: {a: b}, fields: [{path: spec/replicas/x, create: true}]} ; commonAnnotations: {a: x} => considering field 'spec/replicas/x' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
{pairs: {a: b}, fields: [{path: metadata/labels, kind: None}]} ; commonAnnotations: {a: x} => failed to merge labels: conflicting fieldspecs
`),
)('%s fails: %s', (choice, message) => {
  expect(failureOf(files(choice)).message.trim().replaceAll('\n', '|')).toBe(message)
})
