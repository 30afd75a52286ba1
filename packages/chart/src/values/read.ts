import { GoMap, type Value, goList } from '@slipway/gotemplate'
import { load, type YamlValue } from '@slipway/yaml'
import { emptyMap, mergeMaps } from './table.ts'

const SEPARATOR = /^---\s*$/

/** Reads a values file: all its documents, later ones over earlier ones. Throws an Error with Helm's text. */
export function readValues(text: string): GoMap {
  return splitDocuments(text).map(readDocument).reduce(mergeMaps, emptyMap())
}

/** Reads the first document of a values file only, as Helm 3 does. Throws an Error with its text. */
export function readFirstValues(text: string): GoMap {
  try {
    return readDocument(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(reason.replace(/^cannot unmarshal yaml document: /, ''), { cause: error })
  }
}

/** The documents of a values file as apimachinery's YAMLReader splits it; what is no document is missing. */
export function splitDocuments(text: string): string[] {
  if (!/^---[^\S\n]*$/m.test(text)) return text === '' ? [] : [text]
  const documents: string[] = []
  let current = ''
  for (const line of text.split(/(?<=\n)/)) {
    if (!SEPARATOR.test(line)) current += line
    else if (current !== '') {
      documents.push(current)
      current = ''
    }
  }
  return current === '' ? documents : [...documents, current]
}

function readDocument(text: string): GoMap {
  const data = attempt(() => load(text, { dialect: 'sigs' }))
  if (data === null) return emptyMap()
  const value = goValue(data)
  if (value instanceof GoMap) return value
  const kind = Array.isArray(data)
    ? 'array'
    : typeof data === 'string'
      ? 'string'
      : typeof data === 'boolean'
        ? 'bool'
        : 'number'
  throw new Error(
    `cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
  )
}

function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot unmarshal yaml document: ${text}`, { cause: error })
  }
}

/** YAML data as encoding/json gives it to Go: every number is a float64. */
export function goValue(data: YamlValue): Value {
  if (typeof data === 'bigint') return Number(data)
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return goList(data.map(goValue))
  const entries = new Map<string, Value>()
  for (const key of Object.keys(data)) entries.set(key, goValue(data[key] ?? null))
  return new GoMap(undefined, entries)
}
