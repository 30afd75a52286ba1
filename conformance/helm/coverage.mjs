import { loadChart, renderChart } from '@slipway/chart'
import { directoryTree, nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { load } from '@slipway/yaml'
import { aimer } from './aim.mjs'
import { chainsOf } from './chains.mjs'
import { examplesOf } from './examples.mjs'
import { unreachable } from './reach.mjs'
import { EMPTY, everything, mutator, pathsOf } from './sets.mjs'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Frame } from '../../packages/gotemplate/src/exec/frame.ts'
import { TemplateSet } from '../../packages/gotemplate/src/template.ts'
import { helmFunctions } from '../../packages/chart/src/functions/index.ts'
import { textOf } from '../../packages/chart/src/render/templates.ts'

const keys = new Map()
const { crypto } = nodeEnvironment({ timeZone: 'UTC' })
// Keys are made once: what they are makes no difference to which actions are reached.
const generateKey = (kind, bits) => {
  const name = `${kind}${bits}`
  if (!keys.has(name)) keys.set(name, crypto.generateKey(kind, bits))
  return keys.get(name)
}
const environment = nodeEnvironment({ timeZone: 'UTC', crypto: { ...crypto, generateKey } })
let visited = new Set()

// The bundle leaves out fields without a value, so that this sees what every run is about to evaluate.
Object.defineProperty(Frame.prototype, 'node', {
  get() {
    return this.currentNode
  },
  set(node) {
    this.currentNode = node
    if (node !== undefined && (node.kind === 'pipe' || node.kind === 'template')) visited.add(keyOf(node))
  },
})

const keyOf = (node) => `${node.tree.parseName}:${node.pos}`

/** A repeatable source of numbers below a bound. */
export function randomOf(seed) {
  let state = seed >>> 0 || 1
  return (bound) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}

/**
 * Sets of values and flags for a chart that together execute as many of its actions as can be reached: `count` at least, more when they add something.
 * What it gives: `sets` of `{ values, flags }`, and how many of the `actions` of the chart's own templates were `covered`.
 */
export function generateSets(folder, { count = 20, seed = 1, milliseconds = 60_000 }) {
  const chart = chartIn(folder)
  const scan = scanTemplates(chart)
  const random = randomOf(seed)
  const covered = new Set()
  // Reached by a set that renders: what was printed is compared, too.
  const printed = new Set()
  const kept = []
  const bases = []
  const reachedBy = new Map()
  const own = (key) => scan.actions.has(key)
  const attempt = (set) => {
    visited = new Set()
    const runs = tryRender(chart, set, false)
    const reached = [...visited].filter(own)
    const isNews = reached.some((key) => !covered.has(key) || (runs && !printed.has(key)))
    const isGood = runs && (!isNews || tryRender(chart, set, true))
    for (const key of visited) remember(reachedBy, key, set, isGood)
    if (!isNews || (!isGood && reached.every((key) => covered.has(key)))) return isGood
    for (const key of reached) covered.add(key)
    kept.push({ set, reached, isGood })
    if (!isGood) return false
    for (const key of reached) printed.add(key)
    // What fails is no ground to build on.
    bases.push(set)
    return true
  }
  attempt({ values: {}, flags: [] })
  for (const values of examplesOf(folder)) attempt({ values, flags: [] })
  const defaults = valuesOf(folder)
  const paths = pathsOf(defaults, scan)
  const change = mutator({ random, paths, scan })
  const aim = aimer({ random, scan, covered: printed, change, paths, reachedBy })
  for (const kind of ['switches', 'texts', 'items']) attempt(everything(paths, scan, kind))
  const spent = () => process.cpuUsage().user / 1000
  const end = spent() + milliseconds
  for (let round = 0; spent() < end && printed.size < ENOUGH_SHARE * scan.actions.size; round++) {
    const base = random(4) === 0 ? EMPTY : (bases[random(bases.length)] ?? EMPTY)
    attempt(round % 8 === 7 ? change(base, 1 + random(12)) : aim(base))
  }
  const sets = fewest(kept, Math.min(covered.size, Math.ceil(0.91 * scan.actions.size)))
  for (let tries = 0; sets.length < count && tries < 20 * count; tries++) {
    const set = change(bases[random(bases.length)] ?? EMPTY, 1 + random(6))
    if (tryRender(chart, set, true) || tries > 10 * count) sets.push(set)
  }
  const reached = new Set(kept.filter(({ set }) => sets.includes(set)).flatMap((each) => each.reached))
  const missed = [...scan.actions].filter(([key]) => !reached.has(key)).map(([, node]) => placeOf(node))
  const unreachable = scan.unreachable.size
  const { size: actions } = scan.actions
  const checked = passSchemas(chart, sets)
  return { sets: checked, actions, covered: reached.size, printed: printed.size, missed, unreachable }
}

/** Where a schema refuses a set, no template would run: such a set goes without schemas, but for some, whose refusal is compared. */
export function passSchemas(chart, sets) {
  return sets.map((set, at) => {
    if (at % 5 === 4 || failureOf(chart, set, { onOutputs: stopHere })?.code !== 'CHART_SCHEMA') return set
    return { ...set, flags: [...set.flags, '--skip-schema-validation'] }
  })
}

const chartIn = (folder) => loadChart(directoryTree(folder), '', { unpack: nodeUnpack })

