// Compares replacements into YAML texts inside of scalars, with comments, anchors and aliases in every place, with kustomize's library:
// node conformance/kustomize/texts.mjs [texts] [seed]
import { commented } from '../yaml/commented.mjs'
import { randomFrom } from '../yaml/generate.mjs'
import { compareAnswers, firstDifference, sameClass } from './compare.mjs'
import { memoryTree } from './memory.mjs'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, loadPackage, loadYaml } from './ours.mjs'

const SOURCES = ['data.x', 'data.n', 'data.x', 'data.m', 'data.l', 'data.q', 'data.long', 'metadata.name']
const SOURCE = `apiVersion: v1
kind: ConfigMap
metadata: {name: s}
data:
  x: new
  n: "12"
  q: 'it''s'
  long: |
    two
    lines
  m:
    k: v
    l: [1, "2"]
  l:
  - one
  - k: {}
`

const texts = Number(process.argv[2] ?? 2000)
const seed = Number(process.argv[3] ?? 1)
const library = await loadPackage()
const yaml = await loadYaml()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const random = randomFrom(seed)
const counts = { rewritten: 0 }
const shown = []
for (let done = 0; done < texts; done += 50) await Promise.all(Array.from({ length: 50 }, () => judge(tree())))
oracle.stop()
console.log(JSON.stringify({ seed, texts, ...counts }))
for (const each of shown.slice(0, Number(process.env.SHOW ?? 5))) console.log(each)
process.exitCode = (counts.differs ?? 0) + (counts.objects ?? 0) + (counts['one fails'] ?? 0) === 0 ? 0 : 1

function tree() {
  const text = random.below(12) === 0 ? asJson() : commented(random).replace(/\p{Surrogate}/gu, '?')
  const options = {
    ...(random.below(3) === 0 ? { create: true } : {}),
    ...(random.below(6) === 0 ? { delimiter: random.pick(['-', ' ', '/']), index: random.below(3) - 1 } : {}),
  }
  // The real tool looks for ever for an element that it created and that does not match.
  const way = path(text)
  if (way.includes('[')) delete options.create
  const entry = {
    source: { kind: 'ConfigMap', name: 's', fieldPath: random.pick(SOURCES) },
    targets: [{ select: { kind: 'ConfigMap', name: 'a' }, fieldPaths: [`data.t.${way}`], options }],
  }
  const goal = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { t: text } }
  return {
    'kustomization.yaml': JSON.stringify({ resources: ['s.yaml', 'a.yaml'], replacements: [entry] }),
    's.yaml': random.below(5) === 0 ? dressed() : SOURCE,
    'a.yaml': JSON.stringify(goal),
  }
}

// The same with comments or tags here and there; some of the values that have them are refused.
function dressed() {
  const odd = [' # c', '\n    # c', '\n# c', '\n\n  # c']
  return SOURCE.replace(/\n/g, (end) => (random.below(6) === 0 ? random.pick(odd) : '') + end).replace(
    /(?<=: |- )(?=[\w"'[])/g,
    () => (random.below(12) === 0 ? random.pick(['!!str ', '&a ']) : ''),
  )
}

// Mostly to a place that is there.
function path(text) {
  let node = quietly(text)
  const parts = []
  for (let depth = 0; depth < 5 && node !== undefined; depth++) {
    const [part, next] = step(node)
    if (part === undefined || (depth > 0 && random.below(4) === 0)) break
    parts.push(part)
    node = next
  }
  if (parts.length === 0 || random.below(12) === 0)
    parts.push(random.pick(['new', 'a', '0', '*', '[name=x]', '<<', '-']))
  return parts.map((part) => part.replaceAll('.', '\\.')).join('.')
}

function quietly(text) {
  try {
    return yaml.parseFirst(text, { dialect: 'kyaml' })
  } catch {
    return undefined
  }
}

function step(node) {
  if (node.kind === 'alias') return random.below(3) === 0 ? step(node.target) : []
  if (node.kind === 'map' && node.entries.length > 0) {
    const { key, value } = random.pick(node.entries)
    return key.kind === 'scalar' ? [key.value, value] : key.kind === 'alias' ? [key.name, value] : []
  }
  if (node.kind !== 'seq' || node.items.length === 0) return []
  const at = random.below(node.items.length)
  const item = node.items[at]
  const roll = random.below(6)
  if (roll === 0) return ['*', item]
  if (item.kind === 'scalar' && roll < 3)
    return [`[=${item.value.replaceAll(/[^a-z0-9 ]/gi, '')}${random.pick(['', '$'])}]`, item]
  if (item.kind !== 'map' || roll > 2) return [String(at), item]
  const [name, value] = step(item)
  return value?.kind === 'scalar'
    ? [`[${name}=${random.pick(['', '^'])}${value.value}${random.pick(['', '$'])}]`, item]
    : [String(at), item]
}

function asJson() {
  const value = { a: { b: 'x', c: [1, 2.5, 'y'], n: null }, list: [{ name: 'x', v: 1 }], big: 1e21, t: '<&>' }
  const text = JSON.stringify(value, undefined, random.pick([0, 2]))
  return random.below(2) === 0
    ? text
    : text.replace('"a": ', '# c\n "a": &x ').replace('"list":', '\n"al": *x,\n"list":')
}

async function judge(files) {
  const answer = await oracle.ask({ files, target: '' })
  const real = answer.error === undefined ? { ok: true, text: answer.text } : { ok: false, message: answer.error }
  const ours = buildOurs(library, memoryTree(files), '')
  const verdict = compareAnswers(real, ours)
  if (/which (?:are|is) not kept here/.test(ours.message)) {
    counts.refused = (counts.refused ?? 0) + 1
    return
  }
  counts[verdict] = (counts[verdict] ?? 0) + 1
  if (real.ok) counts.rewritten++
  if (verdict === 'both fail') {
    if (sameClass(real.message, ours.message)) return
    counts['other error'] = (counts['other error'] ?? 0) + 1
    shown.push(`other error\n${JSON.stringify(files)}\n  real: ${real.message}\n  ours: ${ours.message}`)
  } else if (verdict === 'one fails')
    shown.push(
      `one fails\n${JSON.stringify(files, undefined, 1)}\n  real: ${real.message ?? 'builds'}\n  ours: ${ours.message ?? 'builds'}`,
    )
  else if (verdict === 'differs' || verdict === 'objects')
    shown.push(`${verdict}\n${JSON.stringify(files)}\n${firstDifference(real.text, ours.text)}`)
}
