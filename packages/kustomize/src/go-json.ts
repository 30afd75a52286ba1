import { compareBytes } from '@slipway/diag'
import type { YamlValue } from '@slipway/yaml'
import { failure } from './errors.ts'

/** How {@link goJson} writes. */
export interface JsonOptions {
  /** Integers beyond 2^53 keep their digits, as those of Go's integer types do; otherwise they are rounded, as a float64. */
  readonly exact?: boolean
  /** A line for each member and item, two columns further in than what holds it. */
  readonly indent?: boolean
}

/**
 * Data as Go's json.Marshal prints it, or MarshalIndent: keys in byte order, `<`, `>`, `&` and line separators escaped.
 *
 * @throws KustomizeError for numbers that JSON cannot hold.
 */
export function goJson(value: YamlValue, options: JsonOptions = {}): string {
  return write(value, options, '\n')
}

function write(value: YamlValue, options: JsonOptions, newline: string): string {
  if (typeof value === 'string') return goString(value)
  if (typeof value === 'bigint') return String(options.exact === true ? value : Number(value))
  if (typeof value === 'number') return goNumber(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const inner = `${newline}  `
  if (Array.isArray(value)) {
    const items = value.map((item) => write(item, options, inner))
    return enclosed('[]', items, { options, newline })
  }
  const colon = options.indent === true ? ': ' : ':'
  const keys = Object.keys(value).sort(compareBytes)
  const members = keys.map((key) => `${goString(key)}${colon}${write(value[key] ?? null, options, inner)}`)
  return enclosed('{}', members, { options, newline })
}

function enclosed(brackets: string, parts: readonly string[], at: { options: JsonOptions; newline: string }): string {
  const { options, newline } = at
  const [open = '', close = ''] = brackets
  if (options.indent !== true || parts.length === 0) return open + parts.join(',') + close
  return `${open}${newline}  ${parts.join(`,${newline}  `)}${newline}${close}`
}

function goNumber(value: number): string {
  if (!Number.isFinite(value)) throw failure(`json: unsupported value: ${value}`)
  return Object.is(value, -0) ? '-0' : String(value)
}

function goString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
