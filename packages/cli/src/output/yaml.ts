import { dump } from '@slipway/yaml'
import { UsageError } from '../io.ts'

/** The formats of `-o`. */
export type Format = 'table' | 'wide' | 'json' | 'yaml'

/** Reads `-o`. @throws UsageError for another word */
export function formatOf(word: string | undefined): Format {
  const format = word ?? 'table'
  if (format === 'table' || format === 'wide' || format === 'json' || format === 'yaml') return format
  throw new UsageError(`unknown output format "${format}"; use json, yaml or wide`)
}

/** A value as JSON or YAML; undefined for the formats that are tables. */
export function structured(value: unknown, format: Format): string | undefined {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`
  return format === 'yaml' ? dump(value, { dialect: 'sigs' }) : undefined
}
