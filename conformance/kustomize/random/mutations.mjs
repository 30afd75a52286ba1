import { parseAllDocuments } from 'yaml'

const SCALARS = [
  '~',
  'null',
  '""',
  "''",
  'yes',
  'No',
  '0777',
  '0o17',
  '0x1F',
  '1e3',
  '1.0',
  '.5',
  '-0',
  '+1',
  '1_000',
  '.inf',
  '.NaN',
  '2001-01-01',
  '12:30:45',
  '12345678901234567890',
  '"1"',
  "'true'",
  '"a\\tb"',
  '"\\u00e9\\n"',
  '!!str 1',
  '!!int "2"',
  '! x',
  '|\n  text',
  '{}',
  '[]',
  '{a: 1}',
  '[1, two]',
  '$(NAME)',
  '*',
  '"*"',
  '=',
  '<<',
  '-',
  'a # b',
  'a: b',
  "it's",
  'é',
  '"<&>"',
  'true',
  '8080',
  'default',
] // prettier-ignore

const FIELDS = [
  'namePrefix: pre-',
  'nameSuffix: -suf',
  'namespace: space',
  'namespace: default',
  'commonLabels: {team: a}',
  'commonAnnotations: {note: "1"}',
  'labels: [{pairs: {part: x}, includeSelectors: true}]',
  'labels: [{pairs: {part: x}, includeTemplates: true}]',
  'buildMetadata: [originAnnotations]',
  'buildMetadata: [transformerAnnotations]',
  'buildMetadata: [managedByLabel]',
  'sortOptions: {order: fifo}',
  'sortOptions: {order: legacy}',
  'generatorOptions: {disableNameSuffixHash: true}',
  'generatorOptions: {immutable: true, labels: {gen: y}}',
  'configMapGenerator: [{name: extra, literals: [a=b]}]',
  'secretGenerator: [{name: extra, literals: [a=b], type: kubernetes.io/tls}]',
  'patches: [{target: {kind: Deployment}, patch: \'[{"op": "add", "path": "/metadata/labels/p", "value": "q"}]\'}]',
  'patches: [{target: {kind: Service|ConfigMap}, patch: \'[{"op": "remove", "path": "/metadata/namespace"}]\'}]',
  'patches: [{target: {kind: Deployment}, patch: "apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: x}\\nspec: {replicas: 3}"}]',
  'patches: [{target: {kind: .*}, patch: "apiVersion: v1\\nkind: X\\nmetadata: {name: x, annotations: {p: q}}"}]',
  'patches: [{target: {kind: Deployment}, patch: "apiVersion: v1\\nkind: Deployment\\nmetadata: {name: x}\\n$patch: delete"}]',
  'replacements: [{sourceValue: val, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.annotations.r], options: {create: true}}]}]',
  'replacements: [{sourceValue: val, targets: [{select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.*.env.*.value"]}]}]',
  'replacements: [{source: {kind: Namespace}, targets: [{select: {kind: Service}, fieldPaths: [metadata.namespace], options: {create: true}}]}]',
  'transformers: ["{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: p}, prefix: t-, fieldSpecs: [{path: metadata/name}]}"]',
  'transformers: ["{apiVersion: builtin, kind: NamespaceTransformer, metadata: {name: n, namespace: other}, setRoleBindingSubjects: defaultOnly, unsetOnly: true}"]',
] // prettier-ignore

/** Ways to change a text that is YAML: each gives another text, or the same where it finds nothing to change. */
const TEXT = [
  (lines, chance) => without(lines, chance.below(lines.length)),
  (lines, chance) => inserted(lines, chance.below(lines.length), (line) => line),
  (lines, chance) => swapped(lines, chance.below(lines.length - 1)),
  (lines, chance) => changed(lines, chance, (line) => `  ${line}`),
  (lines, chance) => changed(lines, chance, (line) => line.replace(/^ {2}/, '')),
  (lines, chance) =>
    changed(lines, chance, (line) => line.replace(/(: |- )\S.*$/, (_, start) => start + chance.pick(SCALARS))),
  (lines, chance) =>
    changed(lines, chance, (line) => line.replace(/(: |- )\S.*$/, (_, start) => start + chance.pick(SCALARS))),
  (lines, chance) =>
    changed(lines, chance, (line) =>
      line.replace(/(: |- )([\w./:-]+)$/, (_, start, text) => `${start}${JSON.stringify(text)}`),
    ),
  (lines, chance) => changed(lines, chance, (line) => line.replace(/(: |- )([\w./:-]+)$/, "$1'$2'")),
  (lines, chance) => changed(lines, chance, (line) => line.replace(/(: |- )["']([^"']*)["']$/, '$1$2')),
  (lines, chance) => changed(lines, chance, (line) => `${line} # remark`),
  (lines, chance) => inserted(lines, chance.below(lines.length), (line) => `${/^ */.exec(line)[0]}# remark`),
  (lines, chance) => inserted(lines, chance.below(lines.length), () => chance.pick(['', '---', '...', '# a', '  '])),
  (lines, chance) =>
    inserted(lines, chance.below(lines.length), (line) => `${/^ */.exec(line)[0]}extra: ${chance.pick(SCALARS)}`),
  (lines, chance) => withoutBlock(lines, chance.below(lines.length)),
  (lines, chance) => withoutBlock(lines, chance.below(lines.length)),
  (lines, chance) => changed(lines, chance, (line) => line.replace(/^(\s*(?:- )?[\w-]+:) *\S.*$/, '$1')),
  (lines, chance) => changed(lines, chance, (line) => line.replace(/(: )(\S.*)$/, '$1&mark $2')),
  (lines, chance) => aliased(lines, chance),
  (lines, chance) => emptied(lines, chance.below(lines.length), chance.pick(['{}', '[]', 'null', '""'])),
  (lines, chance) => [chance.pick(['---', '--- # first', '%YAML 1.1\n---', '\ufeff---', '# head', '']), ...lines],
  (lines, chance) =>
    chance.oneIn(3) ? lines.map((line) => `${line}\r`) : [...lines, chance.pick(['---', '...', '# end', '\t'])],
  (lines) => asJson(lines),
  (lines) => asList(lines),
] // prettier-ignore

