import { configMap } from './build.ts'

/** What a hostile or broken tree comes to: an error at a place, or a text that is printed. */
export interface BadInput {
  readonly name: string
  readonly files: Readonly<Record<string, string | Uint8Array>>
  /** Paths that are links, and what they lead to. */
  readonly links?: Readonly<Record<string, string>>
  readonly target?: string
  readonly error?: { readonly code: string; readonly message: string; readonly at: string }
  readonly prints?: string
  /** Never in a message. */
  readonly hidden?: string
}

const main = (text: string): Readonly<Record<string, string>> => ({ 'a/kustomization.yaml': text })
const SECURITY = { code: 'KUSTOMIZE_SECURITY', at: 'a/kustomization.yaml:1' }
const CYCLE = { code: 'KUSTOMIZE_CYCLE', message: 'cycle detected: candidate root' }
const FILE = { code: 'KUSTOMIZE_FILE' }
const BUILD = { code: 'KUSTOMIZE_BUILD' }
const hidden = 'root:x:0'
const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n'
const one = (text: string): Readonly<Record<string, string>> => ({
  'a/kustomization.yaml': 'resources: [r.yaml]\n',
  'a/r.yaml': text,
})
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)
const utf16 = (text: string): Uint8Array =>
  Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((char) => [char.charCodeAt(0), 0])])
const bomb = Array.from({ length: 9 }, (_, at) =>
  at === 0 ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n' : `a${at}: &a${at} [${`*a${at - 1}, `.repeat(8)}*a${at - 1}]\n`,
).join('')

