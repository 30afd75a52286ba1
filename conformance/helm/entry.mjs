import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChartError, demandDependencies, loadChart, manifestObjects, renderChart, valuesReport } from '@slipway/chart'
import { directoryTree, nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { load, parseAll, toValue } from '@slipway/yaml'

const environment = nodeEnvironment({ timeZone: 'UTC' })

const charts = new Map()

/** What `helm template rel . ARGS` prints in a chart's folder, or its error. */
export function template(folder, args) {
  try {
    const compat = process.env.COMPAT ?? 'helm4'
    const chart = charts.get(folder) ?? loadChart(directoryTree(folder), '', { unpack: nodeUnpack, compat })
    charts.set(folder, chart)
    const { type } = chart.metadata
    if (type !== '' && type !== 'application') return { error: `${type} charts are not installable` }
    demandDependencies(chart, compat)
    const track = process.env.TRACK === '1'
    return {
      output: printed(renderChart({ chart, values: valuesOf(args), ...optionsOf(args), environment, track, compat })),
    }
  } catch (error) {
    if (error instanceof ChartError) return { error: error.message }
    return { error: `defect: ${error instanceof Error ? error.stack : String(error)}` }
  }
}

function optionsOf(args) {
  const after = (name) => args.flatMap((arg, at) => (arg === name ? [args[at + 1]] : []))
  const kubeVersion = after('--kube-version').at(-1) ?? process.env.KUBE ?? '1.37.0'
  return {
    release: { name: 'rel', namespace: 'default', isUpgrade: args.includes('--is-upgrade') },
    capabilities: { kubeVersion, extraApiVersions: after('--api-versions') },
    skipSchema: args.includes('--skip-schema-validation'),
  }
}

function valuesOf(args) {
  const inputs = []
  for (let at = 0; at < args.length; at += 2) {
    if (args[at] === '-f') inputs.push({ kind: 'file', file: args[at + 1], text: readFileSync(args[at + 1], 'utf8') })
    else if (args[at] === '--is-upgrade' || args[at] === '--skip-schema-validation') at--
    else if (args[at].startsWith('--set')) inputs.push({ kind: args[at].slice(2), argument: args[at + 1] })
  }
  return inputs
}

function printed({ manifests, hooks }) {
  const text = (each) => `---\n# Source: ${each.source}\n${each.text}\n`
  return `${manifests.map(text).join('').trim()}\n${hooks.map(text).join('')}`
}

/** Whether two streams hold the same objects in the same order. */
export function sameObjects(left, right) {
  try {
    return canonical(left) === canonical(right)
  } catch {
    return false
  }
}

/** The same, but for what differs between the `runs` of one and the same command: such paths may hold anything. */
export function sameWhereStable(runs, mine) {
  try {
    return matches(runs.map(documentsOf), documentsOf(mine))
  } catch {
    return false
  }
}

function matches(values, mine) {
  const [first, ...others] = values
  if (typeof first !== 'object' || first === null || others.some((each) => typeof each !== 'object' || each === null))
    return others.some((each) => each !== first) || first === mine
  if (typeof mine !== 'object' || mine === null || Array.isArray(mine) !== Array.isArray(first)) return false
  const keys = Object.keys(first).sort()
  const names = keys.join('\u0000')
  if (others.some((each) => Object.keys(each).sort().join('\u0000') !== names)) return true
  return (
    Object.keys(mine).sort().join('\u0000') === names &&
    keys.every((key) =>
      matches(
        values.map((each) => each[key]),
        mine[key],
      ),
    )
  )
}

function documentsOf(text) {
  return parseAll(text, { dialect: 'sigs' }).map((node) => toValue(node, { dialect: 'sigs' }))
}

function canonical(text) {
  const documents = parseAll(text, { dialect: 'sigs' }).map((node) => sorted(toValue(node, { dialect: 'sigs' })))
  return JSON.stringify(documents, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}

/** Argument lists that turn over some of a chart's scalars each: booleans flipped, texts and numbers changed, maps filled. */
export function variations(folder, count) {
  if (count === 0) return []
  const paths = []
  try {
    walk(load(readFileSync(join(folder, 'values.yaml'), 'utf8'), { dialect: 'sigs' }), '', paths)
  } catch {
    return []
  }
  return Array.from({ length: count }, (_, set) => {
    const chosen = paths.filter((_each, index) => hash(`${set}:${index}`) % (set % 3 === 0 ? 3 : 12) === 0)
    return chosen.flatMap(([path, value]) => [
      '--set-json',
      `${path}=${JSON.stringify(changed(value, hash(path) + set))}`,
    ])
  }).filter((args) => args.length > 0)
}

function walk(value, path, into) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) {
      const escaped = key.replace(/[\\.,=[\]]/g, '\\$&')
      walk(item, path === '' ? escaped : `${path}.${escaped}`, into)
    }
  } else into.push([path, value])
}

