// Compares @slipway/yaml with sigs.k8s.io/yaml and go-yaml v3: node conformance/yaml/fuzz.mjs [cases] [seed] [comments]
// With `comments` all texts have many of them, and all are read into nodes and written again.
import { buildSync } from 'esbuild'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goJson } from './canonical.mjs'
import { commented } from './commented.mjs'
import { document, randomFrom, soup, value } from './generate.mjs'
import { buildOracle, startOracle } from './oracle.mjs'

const cases = Number(process.argv[2] ?? 20_000)
const seed = Number(process.argv[3] ?? 1)
const only = process.argv[4]
const yaml = await loadPackage()
const oracle = startOracle(process.env.YAML_ORACLE ?? buildOracle())
const random = randomFrom(seed)
const DUMPS = ['dump-sigs', 'dump-sigs', 'dump-kyaml', 'dump-indented']
const counts = { same: 0, bothFail: 0, unstable: 0, differ: 0 }
const asked = {}
const differing = {}
const shown = []

for (let done = 0; done < cases; ) {
  const requests = Array.from({ length: Math.min(500, cases - done) }, () => makeRequest())
  const answers = await oracle.ask(requests)
  for (const [at, request] of requests.entries()) await judge(request, answers[at])
  done += requests.length
}
oracle.stop()
console.log(JSON.stringify({ seed, cases, ...counts, asked, differing }))
for (const each of shown) console.log(each)
process.exitCode = counts.differ === 0 ? 0 : 1

function makeRequest() {
  if (only === 'comments') return { op: 'nodes-kyaml', text: anyCommented() }
  const roll = random.below(11)
  if (roll === 10) return { op: 'nodes-kyaml', text: commented(random) }
  if (roll < 4) return { op: DUMPS[roll], text: goJson(value(random)) }
  const text = (random.below(2) === 0 ? soup(random) : document(random)).replace(/\p{Surrogate}/gu, '?')
  if (roll < 7) return { op: 'load-sigs', text }
  return { op: 'load-kyaml', text }
}

function anyCommented() {
  const roll = random.below(8)
  const text = roll === 0 ? soup(random) : roll === 1 ? document(random) : damaged(commented(random))
  return (roll === 2 ? spread(text) : text).replace(/\p{Surrogate}/gu, '?')
}

// With comments at the ends of lines and between them, and with what go-yaml looks at by bytes.
function spread(text) {
  const odd = [
    ' # s',
    '\n# s',
    '\n  # s',
    '\n\n#s',
    ' # s\u0085# t',
    '\u2028#s',
    `${' '.repeat(510)}# s`,
    '\n'.repeat(513) + '# s',
    '\r#s',
  ]
  return text.replace(/\n/g, (end) => (random.below(4) === 0 ? random.pick(odd) : '') + end)
}

function damaged(text) {
  if (random.below(6) > 0) return text
  const at = random.below(text.length + 1)
  const part = random.pick(['\n', ' ', '#', '  ', '-', ': ', '# x\n', ' # y', ''])
  return text.slice(0, at) + part + text.slice(at + random.below(3))
}

async function judge(request, answer) {
  const ours = answerOf(request)
  asked[request.op] = (asked[request.op] ?? 0) + 1
  const bothFail = answer.error !== undefined && ours.error !== undefined
  const same = comparable(ours.error) === comparable(answer.error) && decoded(ours.out) === decoded(answer.out)
  if (same && bothFail) counts.bothFail++
  if (same) counts.same++
  else if (await isUnstable(request, answer)) counts.unstable++
  else {
    counts.differ++
    differing[request.op] = (differing[request.op] ?? 0) + 1
    if (shown.length < Number(process.env.SHOW ?? 12))
      shown.push(JSON.stringify({ request, go: answer, ours }, null, 1))
  }
}

// Go escapes the character when it stands for a byte that is no UTF-8, and writes it as it is when it stood in the text.
function decoded(text) {
  return text.replaceAll('\\ufffd', '\ufffd')
}

// go-yaml's order of keys is not transitive (0072-1, 0x1, 1e' form a circle): then its output follows the order of a Go map.
async function isUnstable(request, answer) {
  const again = await oracle.ask(Array.from({ length: 16 }, () => request))
  return again.some((each) => each.out !== answer.out || each.error !== answer.error)
}

// The value that this message quotes is printed in the order of a Go map of mixed keys, which differs from run to run.
function comparable(message) {
  return message?.replace(/^(unsupported map key.*?), value: .*$/s, '$1')
}

function answerOf({ op, text }) {
  try {
    return { out: run(op, text) }
  } catch (error) {
    if (!(error instanceof yaml.YamlError)) return { out: '', error: `CRASH ${error.stack}` }
    return { out: '', error: error.message }
  }
}

function run(op, text) {
  if (op === 'nodes-kyaml') {
    const document = yaml.parseCommented(text)
    return document === undefined ? '' : yaml.printDocument(document)
  }
  const dialect = op.endsWith('sigs') ? 'sigs' : 'kyaml'
  if (op.startsWith('dump')) return yaml.dump(JSON.parse(text), { dialect, indentLists: op === 'dump-indented' })
  const node = yaml.parseFirst(text, { dialect })
  return goJson(node === undefined ? null : yaml.toValue(node, { dialect }))
}

async function loadPackage() {
  const outfile = join(mkdtempSync(join(tmpdir(), 'slipway-yaml-')), 'yaml.mjs')
  const entry = fileURLToPath(new URL('../../packages/yaml/src/index.ts', import.meta.url))
  buildSync({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    outfile,
    logLevel: 'error',
  })
  return import(outfile)
}
