import { dump } from '@slipway/yaml'
import { prefixed } from '../errors.ts'

/**
 * Runs what reads the configuration of a built-in plug-in. Its failure quotes the configuration as kustomize does: as the text of a configuration file,
 * keys sorted, without what is empty.
 */
export function configured<T>(kind: string, config: Readonly<Record<string, unknown>>, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw prefixed(error, `trouble configuring builtin ${kind} with config: \`\n${configText(config)}\``)
  }
}

/** A configuration as the text of a file. */
export function configText(config: Readonly<Record<string, unknown>>): string {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => !isEmptyValue(value)))
  return dump(given, { dialect: 'sigs' })
}

function isEmptyValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === '' || value === false || value === null || value === undefined
}