function changed(value, seed) {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + (seed % 5) - 1
  if (value === null || value === '') return ['text', 'a: b', 7, true, { k: 'v' }][seed % 5]
  if (Array.isArray(value)) return [['x'], [{ name: 'n', value: 'v' }], []][seed % 3]
  if (typeof value === 'object') return { key: 'value', 'a.b/c': '1' }
  return [`${String(value)}-x`, '', String(value).toUpperCase(), '{{ .Release.Name }}'][seed % 4]
}

function hash(text) {
  let code = 7
  for (const char of text) code = (Math.imul(code, 31) + char.charCodeAt(0)) >>> 0
  return code >>> 3
}

/**
 * Changes each leaf of a chart's defaults and compares what then differs with what origins say. `run` gives what helm prints for more arguments,
 * undefined where it fails.
 */
export async function holdOrigins(folder, run) {
  const result = {
    leaves: 0,
    changed: 0,
    found: 0,
    reported: 0,
    wrong: 0,
    chains: 0,
    broken: 0,
    missed: [],
    wrongOnes: [],
    brokenOnes: [],
  }
  const chart = loadChart(directoryTree(folder), '', { unpack: nodeUnpack })
  const release = { name: 'rel', namespace: 'default' }
  const capabilities = { kubeVersion: process.env.KUBE ?? '1.37.0' }
  const first = await run([])
  if (first === undefined || first !== (await run([]))) return result
  const before = scalarsOf(first)
  const objects = manifestObjects(renderChart({ chart, release, capabilities, environment, track: true }), {
    hooks: true,
  })
  const reported = reportedBy(objects)
  const leaves = []
  walk(load(readFileSync(join(folder, 'values.yaml'), 'utf8'), { dialect: 'sigs' }), '', leaves)
  for (const [path, value] of leaves) {
    // Maps and lists are no leaves, and Helm drops nulls of the defaults before templates see them.
    if (typeof value === 'object') continue
    const text = await run(['--set-json', `${path}=${JSON.stringify(another(value))}`])
    if (text === undefined) continue
    const after = scalarsOf(text)
    result.leaves++
    const name = `.Values.${path.replaceAll('\\', '')}`
    compareLeaf(result, { name, before, after, known: reported.get(name) ?? new Map() })
  }
  await holdChains(result, { chart, release, capabilities, leaves, run })
  return result
}

function another(value) {
  if (typeof value === 'number') return value + 7
  return typeof value === 'boolean' ? !value : `${value ?? ''}x`
}

function compareLeaf(result, { name, before, after, known }) {
  const shifted = listsThatDiffer(before, after)
  for (const [key, text] of before) {
    if (!after.has(key) || after.get(key) === text || shifted.some((list) => key.startsWith(list))) continue
    result.changed++
    if (known.has(key)) result.found++
    else result.missed.push(`${name} ${key}: ${text} -> ${after.get(key)}`)
  }
  for (const [key, kind] of known) {
    if (kind !== 'flow' || !after.has(key)) continue
    result.reported++
    if (after.get(key) !== before.get(key)) continue
    result.wrong++
    result.wrongOnes.push(`${name} ${key}: ${before.get(key)}`)
  }
}

/**
 * A values file and an argument over the defaults, for some of the leaves: without the definition that counts, the render is the one in which the next
 * of the chain stands in its place.
 */
