import { expect, test } from 'vitest'
import { build, failureOf, single } from '../build.ts'
import { DEPLOYMENT, MAP } from '../objects.ts'
import { changesOf, rowsOf } from '../rows.ts'

function files(choice: string): Record<string, string> {
  const [path = '', options = '', source = ''] = choice.split(' ; ')
  const more = options === '' ? '' : `    options: ${options}\n`
  const entry = `replacements:\n- ${source}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: ["${path}"]\n${more}`
  return { ...single(entry, DEPLOYMENT, MAP) }
}

// Paths of targets, their options and the source: lines that go, and lines that come.
const PLAIN = build(single('', DEPLOYMENT, MAP))

test.each(
  rowsOf(String.raw`
spec.template.spec.containers.[name=main].image ;  ; sourceValue: val =>         image: nginx:1 ->         image: val
spec.template.spec.containers.[image=nginx:1].name ;  ; sourceValue: val =>         name: main ->         name: val
spec.template.spec.containers.[name=.*].image ;  ; sourceValue: val =>         image: nginx:1|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis ->         image: val|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: val
spec.template.spec.containers.*.image ;  ; sourceValue: val =>         image: nginx:1|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis ->         image: val|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: val
spec.template.spec.containers.*.env.*.value ;  ; sourceValue: val =>           value: "1" ->           value: val
spec.template.spec.containers.*.env.[name=ONE].value ;  ; sourceValue: val =>           value: "1" ->           value: val
spec.template.spec.containers.[name=main].args.[=b] ;  ; sourceValue: val =>         - b ->         - val
spec.template.spec.containers.[name=main].args.1 ;  ; sourceValue: val =>         - b ->         - val
spec.template.spec.containers.[name=main].args.* ;  ; sourceValue: val =>         - a|        - b|        - c ->         - val|        - val|        - val
metadata.labels.app ;  ; sourceValue: val =>     app: web ->     app: val
metadata.name ;  ; sourceValue: val =>   name: web ->   name: val
kind ;  ; sourceValue: val => kind: Deployment -> kind: val
spec.template.spec.containers.[name=main].ports.[containerPort=80].protocol ;  ; sourceValue: val =>           protocol: UDP ->           protocol: val
spec.template.spec.containers.[name=main].image ; {create: true} ; sourceValue: val =>         image: nginx:1 ->         image: val
spec.template.spec.containers.[name=new].image ; {create: true} ; sourceValue: val =>  ->       - image: val|        name: new
spec.template.spec.containers.[image=nginx:1].name ; {create: true} ; sourceValue: val =>         name: main ->         name: val
spec.template.spec.containers.[name=.*].image ; {create: true} ; sourceValue: val =>         image: nginx:1|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis ->         image: val|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: val
spec.template.spec.containers.*.image ; {create: true} ; sourceValue: val =>         image: nginx:1|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis ->         image: val|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: val
spec.template.spec.containers.[name=main].args.[=b] ; {create: true} ; sourceValue: val =>         - b ->         - val
spec.template.spec.containers.[name=main].args.1 ; {create: true} ; sourceValue: val =>         - b ->         - val
spec.template.spec.containers.[name=main].args.* ; {create: true} ; sourceValue: val =>         - a|        - b|        - c ->         - val|        - val|        - val
metadata.labels.app ; {create: true} ; sourceValue: val =>     app: web ->     app: val
metadata.annotations.a\\.b/c ; {create: true} ; sourceValue: val =>  ->   annotations:|    a.b/c: val
metadata.annotations.[a.b/c] ; {create: true} ; sourceValue: val =>  ->   annotations:|    a.b/c: val
metadata.name ; {create: true} ; sourceValue: val =>   name: web ->   name: val
kind ; {create: true} ; sourceValue: val => kind: Deployment -> kind: val
spec.template.spec.containers.[name=main].ports.[containerPort=80].protocol ; {create: true} ; sourceValue: val =>         - containerPort: 80|          protocol: UDP ->           protocol: val|        - containerPort: 80|          protocol: val
spec.template.spec.containers.[name=main].image ; {delimiter: ":", index: 1} ; sourceValue: val =>         image: nginx:1 ->         image: nginx:val
spec.template.spec.containers.[image=nginx:1].name ; {delimiter: ":", index: 1} ; sourceValue: val =>         name: main ->         name: main:val
spec.template.spec.containers.*.image ; {delimiter: ":", index: 1} ; sourceValue: val =>         image: nginx:1|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis ->         image: nginx:val|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis:val
spec.template.spec.containers.*.env.*.value ; {delimiter: ":", index: 1} ; sourceValue: val =>           value: "1" ->           value: 1:val
spec.template.spec.containers.*.env.[name=ONE].value ; {delimiter: ":", index: 1} ; sourceValue: val =>           value: "1" ->           value: 1:val
spec.template.spec.containers.[name=main].args.[=b] ; {delimiter: ":", index: 1} ; sourceValue: val =>         - b ->         - b:val
spec.template.spec.containers.[name=main].args.1 ; {delimiter: ":", index: 1} ; sourceValue: val =>         - b ->         - b:val
spec.template.spec.containers.[name=main].args.* ; {delimiter: ":", index: 1} ; sourceValue: val =>         - a|        - b|        - c ->         - a:val|        - b:val|        - c:val
metadata.labels.app ; {delimiter: ":", index: 1} ; sourceValue: val =>     app: web ->     app: web:val
metadata.name ; {delimiter: ":", index: 1} ; sourceValue: val =>   name: web ->   name: web:val
kind ; {delimiter: ":", index: 1} ; sourceValue: val => kind: Deployment -> kind: Deployment:val
spec.template.spec.containers.[name=main].ports.[containerPort=80].protocol ; {delimiter: ":", index: 1} ; sourceValue: val =>           protocol: UDP ->           protocol: UDP:val
spec.template.spec.containers.[name=main].image ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>         image: nginx:1 ->         image: nginx:1:val
spec.template.spec.containers.[name=new].image ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>  ->       - image: :val|        name: new
spec.template.spec.containers.[image=nginx:1].name ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>         name: main ->         name: main:val
spec.template.spec.containers.[name=main].args.[=b] ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>         - b ->         - b:val
spec.template.spec.containers.[name=main].args.1 ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>         - b ->         - b:val
spec.template.spec.containers.[name=main].args.* ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>         - a|        - b|        - c ->         - a:val|        - b:val|        - c:val
metadata.labels.app ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>     app: web ->     app: web:val
metadata.annotations.a\\.b/c ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>  ->   annotations:|    a.b/c: :val
metadata.annotations.[a.b/c] ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>  ->   annotations:|    a.b/c: :val
metadata.name ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>   name: web ->   name: web:val
kind ; {delimiter: ":", index: 5, create: true} ; sourceValue: val => kind: Deployment -> kind: Deployment:val
spec.template.spec.containers.[name=main].ports.[containerPort=80].protocol ; {delimiter: ":", index: 5, create: true} ; sourceValue: val =>         - containerPort: 80|          protocol: UDP ->           protocol: :val|        - containerPort: 80|          protocol: UDP:val
spec.template.spec.containers.[name=main].image ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>         image: nginx:1 ->         image: v
spec.template.spec.containers.[image=nginx:1].name ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>         name: main ->         name: v
spec.template.spec.containers.[name=.*].image ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>         image: nginx:1|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis ->         image: v|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: v
spec.template.spec.containers.*.image ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>         image: nginx:1|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis ->         image: v|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: v
spec.template.spec.containers.*.env.*.value ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>           value: "1" ->           value: v
spec.template.spec.containers.*.env.[name=ONE].value ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>           value: "1" ->           value: v
spec.template.spec.containers.[name=main].args.[=b] ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>         - b ->         - v
spec.template.spec.containers.[name=main].args.1 ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>         - b ->         - v
spec.template.spec.containers.[name=main].args.* ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>         - a|        - b|        - c ->         - v|        - v|        - v
metadata.labels.app ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>     app: web ->     app: v
metadata.name ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>   name: web ->   name: v
kind ;  ; source: {kind: ConfigMap, fieldPath: data.k} => kind: Deployment -> kind: v
spec.template.spec.containers.[name=main].ports.[containerPort=80].protocol ;  ; source: {kind: ConfigMap, fieldPath: data.k} =>           protocol: UDP ->           protocol: v
spec.template.spec.containers.[name=main].image ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         image: nginx:1 ->         image: v
spec.template.spec.containers.[name=new].image ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>  ->       - image: v|        name: new
spec.template.spec.containers.[image=nginx:1].name ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         name: main ->         name: v
spec.template.spec.containers.*.image ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         image: nginx:1|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: redis ->         image: v|        name: main|        ports:|        - containerPort: 80|        - containerPort: 80|          protocol: UDP|      - image: v
spec.template.spec.containers.[name=main].args.[=b] ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - b ->         - v
spec.template.spec.containers.[name=main].args.1 ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - b ->         - v
spec.template.spec.containers.[name=main].args.* ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - a|        - b|        - c ->         - v|        - v|        - v
metadata.labels.app ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>     app: web ->     app: v
metadata.annotations.a\\.b/c ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>  ->   annotations:|    a.b/c: v
metadata.annotations.[a.b/c] ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>  ->   annotations:|    a.b/c: v
metadata.name ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>   name: web ->   name: v
kind ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} => kind: Deployment -> kind: v
spec.template.spec.containers.[name=main].ports.[containerPort=80].protocol ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - containerPort: 80|          protocol: UDP ->           protocol: v|        - containerPort: 80|          protocol: v
spec.template.spec.containers.[name=main].image ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>         image: nginx:1 ->         image: nginx:v
spec.template.spec.containers.[image=nginx:1].name ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>         name: main ->         name: main:v
spec.template.spec.containers.*.env.*.value ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>           value: "1" ->           value: 1:v
spec.template.spec.containers.*.env.[name=ONE].value ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>           value: "1" ->           value: 1:v
spec.template.spec.containers.[name=main].args.[=b] ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - b ->         - b:v
spec.template.spec.containers.[name=main].args.1 ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - b ->         - b:v
spec.template.spec.containers.[name=main].args.* ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - a|        - b|        - c ->         - a:v|        - b:v|        - c:v
metadata.labels.app ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>     app: web ->     app: web:v
metadata.name ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>   name: web ->   name: web:v
kind ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} => kind: Deployment -> kind: Deployment:v
spec.template.spec.containers.[name=main].ports.[containerPort=80].protocol ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} =>           protocol: UDP ->           protocol: UDP:v
spec.template.spec.containers.[name=main].image ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         image: nginx:1 ->         image: nginx:1:v
spec.template.spec.containers.[name=new].image ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>  ->       - image: :v|        name: new
spec.template.spec.containers.[image=nginx:1].name ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         name: main ->         name: main:v
spec.template.spec.containers.[name=main].args.[=b] ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - b ->         - b:v
spec.template.spec.containers.[name=main].args.1 ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - b ->         - b:v
spec.template.spec.containers.[name=main].args.* ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - a|        - b|        - c ->         - a:v|        - b:v|        - c:v
metadata.labels.app ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>     app: web ->     app: web:v
metadata.annotations.a\\.b/c ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>  ->   annotations:|    a.b/c: :v
metadata.annotations.[a.b/c] ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>  ->   annotations:|    a.b/c: :v
metadata.name ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>   name: web ->   name: web:v
kind ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} => kind: Deployment -> kind: Deployment:v
spec.template.spec.containers.[name=main].ports.[containerPort=80].protocol ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} =>         - containerPort: 80|          protocol: UDP ->           protocol: :v|        - containerPort: 80|          protocol: UDP:v
`),
)('%s gives %s', (choice, changes) => {
  expect(changesOf(PLAIN, build(files(choice)))).toBe(changes)
})

