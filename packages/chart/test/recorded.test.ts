import { readFileSync } from 'node:fs'
import { ChartError } from '@slipway/chart'
import { describe, expect, it } from 'vitest'
import { type Files, optionsOf, render, templateOutput } from './helm.ts'

interface Row {
  readonly name: string
  readonly files: Files
  readonly args: readonly string[]
  readonly output?: string
  readonly error?: string
}

const rows = JSON.parse(readFileSync(new URL('recorded/charts.json', import.meta.url), 'utf8')) as Row[]
/** What the command checks before it renders. */
const OF_THE_COMMAND = new Set(['a dependency that is missing', 'a library is not installed'])

function answer({ files, args }: Row): { output: string } | { error: string } {
  try {
    return { output: templateOutput(render(files, optionsOf(files, args))) }
  } catch (error) {
    if (error instanceof ChartError) return { error: error.message.trimEnd() }
    throw error
  }
}

/** Helm's validator walks maps in any order. */
function comparable(text: string): string {
  return text.startsWith("values don't meet") ? text.split('\n').sort().join('\n') : text
}

describe('renders what helm 4 renders', () => {
  it.each(rows.filter((row) => !OF_THE_COMMAND.has(row.name)))('$name', (row) => {
    const ours = answer(row)
    if (row.output !== undefined) expect(ours).toEqual({ output: row.output })
    else expect('error' in ours ? comparable(ours.error) : ours).toBe(comparable(row.error ?? ''))
  })
})