/** Each kind of bad input that a kustomization can be, with its safe outcome. */
export const BAD_INPUTS: readonly BadInput[] = [
  {
    name: 'a link that leads to itself',
    files: main('resources: [l.yaml]\n'),
    links: { 'a/l.yaml': 'l.yaml' },
    error: { code: 'KUSTOMIZE_FILE', message: "evalsymlink failure on '/a/l.yaml'", at: 'a/kustomization.yaml:1' },
  },
  {
    name: 'a link to nowhere',
    files: main('resources: [l.yaml]\n'),
    links: { 'a/l.yaml': 'nowhere' },
    error: { code: 'KUSTOMIZE_FILE', message: "evalsymlink failure on '/a/l.yaml'", at: 'a/kustomization.yaml:1' },
  },
  {
    name: 'a path with a NUL',
    files: main('resources: ["\\0"]\n'),
    error: { code: 'KUSTOMIZE_FILE', message: 'accumulating resources', at: 'a/kustomization.yaml:1' },
  },
  {
    name: 'a path of 10,000 characters',
    files: main(`resources: [${'p'.repeat(10_000)}]\n`),
    error: { code: 'KUSTOMIZE_FILE', message: 'accumulating resources', at: 'a/kustomization.yaml:1' },
  },
  {
    name: 'a resource outside of the directory',
    files: { 'r/s/a/kustomization.yaml': 'resources: [../../../etc/passwd]\n', 'etc/passwd': hidden },
    target: 'r/s/a',
    error: {
      ...SECURITY,
      message: "security; file '/etc/passwd' is not in or below '/r/s/a'",
      at: 'r/s/a/kustomization.yaml:1',
    },
    hidden,
  },
  {
    name: 'a generated file outside of the directory',
    files: { 's/a/kustomization.yaml': 'configMapGenerator: [{name: m, files: [../../x]}]\n', x: hidden },
    target: 's/a',
    error: { ...SECURITY, message: "security; file '/x' is not in or below '/s/a'", at: 's/a/kustomization.yaml:1' },
    hidden,
  },
  ...['.', '../a', './'].map((path) => ({
    name: `a base ${path}`,
    files: main(`resources: ["${path}"]\n`),
    error: { ...CYCLE, at: 'a/kustomization.yaml:1' },
  })),
  {
    name: 'a base that holds it',
    files: main('resources: [..]\n'),
    error: { ...CYCLE, at: 'a/kustomization.yaml:1' },
  },
  {
    name: 'bases that name one another',
    files: { ...main('resources:\n- ../b\n'), 'b/kustomization.yaml': 'resources:\n- ../a\n' },
    error: { ...CYCLE, at: 'b/kustomization.yaml:2' },
  },
  {
    name: 'a link out of the directory',
    files: { ...main('resources: [l.yaml]\n'), 'etc/passwd': hidden },
    links: { 'a/l.yaml': '../etc/passwd' },
    error: { ...SECURITY, message: "security; file '/a/l.yaml' is not in or below '/a'" },
    hidden,
  },
  {
    name: 'a token of the machine',
    files: {
      ...main('secretGenerator: [{name: s, files: [/var/run/secrets/token]}]\n'),
      'var/run/secrets/token': hidden,
    },
    error: { ...SECURITY, message: 'security; file' },
    hidden,
  },
  {
    name: 'patches that double',
    files: {
      ...one(configMap('m')),
      'a/kustomization.yaml': `resources: [r.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n${'    - {op: copy, from: /data, path: /data/k}\n'.repeat(1)}${Array.from({ length: 40 }, (_, at) => `    - {op: copy, from: /data, path: /data/k${at}}\n`).join('')}`,
    },
    error: { code: 'KUSTOMIZE_LIMIT', message: 'copy', at: 'a/kustomization.yaml:' },
  },
  {
    name: 'aliases that multiply',
    files: one(`${head}${bomb}`),
    error: { ...FILE, message: 'excessive aliasing', at: 'a/r.yaml:' },
  },
  {
    name: 'lists in lists in lists',
    files: one(`${head}data:\n${'- '.repeat(10_001)}x\n`),
    error: { ...BUILD, message: 'MalformedYAMLError', at: 'a/r.yaml:' },
  },
  {
    name: 'bytes that are no UTF-8',
    files: { 'a/kustomization.yaml': 'resources: [r.yaml]\n', 'a/r.yaml': bytes(0x6b, 0x3a, 0x20, 0xff, 0xfe, 0x0a) },
    error: { ...BUILD, message: 'incomplete UTF-8 octet sequence', at: 'a/kustomization.yaml:1' },
  },
  {
    name: 'a schema that contains itself',
    files: {
      ...one(configMap('m')),
      'a/kustomization.yaml': 'resources: [r.yaml]\nopenapi: {path: s.json}\npatches: [{path: p.yaml}]\n',
      'a/p.yaml': `${head}data: {key: new}\n`,
      'a/s.json': `{"definitions":{"M":{"$ref":"#/definitions/M","x-kubernetes-group-version-kind":[{"group":"","version":"v1","kind":"ConfigMap"}]}}}`,
    },
    prints: 'key: new',
  },
  {
    name: 'a regular expression that backtracks',
    files: {
      ...one(configMap(`${'a'.repeat(40)}b`)),
      'a/kustomization.yaml':
        'resources: [r.yaml]\npatches:\n- target: {name: "(a+)+$"}\n  patch: \'[{"op":"remove","path":"/data"}]\'\n',
    },
    prints: `name: ${'a'.repeat(40)}b`,
  },
  {
    name: 'keys of prototypes',
    files: one(`${head}__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n`),
    prints: '__proto__:\n  polluted: 1\n',
  },
  {
    name: 'numbers of every kind',
    files: one(
      `${head}data: {a: 9007199254740993, b: 1e21, c: 0777, d: 0o17, e: 1_000, g: on, h: ~, i: 2001-01-01, j: "1.10"}\n`,
    ),
    prints: 'j: "1.10"\n',
  },
  {
    name: 'an infinite number',
    files: one(`${head}data:\n  a: .inf\n`),
    error: { ...BUILD, message: 'json: unsupported value: +Inf', at: 'a/r.yaml:6' },
  },
  {
    name: 'a key that is there twice',
    files: one(`${head}data:\n  a: b\n  a: c\n`),
    error: { ...BUILD, message: 'mapping key "a" already defined at line 6', at: 'a/r.yaml:7' },
  },
  {
    name: 'a key of the kustomization that is there twice',
    files: { ...one(configMap('m')), 'a/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: a-\nnamePrefix: b-\n' },
    prints: 'name: b-m\n',
  },
  { name: 'UTF-16', files: { ...one(''), 'a/r.yaml': utf16(configMap('m')) }, prints: 'key: v\n' },
  { name: 'a byte order mark', files: one(`\ufeff${configMap('m')}`), prints: 'key: v\n' },
  { name: 'lines that end in CRLF', files: one(configMap('m').replaceAll('\n', '\r\n')), prints: 'key: v\n' },
  {
    name: 'a tab that indents',
    files: one(`${head}data:\n\tkey: v\n`),
    error: { ...BUILD, message: 'found character that cannot start any token', at: 'a/r.yaml:6' },
  },
  {
    name: 'separators and comments only',
    files: one(`---\n---\n# nothing\n---\n${configMap('m')}`),
    prints: 'key: v\n',
  },
  { name: 'a list without items', files: one('apiVersion: v1\nkind: List\nitems: null\n'), prints: '' },
  {
    name: 'a list of lists',
    files: one(`- - ${configMap('m').replaceAll('\n', '\n    ').trimEnd()}\n`),
    error: { ...FILE, message: '', at: 'a/r.yaml:1' },
  },
  {
    name: 'an object without a kind',
    files: one(`${configMap('m')}---\nmetadata: {name: x}\n`),
    error: { ...FILE, message: 'missing kind in object', at: 'a/r.yaml:8' },
  },
  {
    name: 'an object without a name',
    files: one('kind: X\nmetadata: {}\n'),
    error: { ...FILE, message: 'missing metadata.name in object', at: 'a/r.yaml:1' },
  },
  {
    name: 'labels that are no texts',
    files: one(`${head}  labels: {a: 1, b: true}\n`),
    prints: 'labels:\n    a: 1\n    b: true\n',
  },
  {
    name: 'the same object twice',
    files: one(`${configMap('m')}---\n${configMap('m')}`),
    error: { ...FILE, message: 'may not add resource with an already registered id', at: 'a/r.yaml:8' },
  },
  {
    name: 'an empty kustomization',
    files: main(''),
    error: { code: 'KUSTOMIZE_BUILD', message: 'kustomization.yaml is empty', at: 'a/kustomization.yaml:1' },
  },
]
