import { expect, test } from 'vitest'
import { build, failureOf, single } from '../build.ts'
import { changesOf, rowsOf } from '../rows.ts'

function pod(image: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: ${image}\n`
}

function files(choice: string): Record<string, string> {
  const [image = '', entry = ''] = choice.split(' ; ')
  return { ...single(`images: [${entry}]\n`, pod(image)) }
}

// What the real tool makes of images: the line that was, and the line that is.
const PLAIN = build(single('', pod('old')))

test.each(
  rowsOf(String.raw`
nginx ; {name: nginx, newTag: t} =>   - image: old ->   - image: nginx:t
nginx:1 ; {name: nginx, newTag: t} =>   - image: old ->   - image: nginx:t
nginx@sha256:aa ; {name: nginx, newTag: t} =>   - image: old ->   - image: nginx:t
nginx:1@sha256:aa ; {name: nginx, newTag: t} =>   - image: old ->   - image: nginx:t
reg:5000/nginx ; {name: nginx, newTag: t} =>   - image: old ->   - image: reg:5000/nginx
reg:5000/nginx:1 ; {name: nginx, newTag: t} =>   - image: old ->   - image: reg:5000/nginx:1
reg:5000/a/nginx ; {name: nginx, newTag: t} =>   - image: old ->   - image: reg:5000/a/nginx
"nginx:" ; {name: nginx, newTag: t} =>   - image: old ->   - image: nginx:t
":1" ; {name: nginx, newTag: t} =>   - image: old ->   - image: :1
"nginx@" ; {name: nginx, newTag: t} =>   - image: old ->   - image: nginx@
1 ; {name: nginx, newTag: t} =>   - image: old ->   - image: 1
~ ; {name: nginx, newTag: t} =>   - image: old ->   - image: null
"" ; {name: nginx, newTag: t} =>   - image: old ->   - image: ""
NGINX:1 ; {name: nginx, newTag: t} =>   - image: old ->   - image: NGINX:1
"nginx:1:2" ; {name: nginx, newTag: t} =>   - image: old ->   - image: nginx:1:2
a/nginx:1 ; {name: nginx, newTag: t} =>   - image: old ->   - image: a/nginx:1
nginx ; {name: nginx, digest: d} =>   - image: old ->   - image: nginx@d
nginx:1 ; {name: nginx, digest: d} =>   - image: old ->   - image: nginx@d
nginx@sha256:aa ; {name: nginx, digest: d} =>   - image: old ->   - image: nginx@d
nginx:1@sha256:aa ; {name: nginx, digest: d} =>   - image: old ->   - image: nginx@d
reg:5000/nginx ; {name: nginx, digest: d} =>   - image: old ->   - image: reg:5000/nginx
reg:5000/nginx:1 ; {name: nginx, digest: d} =>   - image: old ->   - image: reg:5000/nginx:1
reg:5000/a/nginx ; {name: nginx, digest: d} =>   - image: old ->   - image: reg:5000/a/nginx
"nginx:" ; {name: nginx, digest: d} =>   - image: old ->   - image: nginx@d
":1" ; {name: nginx, digest: d} =>   - image: old ->   - image: :1
"nginx@" ; {name: nginx, digest: d} =>   - image: old ->   - image: nginx@
1 ; {name: nginx, digest: d} =>   - image: old ->   - image: 1
~ ; {name: nginx, digest: d} =>   - image: old ->   - image: null
"" ; {name: nginx, digest: d} =>   - image: old ->   - image: ""
NGINX:1 ; {name: nginx, digest: d} =>   - image: old ->   - image: NGINX:1
"nginx:1:2" ; {name: nginx, digest: d} =>   - image: old ->   - image: nginx:1:2
a/nginx:1 ; {name: nginx, digest: d} =>   - image: old ->   - image: a/nginx:1
nginx ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: nginx:-s-s
nginx:1 ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: nginx:1-s-s
nginx@sha256:aa ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: nginx:-s-s
nginx:1@sha256:aa ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: nginx:1-s-s
reg:5000/nginx ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: reg:5000/nginx
reg:5000/nginx:1 ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: reg:5000/nginx:1
reg:5000/a/nginx ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: reg:5000/a/nginx
"nginx:" ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: nginx:-s-s
":1" ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: :1
"nginx@" ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: nginx@
1 ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: 1
~ ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: null
"" ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: ""
NGINX:1 ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: NGINX:1
"nginx:1:2" ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: nginx:1:2
a/nginx:1 ; {name: nginx, tagSuffix: -s} =>   - image: old ->   - image: a/nginx:1
nginx ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: nginx:t@d
nginx:1 ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: nginx:t@d
nginx@sha256:aa ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: nginx:t@d
nginx:1@sha256:aa ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: nginx:t@d
reg:5000/nginx ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: reg:5000/nginx
reg:5000/nginx:1 ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: reg:5000/nginx:1
reg:5000/a/nginx ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: reg:5000/a/nginx
"nginx:" ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: nginx:t@d
":1" ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: :1
"nginx@" ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: nginx@
1 ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: 1
~ ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: null
"" ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: ""
NGINX:1 ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: NGINX:1
"nginx:1:2" ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: nginx:1:2
a/nginx:1 ; {name: nginx, newTag: t, digest: d} =>   - image: old ->   - image: a/nginx:1
nginx ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: nginx:t
reg:5000/nginx ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: reg:5000/nginx
reg:5000/nginx:1 ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: reg:5000/nginx:1
reg:5000/a/nginx ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: reg:5000/a/nginx
":1" ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: :1
"nginx@" ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: nginx@
1 ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: 1
~ ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: null
"" ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: ""
NGINX:1 ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: NGINX:1
"nginx:1:2" ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: nginx:1:2
a/nginx:1 ; {name: nginx, newTag: t, tagSuffix: -s} =>   - image: old ->   - image: a/nginx:1
nginx ; {name: nginx} =>   - image: old ->   - image: nginx
nginx:1 ; {name: nginx} =>   - image: old ->   - image: nginx:1
nginx@sha256:aa ; {name: nginx} =>   - image: old ->   - image: nginx@sha256:aa
nginx:1@sha256:aa ; {name: nginx} =>   - image: old ->   - image: nginx:1@sha256:aa
reg:5000/nginx ; {name: nginx} =>   - image: old ->   - image: reg:5000/nginx
reg:5000/nginx:1 ; {name: nginx} =>   - image: old ->   - image: reg:5000/nginx:1
reg:5000/a/nginx ; {name: nginx} =>   - image: old ->   - image: reg:5000/a/nginx
"nginx:" ; {name: nginx} =>   - image: old ->   - image: nginx
":1" ; {name: nginx} =>   - image: old ->   - image: :1
"nginx@" ; {name: nginx} =>   - image: old ->   - image: nginx@
1 ; {name: nginx} =>   - image: old ->   - image: 1
~ ; {name: nginx} =>   - image: old ->   - image: null
"" ; {name: nginx} =>   - image: old ->   - image: ""
NGINX:1 ; {name: nginx} =>   - image: old ->   - image: NGINX:1
"nginx:1:2" ; {name: nginx} =>   - image: old ->   - image: nginx:1:2
a/nginx:1 ; {name: nginx} =>   - image: old ->   - image: a/nginx:1
nginx ; {name: "ngin."} =>   - image: old ->   - image: nginx
nginx:1 ; {name: "ngin."} =>   - image: old ->   - image: nginx:1
nginx@sha256:aa ; {name: "ngin."} =>   - image: old ->   - image: nginx@sha256:aa
nginx:1@sha256:aa ; {name: "ngin."} =>   - image: old ->   - image: nginx:1@sha256:aa
"nginx:" ; {name: "ngin."} =>   - image: old ->   - image: nginx
nginx ; {name: "", newTag: t} =>   - image: old ->   - image: nginx
nginx:1 ; {name: "", newTag: t} =>   - image: old ->   - image: nginx:1
nginx@sha256:aa ; {name: "", newTag: t} =>   - image: old ->   - image: nginx@sha256:aa
nginx:1@sha256:aa ; {name: "", newTag: t} =>   - image: old ->   - image: nginx:1@sha256:aa
":1" ; {name: "", newTag: t} =>   - image: old ->   - image: :t
"" ; {name: "", newTag: t} =>   - image: old ->   - image: :t
nginx ; {newTag: t} =>   - image: old ->   - image: nginx
nginx:1 ; {newTag: t} =>   - image: old ->   - image: nginx:1
nginx@sha256:aa ; {newTag: t} =>   - image: old ->   - image: nginx@sha256:aa
nginx:1@sha256:aa ; {newTag: t} =>   - image: old ->   - image: nginx:1@sha256:aa
":1" ; {newTag: t} =>   - image: old ->   - image: :t
"" ; {newTag: t} =>   - image: old ->   - image: :t
nginx:1 ; {name: "reg:5000/nginx", newTag: t} =>   - image: old ->   - image: nginx:1
nginx@sha256:aa ; {name: "reg:5000/nginx", newTag: t} =>   - image: old ->   - image: nginx@sha256:aa
nginx:1@sha256:aa ; {name: "reg:5000/nginx", newTag: t} =>   - image: old ->   - image: nginx:1@sha256:aa
reg:5000/nginx ; {name: "reg:5000/nginx", newTag: t} =>   - image: old ->   - image: reg:5000/nginx:t
reg:5000/nginx:1 ; {name: "reg:5000/nginx", newTag: t} =>   - image: old ->   - image: reg:5000/nginx:t
nginx@sha256:aa ; {name: "nginx:1", newTag: t} =>   - image: old ->   - image: nginx@sha256:aa
nginx:1 ; {name: nginx, newTag: ""} =>   - image: old ->   - image: nginx:1
nginx:1@sha256:aa ; {name: nginx, newTag: ""} =>   - image: old ->   - image: nginx:1@sha256:aa
nginx ; {name: nginx, newName: "r:1/n", newTag: t} =>   - image: old ->   - image: r:1/n:t
nginx:1 ; {name: nginx, newName: "r:1/n", newTag: t} =>   - image: old ->   - image: r:1/n:t
nginx@sha256:aa ; {name: nginx, newName: "r:1/n", newTag: t} =>   - image: old ->   - image: r:1/n:t
nginx:1@sha256:aa ; {name: nginx, newName: "r:1/n", newTag: t} =>   - image: old ->   - image: r:1/n:t
"nginx:" ; {name: nginx, newName: "r:1/n", newTag: t} =>   - image: old ->   - image: r:1/n:t
reg:5000/nginx ; {name: ".*", newTag: t} =>   - image: old ->   - image: reg:5000/nginx:t
reg:5000/nginx:1 ; {name: ".*", newTag: t} =>   - image: old ->   - image: reg:5000/nginx:t
reg:5000/a/nginx ; {name: ".*", newTag: t} =>   - image: old ->   - image: reg:5000/a/nginx:t
":1" ; {name: ".*", newTag: t} =>   - image: old ->   - image: :t
1 ; {name: ".*", newTag: t} =>   - image: old ->   - image: 1:t
~ ; {name: ".*", newTag: t} =>   - image: old ->   - image: ~:t
"" ; {name: ".*", newTag: t} =>   - image: old ->   - image: :t
NGINX:1 ; {name: ".*", newTag: t} =>   - image: old ->   - image: NGINX:t
a/nginx:1 ; {name: ".*", newTag: t} =>   - image: old ->   - image: a/nginx:t
nginx ; {name: nginx, digest: "sha256:b", newName: "x@y"} =>   - image: old ->   - image: x@y@sha256:b
nginx:1 ; {name: nginx, digest: "sha256:b", newName: "x@y"} =>   - image: old ->   - image: x@y@sha256:b
nginx@sha256:aa ; {name: nginx, digest: "sha256:b", newName: "x@y"} =>   - image: old ->   - image: x@y@sha256:b
nginx:1@sha256:aa ; {name: nginx, digest: "sha256:b", newName: "x@y"} =>   - image: old ->   - image: x@y@sha256:b
"nginx:" ; {name: nginx, digest: "sha256:b", newName: "x@y"} =>   - image: old ->   - image: x@y@sha256:b
`),
)('%s gives %s', (choice, changes) => {
  expect(changesOf(PLAIN, build(files(choice)))).toBe(changes)
})

test.each(
  rowsOf(String.raw`
nginx ; {name: nginx, newName: n} => invalid Kustomization: json: cannot unmarshal bool into Go struct field Image.images.newName of type string
nginx:1 ; {name: nginx, newName: n} => invalid Kustomization: json: cannot unmarshal bool into Go struct field Image.images.newName of type string
nginx@sha256:aa ; {name: nginx, newName: n} => invalid Kustomization: json: cannot unmarshal bool into Go struct field Image.images.newName of type string
nginx:1@sha256:aa ; {name: nginx, newName: n} => invalid Kustomization: json: cannot unmarshal bool into Go struct field Image.images.newName of type string
reg:5000/nginx ; {name: nginx, newName: n} => invalid Kustomization: json: cannot unmarshal bool into Go struct field Image.images.newName of type string
reg:5000/nginx:1 ; {name: nginx, newName: n} => invalid Kustomization: json: cannot unmarshal bool into Go struct field Image.images.newName of type string
`),
)('%s fails: %s', (choice, message) => {
  expect(failureOf(files(choice)).message.trim().replaceAll('\n', '|')).toBe(message)
})