/** Where an action is, and how it begins. */
function placeOf({ kind, pos, tree }) {
  const before = tree.text.slice(0, pos).split('\n')
  const rest = tree.text.slice(pos, pos + 90).split('\n')[0]
  return `${tree.parseName}:${before.length} ${kind} ${before.at(-1).trim()}${rest}`
}

/** As few of the sets as reach that many actions, those that render and reach most first. */
function fewest(kept, wanted) {
  const left = [...kept]
  const reached = new Set()
  const sets = []
  const gain = ({ reached: keys, isGood }) =>
    keys.reduce((count, key) => count + (reached.has(key) ? 0 : 1), 0) * (isGood ? 1 : 0.001)
  while (reached.size < wanted && left.length > 0) {
    const best = left.reduce((a, b) => (gain(b) > gain(a) ? b : a))
    left.splice(left.indexOf(best), 1)
    for (const key of best.reached) reached.add(key)
    sets.push(best.set)
  }
  return sets
}

// Of the actions: the rest takes long, and a few can be reached by no values at all.
const ENOUGH_SHARE = 0.93
const ENOUGH = new Error('the templates have run')
const stopHere = () => {
  throw ENOUGH
}

/** Whether the templates run to their end; that what they print can be read takes longer than to run them, and is looked at where `isWhole`. */
function tryRender(chart, set, isWhole) {
  const failure = failureOf(chart, set, { skipSchema: true, ...(isWhole ? {} : { onOutputs: stopHere }) })
  return failure === undefined || failure === ENOUGH
}

function failureOf(chart, { values, flags }, options) {
  try {
    const sources = [{ kind: 'object', label: 'generated', value: values }]
    renderChart({ chart, ...optionsOf(flags), values: sources, environment, ...options })
    return undefined
  } catch (error) {
    return error
  }
}

/** What renderChart calls the flags. */
export function optionsOf(flags) {
  const after = (name) => flags.flatMap((flag, at) => (flag === name ? [flags[at + 1]] : []))
  const [kubeVersion = '1.37.0'] = after('--kube-version')
  return {
    release: { name: 'rel', namespace: 'default', isUpgrade: flags.includes('--is-upgrade') },
    capabilities: { kubeVersion, extraApiVersions: after('--api-versions') },
  }
}

function valuesOf(folder) {
  try {
    return load(readFileSync(join(folder, 'values.yaml'), 'utf8'), { dialect: 'sigs' }) ?? {}
  } catch {
    return {}
  }
}

/** Actions, words that values are compared with, names of fields, and API versions that templates ask for. */
function scanTemplates(chart) {
  const found = { actions: new Map(), words: new Set(), fields: new Map(), reads: new Set(), versions: new Set() }
  const set = new TemplateSet({ functions: helmFunctions(environment) })
  const own = treesOf(chart, set)
  for (const tree of own) scanNode(tree.root, found)
  const all = [...own, ...chart.dependencies.flatMap((each) => allTrees(each, set))]
  found.unreachable = unreachable(own, all)
  found.chains = chainsOf(own.filter(isPrinted), all, keyOf)
  for (const key of found.unreachable) found.actions.delete(key)
  return found
}

/** What a file prints, unless it is a partial. */
const isPrinted = (tree) => tree.name === tree.parseName && !/\/_[^/]*$/.test(tree.name)

function treesOf(chart, set) {
  return chart.templates.flatMap((file) => set.parseTrees(`${chart.fullPath}/${file.name}`, textOf(file)))
}

function allTrees(chart, set) {
  return [...treesOf(chart, set), ...chart.dependencies.flatMap((each) => allTrees(each, set))]
}

function scanNode(node, found) {
  if (node === undefined || node === null || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach((each) => scanNode(each, found))
  const { kind } = node
  if (kind === 'action' || kind === 'if' || kind === 'with' || kind === 'range')
    found.actions.set(keyOf(node.pipe), node)
  if (kind === 'template') found.actions.set(keyOf(node), node)
  if (kind === 'string' && node.text.length < 60) found.words.add(node.text)
  if (kind === 'field' || kind === 'variable') scanFields(node, found)
  if (kind === 'command') scanCommand(node, found)
  for (const key of ['nodes', 'pipe', 'cmds', 'args', 'decl', 'node', 'list', 'elseList']) scanNode(node[key], found)
}

/** Keeps a few sets that reach an action, those that render first. */
function remember(reachedBy, key, set, isGood) {
  const known = reachedBy.get(key) ?? { good: [], bad: [] }
  reachedBy.set(key, known)
  const list = isGood ? known.good : known.bad
  if (list.length < 4) list.push(set)
}

function scanFields({ kind, ident }, found) {
  const names = kind === 'variable' ? ident.slice(1) : ident
  const at = names.indexOf('Values')
  if (at >= 0 && names.length > at + 1) found.reads.add(names.slice(at + 1).join('\u0000'))
  else if (names.length > 0 && !/^[A-Z]/.test(names[0])) {
    const inner = found.fields.get(names[0]) ?? new Set()
    if (names.length > 1) inner.add(names[1])
    found.fields.set(names[0], inner)
  }
}

function scanCommand({ args }, found) {
  const [first, second] = args
  if (
    (first?.kind === 'field' || first?.kind === 'variable') &&
    first.ident.at(-1) === 'Has' &&
    second?.kind === 'string'
  ) {
    found.versions.add(second.text)
  }
}
