import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatDiagnostic } from '@slipway/diag'
import { conversionHints } from '@slipway/kustomize'
import { FlagError } from './flags.ts'
import type { KustomizeIo } from './run.ts'

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/** `kustomize edit fix`: says what to write in the place of old fields. It changes no file; 1 where there is something to change. */
export function runFix(io: KustomizeIo): number {
  const found = NAMES.map((name) => ({ name, text: readText(join(io.cwd, name)) })).find(
    ({ text }) => text !== undefined,
  )
  if (found?.text === undefined) throw new FlagError(`Missing kustomization file '${NAMES[0] ?? ''}'.\n`)
  const { name, text } = found
  const hints = conversionHints(text, name)
  for (const hint of hints) io.stdout.write(`${formatDiagnostic(hint, () => text)}\n`)
  return hints.length === 0 ? 0 : 1
}

/** The text of a file; undefined where it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