test.each(
  rowsOf(String.raw`
spec ;  ; sourceValue: val => updating name reference in 'spec/template/spec/serviceAccountName' field of 'Deployment.v1.apps/web.[noNs]': considering field 'spec/template/spec/serviceAccountName' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
.spec ;  ; sourceValue: val => updating name reference in 'spec/template/spec/serviceAccountName' field of 'Deployment.v1.apps/web.[noNs]': considering field 'spec/template/spec/serviceAccountName' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
spec.template.spec.containers ;  ; sourceValue: val => updating name reference in 'spec/template/spec/containers/env/valueFrom/configMapKeyRef/name' field of 'Deployment.v1.apps/web.[noNs]': considering field 'spec/template/spec/containers/env/valueFrom/configMapKeyRef/name' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
spec.template.spec.containers.0 ;  ; sourceValue: val => updating name reference in 'spec/template/spec/containers/env/valueFrom/configMapKeyRef/name' field of 'Deployment.v1.apps/web.[noNs]': considering field 'spec/template/spec/containers/env/valueFrom/configMapKeyRef/name' of object Deployment.v1.apps/web.[noNs]: visit traversal on path: [env valueFrom configMapKeyRef name]: expected sequence or mapping node
spec.template.spec.containers.9 ;  ; sourceValue: val => unable to find field "spec.template.spec.containers.9" in replacement target: index 9 specified but only 2 elements found
spec.template.spec.containers.[name=new].image ;  ; sourceValue: val => unable to find field "spec.template.spec.containers.[name=new].image" in replacement target
spec.template.spec.containers.[name].image ;  ; sourceValue: val => unable to find field "spec.template.spec.containers.[name].image" in replacement target: list path element must contain fieldName=fieldValue for element to match
metadata.annotations.a\\.b/c ;  ; sourceValue: val => unable to find field "metadata.annotations.a\\.b/c" in replacement target
metadata.annotations.[a.b/c] ;  ; sourceValue: val => unable to find field "metadata.annotations.[a.b/c]" in replacement target
spec ; {create: true} ; sourceValue: val => updating name reference in 'spec/template/spec/serviceAccountName' field of 'Deployment.v1.apps/web.[noNs]': considering field 'spec/template/spec/serviceAccountName' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
.spec ; {create: true} ; sourceValue: val => updating name reference in 'spec/template/spec/serviceAccountName' field of 'Deployment.v1.apps/web.[noNs]': considering field 'spec/template/spec/serviceAccountName' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
spec.template.spec.containers ; {create: true} ; sourceValue: val => updating name reference in 'spec/template/spec/containers/env/valueFrom/configMapKeyRef/name' field of 'Deployment.v1.apps/web.[noNs]': considering field 'spec/template/spec/containers/env/valueFrom/configMapKeyRef/name' of object Deployment.v1.apps/web.[noNs]: expected sequence or mapping node
spec.template.spec.containers.9 ; {create: true} ; sourceValue: val => unable to find or create field "spec.template.spec.containers.9" in replacement target: index 9 specified but only 2 elements found
spec.template.spec.containers.[name].image ; {create: true} ; sourceValue: val => unable to find or create field "spec.template.spec.containers.[name].image" in replacement target: list path element must contain fieldName=fieldValue for element to match
spec ; {delimiter: ":", index: 1} ; sourceValue: val => delimiter option can only be used with scalar nodes
.spec ; {delimiter: ":", index: 1} ; sourceValue: val => delimiter option can only be used with scalar nodes
spec.template.spec.containers ; {delimiter: ":", index: 1} ; sourceValue: val => delimiter option can only be used with scalar nodes
spec.template.spec.containers.0 ; {delimiter: ":", index: 1} ; sourceValue: val => delimiter option can only be used with scalar nodes
spec.template.spec.containers.9 ; {delimiter: ":", index: 1} ; sourceValue: val => unable to find field "spec.template.spec.containers.9" in replacement target: index 9 specified but only 2 elements found
spec.template.spec.containers.[name=main] ; {delimiter: ":", index: 1} ; sourceValue: val => delimiter option can only be used with scalar nodes
spec.template.spec.containers.[name=new].image ; {delimiter: ":", index: 1} ; sourceValue: val => unable to find field "spec.template.spec.containers.[name=new].image" in replacement target
spec.template.spec.containers.[name].image ; {delimiter: ":", index: 1} ; sourceValue: val => unable to find field "spec.template.spec.containers.[name].image" in replacement target: list path element must contain fieldName=fieldValue for element to match
spec.template.spec.containers.[=main].image ; {delimiter: ":", index: 1} ; sourceValue: val => delimiter option can only be used with scalar nodes
metadata.annotations.a\\.b/c ; {delimiter: ":", index: 1} ; sourceValue: val => unable to find field "metadata.annotations.a\\.b/c" in replacement target
metadata.annotations.[a.b/c] ; {delimiter: ":", index: 1} ; sourceValue: val => unable to find field "metadata.annotations.[a.b/c]" in replacement target
spec.template.spec.containers.9 ; {delimiter: ":", index: 5, create: true} ; sourceValue: val => unable to find or create field "spec.template.spec.containers.9" in replacement target: index 9 specified but only 2 elements found
spec.template.spec.containers.[name].image ; {delimiter: ":", index: 5, create: true} ; sourceValue: val => unable to find or create field "spec.template.spec.containers.[name].image" in replacement target: list path element must contain fieldName=fieldValue for element to match
spec.template.spec.containers.9 ;  ; source: {kind: ConfigMap, fieldPath: data.k} => unable to find field "spec.template.spec.containers.9" in replacement target: index 9 specified but only 2 elements found
spec.template.spec.containers.[name].image ;  ; source: {kind: ConfigMap, fieldPath: data.k} => unable to find field "spec.template.spec.containers.[name].image" in replacement target: list path element must contain fieldName=fieldValue for element to match
spec.template.spec.containers.9 ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} => unable to find or create field "spec.template.spec.containers.9" in replacement target: index 9 specified but only 2 elements found
spec.template.spec.containers.[name].image ; {create: true} ; source: {kind: ConfigMap, fieldPath: data.k} => unable to find or create field "spec.template.spec.containers.[name].image" in replacement target: list path element must contain fieldName=fieldValue for element to match
spec.template.spec.containers.9 ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} => unable to find field "spec.template.spec.containers.9" in replacement target: index 9 specified but only 2 elements found
spec.template.spec.containers.[name].image ; {delimiter: ":", index: 1} ; source: {kind: ConfigMap, fieldPath: data.k} => unable to find field "spec.template.spec.containers.[name].image" in replacement target: list path element must contain fieldName=fieldValue for element to match
spec.template.spec.containers.9 ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} => unable to find or create field "spec.template.spec.containers.9" in replacement target: index 9 specified but only 2 elements found
spec.template.spec.containers.[name].image ; {delimiter: ":", index: 5, create: true} ; source: {kind: ConfigMap, fieldPath: data.k} => unable to find or create field "spec.template.spec.containers.[name].image" in replacement target: list path element must contain fieldName=fieldValue for element to match
`),
)('%s fails: %s', (choice, message) => {
  expect(failureOf(files(choice)).message.trim().replaceAll('\n', '|')).toBe(message)
})
