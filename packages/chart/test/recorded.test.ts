import { readFileSync } from 'node:fs'
import { ChartError, type Compat } from '@slipway/chart'
import { describe, expect, it } from 'vitest'
import { type Files, optionsOf, render, templateOutput } from './helm.ts'

interface Row {
  readonly name: string
  readonly files: Files
  readonly args: readonly string[]
  readonly output?: string
  readonly error?: string
}

const rows = read('charts')
const oldRows = read('charts-helm3')

function read(table: string): Row[] {
  return JSON.parse(readFileSync(new URL(`recorded/${table}.json`, import.meta.url), 'utf8')) as Row[]
}

/** What the command checks before it renders. */
const OF_THE_COMMAND = new Set(['a dependency that is missing', 'a library is not installed'])

function answer({ files, args }: Row, compat: Compat): { output: string } | { error: string } {
  try {
    return { output: templateOutput(render(files, { ...optionsOf(files, args), compat })) }
  } catch (error) {
    if (error instanceof ChartError) return { error: error.message.trimEnd() }
    throw error
  }
}

/** Helm's validator walks maps in any order. */
function comparable(text: string): string {
  return text.startsWith("values don't meet") ? text.split('\n').sort().join('\n') : text
}

describe.each([
  ['helm4', rows],
  ['helm3', oldRows],
] as const)('renders what %s renders', (compat, recorded) => {
  it.each(recorded.filter((row) => !OF_THE_COMMAND.has(row.name)))('$name', (row) => {
    const ours = answer(row, compat)
    if (row.output !== undefined) expect(ours).toEqual({ output: row.output })
    else expect('error' in ours ? comparable(ours.error) : ours).toBe(comparable(row.error ?? ''))
  })
})
