import { ChartError, wrapped } from '../errors.ts'
import { compilePattern } from './match.ts'

/** A `.helmignore` file as a question about one path, directories included. */
export type IgnoreRules = (path: string, isDirectory: boolean) => boolean

interface Rule {
  readonly negate: boolean
  readonly mustDir: boolean
  readonly matches: (path: string) => boolean
}

/** Hidden files never are templates. */
const DEFAULT_RULE = 'templates/.?*'

/** Reads `.helmignore` (undefined for none); Helm's own rule is behind it. Throws for what Helm does not support. */
export function parseIgnore(text: string | undefined): IgnoreRules {
  const lines = (text ?? '').replace(/^\ufeff/, '').split(/\r?\n/)
  const rules = [...lines, DEFAULT_RULE].map(parseRule).filter((rule) => rule !== undefined)
  return (path, isDirectory) => isIgnored(rules, path, isDirectory)
}

function isIgnored(rules: readonly Rule[], path: string, isDirectory: boolean): boolean {
  for (const rule of rules) {
    // A negated rule takes out everything that it does not match (ignore/rules.go).
    if (rule.negate && ((rule.mustDir && !isDirectory) || !rule.matches(path))) return true
    if (rule.negate || (rule.mustDir && !isDirectory)) continue
    if (rule.matches(path)) return true
  }
  return false
}

function parseRule(line: string): Rule | undefined {
  const raw = line.trim()
  if (raw === '' || raw.startsWith('#')) return undefined
  if (raw.includes('**')) {
    throw new ChartError('CHART_LOAD', 'double-star (**) syntax is not supported', {
      hint: `Rewrite the rule ${raw} of .helmignore with single stars.`,
    })
  }
  checkPattern(raw)
  const negate = raw.startsWith('!')
  const positive = negate ? raw.slice(1) : raw
  const mustDir = positive.endsWith('/')
  return { negate, mustDir, matches: matcher(mustDir ? positive.slice(0, -1) : positive) }
}

function checkPattern(raw: string): void {
  try {
    compilePattern(raw)
  } catch (error) {
    throw new ChartError('CHART_LOAD', error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function matcher(pattern: string): Rule['matches'] {
  const match = compileQuietly(pattern.startsWith('/') ? pattern.slice(1) : pattern)
  if (pattern.includes('/')) return match
  return (path) => match(path.slice(path.lastIndexOf('/') + 1))
}

/** A rule that lost its first or last sign may have become bad: then it matches nothing. */
function compileQuietly(pattern: string): (name: string) => boolean {
  try {
    return compilePattern(pattern)
  } catch (error) {
    if (error instanceof Error && error.name === 'BadPattern') return () => false
    throw wrapped('CHART_LOAD', '.helmignore', error)
  }
}
