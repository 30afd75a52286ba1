import { load } from '@slipway/yaml'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Values that a chart shows how to give: the files under `ci/`, and what stands in comments below the keys of its defaults, all of it and each by itself. */
export function examplesOf(folder) {
  const ci = join(folder, 'ci')
  const files = existsSync(ci) ? readdirSync(ci).filter((name) => /\.ya?ml$/.test(name)) : []
  const given = files.sort().map((name) => tableOf(readFileSync(join(ci, name), 'utf8')))
  const commented = commentedOf(readFileSync(join(folder, 'values.yaml'), 'utf8'))
  const all = commented.reduce((values, { path, value }) => put(values, path, value), {})
  return [...given, all, ...commented.map(({ path, value }) => put({}, path, value))].filter(
    (values) => values !== undefined && Object.keys(values).length > 0,
  )
}

function commentedOf(text) {
  const lines = text.split('\n')
  const path = []
  const found = []
  for (const [at, line] of lines.entries()) {
    const key = /^( *)([\w.-]+):/.exec(line)
    if (key === null) continue
    while (path.length > 0 && path.at(-1).indent >= key[1].length) path.pop()
    path.push({ indent: key[1].length, name: key[2] })
    if (!/:\s*(?:\{\}|\[\]|""|null|~)?\s*$/.test(line)) continue
    const value = valueBelow(lines, at + 1)
    if (value !== undefined) found.push({ path: path.map(({ name }) => name), value })
  }
  return found
}

/** The map or list that the comment below a line would be without its signs. */
function valueBelow(lines, from) {
  const end = lines.findIndex((line, at) => at >= from && !/^\s*#(?!\s*--)/.test(line))
  const block = lines.slice(from, end < 0 ? lines.length : end).map((line) => line.replace(/^\s*# ?/, ''))
  // The first lines may be words about it.
  for (let skip = 0; skip < Math.min(block.length, 4); skip++) {
    const value = parsed(block.slice(skip).join('\n'))
    if (typeof value === 'object' && value !== null) return value
  }
  return undefined
}

function parsed(text) {
  try {
    return load(text, { dialect: 'sigs' })
  } catch {
    return undefined
  }
}

function tableOf(text) {
  const value = parsed(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
}

function put(values, [key, ...rest], value) {
  const isTable = typeof values === 'object' && values !== null && !Array.isArray(values)
  const into = isTable ? values : {}
  return { ...into, [key]: rest.length === 0 ? value : put(into[key], rest, value) }
}
