import type { YamlValue } from '@slipway/yaml'
import { HelmError } from './io.ts'

/** What kubectl's JSONPath templates print of data: fields, indexes, slices and wildcards between braces, other text as it is. */
export function jsonPath(template: string, data: YamlValue): string {
  return template.replace(/\{([^{}]*)\}/g, (_, expression: string) => {
    const literal = /^\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(expression)
    if (literal !== null) return JSON.parse(`"${literal[1] ?? ''}"`) as string
    return resultsOf(expression.trim(), data).map(shown).join(' ')
  })
}

const STEP = /\.?(?:\*|([^.[\]'"*]+)|\[(?:\*|(-?\d+)|(-?\d*):(-?\d*)|'([^']*)'|"([^"]*)")\])/y

function resultsOf(expression: string, data: YamlValue): YamlValue[] {
  const text = expression.replace(/^\$/, '').replace(/^@/, '')
  let found = [data]
  for (let at = text === '.' ? 1 : 0; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at
    const match = STEP.exec(text)
    if (match === null) throw new HelmError(`error parsing jsonpath {${expression}}, unrecognized character in action`)
    const [, field, index, from, to, single, double] = match
    const name = field ?? single ?? double
    if (name !== undefined) found = found.map((each) => memberOf(each, name))
    else if (index !== undefined) found = found.map((each) => itemOf(each, Number(index)))
    else if (from !== undefined || to !== undefined)
      found = found.flatMap((each) => listOf(each).slice(boundOf(from), boundOf(to)))
    else found = found.flatMap(membersOf)
  }
  return found
}

function boundOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text)
}

function memberOf(value: YamlValue, name: string): YamlValue {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isMap && Object.hasOwn(value, name)) return value[name] ?? null
  throw new HelmError(`${name} is not found`)
}

function itemOf(value: YamlValue, index: number): YamlValue {
  const list = listOf(value)
  const item = list.at(index)
  if (item !== undefined) return item
  throw new HelmError(`array index out of bounds: index ${index}, length ${list.length}`)
}

function listOf(value: YamlValue): readonly YamlValue[] {
  if (Array.isArray(value)) return value
  throw new HelmError(`${shown(value)} is not array or slice`)
}

function membersOf(value: YamlValue): readonly YamlValue[] {
  if (Array.isArray(value)) return value
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

function shown(value: YamlValue): string {
  if (value === null) return ''
  if (typeof value !== 'object') return String(value)
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each))
}