async function holdChains(result, { chart, release, capabilities, leaves, run }) {
  const chosen = leaves
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .filter((_, at) => at % 5 === 0)
    .slice(0, 12)
  for (const [path, value] of chosen) {
    const over = { middle: another(value), top: another(another(value)) }
    const argument = (each) => `${path}=${JSON.stringify(each)}`
    const inputs = [over.middle, over.top].map((each) => ({ kind: 'set-json', argument: argument(each) }))
    let objects
    try {
      objects = manifestObjects(
        renderChart({ chart, values: inputs, release, capabilities, environment, track: true }),
        { hooks: true },
      )
    } catch {
      continue
    }
    const origin = firstOrigin(objects, `.Values.${path.replaceAll('\\', '')}`)
    if (origin === undefined) continue
    const chain = [origin, ...(origin.overrode ?? [])]
    // Each but the last taken away in turn, the one that counts first.
    const renders = [await run(['--set-json', argument(over.middle)]), await run([])]
    const stands = []
    for (const next of chain.slice(1)) stands.push(await run(['--set-json', argument(next.value)]))
    if ([...renders, ...stands].includes(undefined)) continue
    result.chains++
    if (
      chain.length === 3 &&
      chain[0].argument === `--set-json ${argument(over.top)}` &&
      renders.every((text, at) => text === stands[at])
    )
      continue
    result.broken++
    result.brokenOnes.push(
      `${path}: ${chain.map((each) => `${each.kind} ${each.argument ?? each.at?.start.line} ${String(each.value)}`).join(' < ')}`,
    )
  }
}

function firstOrigin(objects, subject) {
  for (const { object, origins } of objects) {
    let found
    each(object, [], (path) => {
      found ??= origins.of(path).find((origin) => origin.subject === subject && origin.kind === 'set')
    })
    if (found !== undefined) return found
  }
  return undefined
}

/** Lists of another length: their items have moved, which is no change of the items. */
function listsThatDiffer(before, after) {
  const left = lengths(before)
  const right = lengths(after)
  return [...left.keys()].filter((list) => left.get(list) !== right.get(list))
}

function lengths(scalars) {
  const found = new Map()
  for (const key of scalars.keys()) {
    const parts = key.split('.')
    parts.forEach((part, index) => {
      if (!/^\d+$/.test(part)) return
      const list = `${parts.slice(0, index).join('.')}.`
      found.set(list, Math.max(found.get(list) ?? 0, Number(part) + 1))
    })
  }
  return found
}

function scalarsOf(text) {
  const found = new Map()
  for (const object of documentsOf(text)) {
    if (typeof object !== 'object' || object === null || Array.isArray(object)) continue
    each(object, [], (path, value) => found.set(`${nameOf(object)} ${path.join('.')}`, JSON.stringify(value)))
  }
  return found
}

function nameOf(object) {
  return `${object.kind}/${object.metadata?.name}/${object.metadata?.namespace ?? ''}`
}

function each(value, path, visit) {
  if (Array.isArray(value)) value.forEach((item, index) => each(item, [...path, index], visit))
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) each(item, [...path, key], visit)
  } else visit(path, typeof value === 'bigint' ? String(value) : value)
}

/** Values paths to the fields whose origins name them: by flow, or by a condition. */
function reportedBy(objects) {
  const found = new Map()
  const add = (origin, key, kind) => {
    if (origin.kind !== 'default' || origin.at === undefined || origin.at.file !== 'values.yaml') return
    const known = found.get(origin.subject) ?? new Map()
    if (known.get(key) !== 'flow') known.set(key, kind)
    found.set(origin.subject, known)
  }
  for (const { object, origins } of objects) {
    each(object, [], (path) => {
      const key = `${nameOf(object)} ${path.join('.')}`
      for (const origin of origins.of(path)) add(origin, key, 'flow')
      for (const origin of origins.controls(path)) add(origin, key, 'control')
    })
  }
  return found
}

