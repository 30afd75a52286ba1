import { dump } from '@slipway/yaml'
import { UsageError } from '../io.ts'

/** The formats of `-o`. */
export type Format = 'table' | 'wide' | 'json' | 'yaml'

/** The formats that every command has which prints data: its own, for people, unless one of these two is named. */
export const DATA: readonly Format[] = ['json', 'yaml']

/** Reads `-o`: one of the formats of a command. @throws UsageError for another word, with those that there are */
export function formatOf(word: string | undefined, formats: readonly Format[] = DATA): Format {
  const found = word === undefined ? 'table' : formats.find((format) => format === word)
  if (found !== undefined) return found
  throw new UsageError(`unknown output format "${word ?? ''}"; use ${listed(formats)}`)
}

/** Names as a sentence has them: `json or yaml`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`
}

/** A value as JSON or YAML; undefined for the formats that are for people. */
export function structured(value: unknown, format: Format): string | undefined {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`
  return format === 'yaml' ? dump(value, { dialect: 'sigs' }) : undefined
}