/** Changes one to three places of the files of a tree; `donors` are kustomizations whose fields may be put into others. */
export function mutated(tree, chance, donors) {
  const files = { ...tree.files }
  const paths = Object.keys(files)
  const kustomizations = paths.filter((path) => /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(path))
  for (let times = 1 + chance.below(3); times > 0; times--) {
    const path = chance.pick(chance.oneIn(2) ? kustomizations : paths)
    const change =
      kustomizations.includes(path) && !chance.oneIn(3) ? (text) => withField(text, chance, donors) : undefined
    files[path] = (change ?? ((text) => textChanged(text, chance)))(files[path])
  }
  return { ...tree, files }
}

function textChanged(text, chance) {
  const lines = text.split('\n')
  return lines.length < 2 ? text : chance.pick(TEXT)(lines, chance).join('\n')
}

function withField(text, chance, donors) {
  if (chance.oneIn(2) || donors.length === 0) return `${text.replace(/\n?$/, '\n')}${chance.pick(FIELDS)}\n`
  const fields = chance.pick(donors).split(/\n(?=[a-zA-Z])/)
  return `${text.replace(/\n?$/, '\n')}${chance.pick(fields)}\n`
}

const without = (lines, at) => lines.filter((_, index) => index !== at)
const inserted = (lines, at, make) => [...lines.slice(0, at), make(lines[at]), ...lines.slice(at)]
const swapped = (lines, at) => [...lines.slice(0, at), lines[at + 1], lines[at], ...lines.slice(at + 2)]

// A line that the change does not fit is left, and another one is tried.
function changed(lines, chance, change) {
  for (let tries = 0; tries < 20; tries++) {
    const at = chance.below(lines.length)
    const line = change(lines[at])
    if (line !== lines[at] && lines[at].trim() !== '') return lines.map((each, index) => (index === at ? line : each))
  }
  return lines
}

function blockEnd(lines, at) {
  let end = at + 1
  while (
    end < lines.length &&
    lines[end].trim() !== '' &&
    /^ */.exec(lines[end])[0].length > /^ */.exec(lines[at])[0].length
  )
    end++
  return end
}

const withoutBlock = (lines, at) => [...lines.slice(0, at), ...lines.slice(blockEnd(lines, at))]

function emptied(lines, at, value) {
  const key = /^(\s*(?:- )?[\w-]+:)/.exec(lines[at])
  return key === null ? lines : [...lines.slice(0, at), `${key[1]} ${value}`, ...lines.slice(blockEnd(lines, at))]
}

// A scalar becomes an anchor, and a later one of the same document its alias.
function aliased(lines, chance) {
  const scalar = (line) => /^(\s*(?:- )?[\w-]+: )([^\s&*|>#[{].*)$/.exec(line)
  const first = chance.below(lines.length)
  const second = lines.findIndex((line, at) => at > first && scalar(line) !== null && chance.oneIn(3))
  if (second < 0 || scalar(lines[first]) === null) return lines
  return lines.map((line, at) =>
    at === first ? line.replace(/: /, ': &same ') : at === second ? `${scalar(line)[1]}*same` : line,
  )
}

function asJson(lines) {
  const documents = parseAllDocuments(lines.join('\n'))
  if (documents.length !== 1 || documents[0].errors.length > 0) return lines
  return JSON.stringify(documents[0].toJS(), null, 1).split('\n')
}

function asList(lines) {
  const documents = parseAllDocuments(lines.join('\n'))
  if (documents.some((each) => each.errors.length > 0)) return lines
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents.map((each) => each.toJS()) }).split('\n')
}
