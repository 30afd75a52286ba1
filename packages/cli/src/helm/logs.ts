import type { Compat } from '@slipway/chart'
import { logLine } from './io.ts'

/** Helm 3 logs with the name and the line of its own file in front: of 3.22. */
const HELM_3: readonly (readonly [RegExp, string])[] = [
  [
    /^level=WARN msg="returned non-bool value" path=(.*) chart=(.*)$/,
    "dependencies.go:64: Warning: Condition path '$1' for chart $2 returned non-bool value",
  ],
  [
    /^level=WARN msg="returned non-bool value" tag=(.*) chart=(.*)$/,
    "dependencies.go:95: Warning: Tag '$1' for chart $2 returned non-bool value",
  ],
  [
    /^level=WARN msg="ImportValues missing table" error=(.*)$/,
    'dependencies.go:287: Warning: ImportValues missing table: $1',
  ],
  [
    /^level=WARN msg="ImportValues missing table from chart" chart=(.*?) error=(.*)$/,
    'dependencies.go:270: Warning: ImportValues missing table from chart $1: $2',
  ],
  [/^level=INFO msg="funcMap fail" message=(.*)$/s, 'engine.go:227: [INFO] Fail: $1'],
  [/^level=WARN msg="missing required values" message=(.*)$/s, 'engine.go:214: [INFO] Missing required value: $1'],
  [/^level=WARN msg="missing required value" message=(.*)$/, 'engine.go:206: [INFO] Missing required value: $1'],
  [/^(warning: skipping globals because destination)/, 'coalesce.go:138: $1'],
  [/^(warning: skipping globals because source)/, 'coalesce.go:145: $1'],
  [/^(Conflict: )/, 'coalesce.go:161: $1'],
  [/^(key .* is table)/, 'coalesce.go:175: $1'],
  [/^(warning: skipped value)/, 'coalesce.go:237: $1'],
  [/^(warning: cannot overwrite)/, 'coalesce.go:316: $1'],
  [/^(warning: destination for)/, 'coalesce.go:319: $1'],
  [/^(Warning: Dependencies are)/, 'load.go:120: $1'],
  [/^(Warning: Dependency locking)/, 'load.go:138: $1'],
]

/** A warning of the renderer as a line on stderr. */
export function warningLine(line: string, compat: Compat = 'helm4'): string {
  if (compat === 'helm4') return line.startsWith('level=') ? `${line}\n` : logLine('INFO', line)
  const found = HELM_3.find(([pattern]) => pattern.test(line))
  if (found === undefined) return `${line}\n`
  const [pattern, text] = found
  return `${line.replace(pattern, (_, ...groups: string[]) => text.replace(/\$(\d)/g, (__, at: string) => plain(groups[Number(at) - 1] ?? '')))}\n`
}

/** Helm 4 quotes what has spaces. */
function plain(text: string): string {
  return /^"(?:[^"\\]|\\.)*"$/.test(text) ? (JSON.parse(text) as string) : text
}
