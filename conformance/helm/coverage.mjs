import { loadChart, renderChart } from '@slipway/chart'
import { directoryTree, nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { load } from '@slipway/yaml'
import { examplesOf } from './examples.mjs'
import { unreachable } from './reach.mjs'
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
export function generateSets(folder, { count = 20, seed = 1, milliseconds = 8000 }) {
  const chart = loadChart(directoryTree(folder), '', { unpack: nodeUnpack })
  const scan = scanTemplates(chart)
  const random = randomOf(seed)
  const covered = new Set()
  const kept = []
  const bases = []
  const own = (key) => scan.actions.has(key)
  const attempt = (set) => {
    visited = new Set()
    const isGood = tryRender(chart, set)
    const fresh = [...visited].filter((key) => own(key) && !covered.has(key))
    if (fresh.length === 0) return isGood
    for (const key of fresh) covered.add(key)
    kept.push({ set, reached: [...visited].filter(own) })
    // What fails is no ground to build on.
    if (isGood) bases.push(set)
    return isGood
  }
  attempt({ values: {}, flags: [] })
  kept.length = 0
  for (const values of examplesOf(folder)) attempt({ values, flags: [] })
  const defaults = valuesOf(folder)
  const paths = pathsOf(defaults, scan)
  const change = mutator({ random, paths, scan })
  const aim = aimer({ random, scan, covered, change, paths })
  for (const kind of ['switches', 'texts', 'items']) attempt(everything(paths, scan, kind))
  const spent = () => process.cpuUsage().user / 1000
  const end = spent() + milliseconds
  for (let round = 0; spent() < end && covered.size < scan.actions.size; round++) {
    const base = random(4) === 0 ? EMPTY : (bases[random(bases.length)] ?? EMPTY)
    attempt(round % 4 === 3 ? change(base, 1 + random(12)) : aim(base))
  }
  const sets = fewest(kept, Math.min(covered.size, Math.ceil(0.91 * scan.actions.size)))
  for (let tries = 0; sets.length < count && tries < 20 * count; tries++) {
    const set = change(bases[random(bases.length)] ?? EMPTY, 1 + random(6))
    if (tryRender(chart, set) || tries > 10 * count) sets.push(set)
  }
  const reached = new Set(kept.filter(({ set }) => sets.includes(set)).flatMap((each) => each.reached))
  const missed = [...scan.actions.keys()].filter((key) => !reached.has(key))
  const unreachable = scan.unreachable.size
  return { sets, actions: scan.actions.size, covered: reached.size, missed, unreachable }
}

/** As few of the sets as reach that many actions, those that reach most first. */
function fewest(kept, wanted) {
  const left = [...kept]
  const reached = new Set()
  const sets = []
  const gain = ({ reached: keys }) => keys.reduce((count, key) => count + (reached.has(key) ? 0 : 1), 0)
  while (reached.size < wanted && left.length > 0) {
    const best = left.reduce((a, b) => (gain(b) > gain(a) ? b : a))
    left.splice(left.indexOf(best), 1)
    for (const key of best.reached) reached.add(key)
    sets.push(best.set)
  }
  return sets
}

function tryRender(chart, { values, flags }) {
  try {
    renderChart({
      chart,
      ...optionsOf(flags),
      values: [{ kind: 'object', label: 'generated', value: values }],
      environment,
      skipSchema: true,
    })
    return true
  } catch {
    return false
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
  found.unreachable = unreachable(own, [...own, ...chart.dependencies.flatMap((each) => allTrees(each, set))])
  for (const key of found.unreachable) found.actions.delete(key)
  return found
}

function treesOf(chart, set) {
  return chart.templates.flatMap((file) => set.parseTrees(`${chart.fullPath}/${file.name}`, textOf(file)))
}

function allTrees(chart, set) {
  return [...treesOf(chart, set), ...chart.dependencies.flatMap((each) => allTrees(each, set))]
}

function scanNode(node, found, at = { dot: undefined, conditions: [] }) {
  if (node === undefined || node === null || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach((each) => scanNode(each, found, at))
  const { kind } = node
  if (kind === 'action' || kind === 'if' || kind === 'with' || kind === 'range') found.actions.set(keyOf(node.pipe), at)
  if (kind === 'template') found.actions.set(keyOf(node), at)
  if (kind === 'if' || kind === 'with' || kind === 'range') return scanBranch(node, found, at)
  if (kind === 'string' && node.text.length < 60) found.words.add(node.text)
  if (kind === 'field' || kind === 'variable') scanFields(node, found)
  if (kind === 'command') scanCommand(node, found)
  for (const key of ['nodes', 'pipe', 'cmds', 'args', 'decl', 'node']) scanNode(node[key], found, at)
}

/** What stands in a branch is reached when its condition holds, or does not. */
function scanBranch(node, found, at) {
  scanNode(node.pipe, found, at)
  const condition = { kind: node.kind, paths: [], words: [], versions: [] }
  readCondition(node.pipe, condition, at.dot)
  const dot = node.kind === 'with' ? (condition.paths[0] ?? at.dot) : node.kind === 'range' ? undefined : at.dot
  scanNode(node.list, found, { dot, conditions: [...at.conditions, { ...condition, holds: true }] })
  scanNode(node.elseList, found, { dot: at.dot, conditions: [...at.conditions, { ...condition, holds: false }] })
}

function readCondition(node, into, dot) {
  if (node === undefined || node === null || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach((each) => readCondition(each, into, dot))
  if (node.kind === 'string') into.words.push(node.text)
  if (
    node.kind === 'command' &&
    ['field', 'variable'].includes(node.args[0]?.kind) &&
    node.args[0].ident.at(-1) === 'Has'
  )
    into.versions.push(...node.args.slice(1).flatMap((each) => (each.kind === 'string' ? [each.text] : [])))
  if (node.kind === 'field' || node.kind === 'variable') {
    const names = node.kind === 'variable' ? node.ident.slice(1) : node.ident
    const from = names.indexOf('Values')
    if (from >= 0) into.paths.push(names.slice(from + 1))
    else if (node.kind === 'field' && dot !== undefined) into.paths.push([...dot, ...names])
  }
  for (const key of ['cmds', 'args', 'node']) readCondition(node[key], into, dot)
}

/** Changes what the conditions around an action that was not reached yet look at. */
function aimer({ random, scan, covered, change, paths }) {
  const defaults = new Map(paths.map(({ keys, value }) => [keys.join('\u0000'), value]))
  const missing = () => {
    const left = [...scan.actions].filter(([key]) => !covered.has(key))
    return left[random(left.length)]?.[1].conditions ?? []
  }
  return (base) => {
    let { values, flags } = random(3) === 0 ? change(base, 1 + random(3)) : structuredClone(base)
    for (const { kind, paths: read, words, versions, holds } of missing()) {
      for (const each of versions) if (holds) flags = [...flags, '--api-versions', each]
      for (const keys of read) {
        if (keys.length === 0 || random(8) === 0) continue
        const given = defaults.get(keys.join('\u0000'))
        put(
          values,
          keys,
          holds === random(6) > 0 ? truthy({ kind, given, words, random, scan }) : falsy(given, words, random),
        )
      }
    }
    return { values, flags }
  }
}

function truthy({ kind, given, words, random, scan }) {
  if (words.length > 0 && random(4) > 0) return words[random(words.length)]
  if (kind === 'range' || Array.isArray(given))
    return random(3) === 0 ? { first: itemOf(scan, random) } : [random(3) === 0 ? 'a' : itemOf(scan, random)]
  if (typeof given === 'boolean') return true
  if (typeof given === 'number') return 8443
  if (typeof given === 'string') return given === '' ? 'text' : given
  if (typeof given === 'object' && given !== null) return isEmptyMap(given) ? { key: 'value' } : given
  return [true, 'text', 8080, { key: 'value' }, [itemOf(scan, random)], itemOf(scan, random)][random(6)]
}

function falsy(given, words, random) {
  if (typeof given === 'boolean') return false
  if (typeof given === 'number') return 0
  if (Array.isArray(given)) return []
  if (words.length > 0 && random(2) === 0) return 'other'
  return [null, '', false][random(3)]
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

/** Paths of the defaults and of what templates read, with what stands there. */
function pathsOf(defaults, scan) {
  const paths = new Map()
  const walk = (value, keys) => {
    if (keys.length > 0) paths.set(keys.join('\u0000'), value)
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && keys.length < 8) {
      for (const [key, item] of Object.entries(value)) walk(item, [...keys, key])
    }
  }
  walk(defaults, [])
  for (const path of scan.reads) if (!paths.has(path)) paths.set(path, undefined)
  return [...paths].map(([path, value]) => ({ keys: path.split('\u0000'), value }))
}

const EMPTY = { values: {}, flags: [] }

/** Every switch turned on; everything empty filled with texts, or with what templates read from items. */
function everything(paths, scan, kind) {
  const values = {}
  for (const { keys, value } of paths) {
    if (value === false) put(values, keys, true)
    else if (kind === 'switches') continue
    else if (Array.isArray(value) && value.length === 0)
      put(values, keys, [kind === 'texts' ? 'text' : itemOf(scan, () => 0)])
    else if (isEmptyMap(value)) put(values, keys, { key: 'value' })
  }
  return { values, flags: [...scan.versions].flatMap((each) => ['--api-versions', each]) }
}

const isEmptyMap = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0

/** An item of a list with the fields that templates read from such. */
function itemOf(scan, random) {
  const item = { name: 'item' }
  for (const [field, inner] of scan.fields) {
    if (random(3) === 0)
      item[field] =
        inner.size === 0 ? simple(random) : Object.fromEntries([...inner].map((name) => [name, simple(random)]))
  }
  return item
}

const SIMPLE = ['x', '/a', 'example.org', 80, true, ['y'], { k: 'v' }, [{ name: 'n' }], '']
const simple = (random) => SIMPLE[random(SIMPLE.length)]
const KUBE = ['1.16.0', '1.19.3', '1.21.0', '1.25.4', '1.30.1']

function mutator({ random, paths, scan }) {
  const words = [...scan.words]
  const versions = [...scan.versions]
  const anything = () => {
    const all = [
      () => words[random(words.length)] ?? 'a',
      () => simple(random),
      () => itemOf(scan, random),
      () => [itemOf(scan, random)],
      () => ({ first: itemOf(scan, random) }),
      () => true,
      () => false,
      () => random(9000),
      () => '{{ .Release.Name }}-t',
      () => null,
    ]
    return all[random(all.length)]()
  }
  const changed = (value) => {
    if (random(8) === 0) return anything()
    if (typeof value === 'boolean') return !value
    if (typeof value === 'number') return [0, value + 1, 8443][random(3)]
    if (typeof value === 'string' && value !== '')
      return [words[random(words.length)] ?? 'a', '', `${value}-x`, words[random(words.length)] ?? 'b'][random(4)]
    if (Array.isArray(value))
      return [['a', 'b'], [itemOf(scan, random)], [], [itemOf(scan, random), itemOf(scan, random)]][random(4)]
    if (typeof value === 'object' && value !== null)
      return [{ key: 'value', 'a.b/c': '1' }, { first: itemOf(scan, random) }, itemOf(scan, random)][random(3)]
    return anything()
  }
  return (base, times) => {
    const values = structuredClone(base.values)
    let flags = [...base.flags]
    for (let count = 0; count < times && paths.length > 0; count++) {
      const { keys, value } = paths[random(paths.length)]
      if (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length > 0 &&
        random(10) > 0
      ) {
        count--
        if (random(30) === 0) break
        continue
      }
      put(values, keys, changed(value))
    }
    if (versions.length > 0 && random(4) === 0) flags = [...flags, '--api-versions', versions[random(versions.length)]]
    if (random(8) === 0 && !flags.includes('--kube-version'))
      flags = [...flags, '--kube-version', KUBE[random(KUBE.length)]]
    if (random(15) === 0 && !flags.includes('--is-upgrade')) flags = [...flags, '--is-upgrade']
    return { values, flags }
  }
}

function put(values, keys, value) {
  let at = values
  for (const key of keys.slice(0, -1)) {
    if (typeof at[key] !== 'object' || at[key] === null || Array.isArray(at[key])) at[key] = {}
    at = at[key]
  }
  at[keys.at(-1)] = structuredClone(value)
}