/** Median milliseconds of a rendering with changing values: plain, and with origins. */
export function time(folder) {
  const chart = loadChart(directoryTree(folder), '', { unpack: nodeUnpack })
  const once = (index, track) => {
    const values = [{ kind: 'object', label: 'bench', value: { benchmark: index } }]
    const before = performance.now()
    renderChart({ chart, values, release: { name: 'rel', namespace: 'default' }, environment, track, skipSchema: true })
    return performance.now() - before
  }
  const median = (track) => {
    const times = Array.from({ length: 60 }, (_, index) => once(index, track))
      .slice(20)
      .sort((a, b) => a - b)
    return Number(times[times.length >> 1].toFixed(3))
  }
  const plain = median(false)
  const tracked = median(true)
  return { plain, tracked, ratio: Number((tracked / plain).toFixed(2)) }
}

/**
 * Changes the keys that are reported dead, with each boolean of the values turned over once, and plants keys that must be found where no
 * render of `sets` shows them either. `run` is as with origins.
 */
export async function holdDead(folder, run, sets = []) {
  const chart = loadChart(directoryTree(folder), '', { unpack: nodeUnpack })
  const planted = plants(folder)
  const file = { kind: 'file', file: 'planted.yaml', text: JSON.stringify(planted.values) }
  const report = valuesReport({ chart, environment, environments: [{ name: 'e', values: [file] }] })
  const of = (kind, source) =>
    report.filter((each) => each.kind === kind && each.source === source).map(({ key }) => key)
  const dead = of('dead', 'values.yaml')
  const found = new Set([...of('dead', 'planted.yaml'), ...of('schema', 'planted.yaml')])
  const leaves = []
  walk(load(readFileSync(join(folder, 'values.yaml'), 'utf8'), { dialect: 'sigs' }) ?? {}, '', leaves)
  const switches = leaves
    .filter(([, value]) => typeof value === 'boolean')
    .map(([path, value]) => ['--set-json', `${path}=${!value}`])
  const result = {
    dead: dead.length,
    keys: leaves.length,
    unknowable: of('unknowable', 'values.yaml').length,
    planted: 0,
    found: 0,
    missed: [],
    wrong: [],
  }
  // Some charts render only with what must be given: each switch is turned over on top of the first values that do.
  const [first = []] = sets
  const bases = [...sets, ...switches.map((each) => [...first, ...each])]
  const seen = await changesOf({ keys: planted.keys, bases, run })
  // What a map that is printed as a whole shows is no dead key.
  const unread = planted.keys.filter((key) => !seen.has(key))
  result.planted = unread.length
  result.missed = unread.filter((key) => !found.has(key))
  result.found = unread.length - result.missed.length
  const reported = [...dead, ...unread.filter((key) => found.has(key))]
  result.wrong = [
    ...(await changesOf({ keys: reported, bases, run })),
    ...planted.keys.filter((key) => seen.has(key) && found.has(key)),
  ]
  return result
}

/** The keys that change a render: all at once, and one by one where that changes it. */
async function changesOf({ keys, bases, run }) {
  const changed = new Set()
  for (const base of bases) {
    const before = await run(base)
    if (keys.length === 0 || before === undefined || before !== (await run(base))) continue
    for (const value of ['true', '7', '"changed"']) {
      const left = keys.filter((key) => !changed.has(key))
      const arguments_ = (list) => list.flatMap((key) => ['--set-json', `${escaped(key)}=${value}`])
      if ((await run([...base, ...arguments_(left)])) === before) continue
      for (const key of left) if ((await run([...base, ...arguments_([key])])) !== before) changed.add(key)
    }
  }
  return changed
}

function escaped(key) {
  return key
    .split('.')
    .map((part) => part.replace(/[,=[\]\\]/g, '\\$&'))
    .join('.')
}

/** A key that nobody reads, at the top and beside the first key of each map. */
function plants(folder) {
  const values = {}
  const keys = []
  const visit = (map, into, path) => {
    into.plantedKey = 'x'
    keys.push([...path, 'plantedKey'].join('.'))
    for (const [key, item] of Object.entries(map)) {
      if (
        typeof item !== 'object' ||
        item === null ||
        Array.isArray(item) ||
        Object.keys(item).length === 0 ||
        key.includes('.')
      )
        continue
      into[key] = {}
      visit(item, into[key], [...path, key])
    }
  }
  visit(load(readFileSync(join(folder, 'values.yaml'), 'utf8'), { dialect: 'sigs' }) ?? {}, values, [])
  return { values, keys }
}
