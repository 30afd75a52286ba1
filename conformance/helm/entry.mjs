import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChartError, loadChart, renderChart } from '@slipway/chart'
import { directoryTree, nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { load, parseAll, toValue } from '@slipway/yaml'

const environment = nodeEnvironment({ timeZone: 'UTC' })

/** What `helm template rel . ARGS` prints in a chart's folder, or its error. */
export function template(folder, args) {
  try {
    const chart = loadChart(directoryTree(folder), '', { unpack: nodeUnpack })
    const missing = missingOf(chart)
    if (missing !== undefined) return { error: missing }
    const { type } = chart.metadata
    if (type !== '' && type !== 'application') return { error: `${type} charts are not installable` }
    const release = { name: 'rel', namespace: 'default' }
    const track = process.env.TRACK === '1'
    return { output: printed(renderChart({ chart, values: valuesOf(args), release, environment, track })) }
  } catch (error) {
    if (error instanceof ChartError) return { error: error.message }
    return { error: `defect: ${error instanceof Error ? error.stack : String(error)}` }
  }
}

function missingOf(chart) {
  const there = new Set(chart.dependencies.map((each) => each.name))
  const names = (chart.metadata.dependencies ?? []).map((each) => each.name).filter((name) => !there.has(name))
  if (names.length === 0) return undefined
  return `an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: ${names.join(', ')}`
}

function valuesOf(args) {
  const inputs = []
  for (let at = 0; at < args.length; at += 2) {
    if (args[at] === '-f') inputs.push({ kind: 'file', file: args[at + 1], text: readFileSync(args[at + 1], 'utf8') })
    else inputs.push({ kind: args[at].slice(2), argument: args[at + 1] })
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
