import { readFileSync } from 'node:fs'
import { TemplateError, TemplateSet } from '@slipway/gotemplate'
import { describe, expect, it } from 'vitest'
import { recordedData, type RecordedRow } from './data.ts'

const TABLES = ['lexer', 'parse', 'exec', 'builtins', 'printf']

function read(table: string): RecordedRow[] {
  return JSON.parse(readFileSync(new URL(`recorded/${table}.json`, import.meta.url), 'utf8')) as RecordedRow[]
}

function answer(text: string): Omit<RecordedRow, 'text'> {
  const set = new TemplateSet({ name: 'gotpl' })
  try {
    set.parse('t.tpl', text)
    return { output: set.execute('t.tpl', recordedData()) }
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message }
    throw error
  }
}

/** Addresses are the machine's; bytes that are no UTF-8 were recorded as replacements. */
function masked(row: object): string {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value,
  ).replace(/0x[0-9a-f]{6,}/g, 'ADDRESS')
}

describe.each(TABLES)("Go's answers: %s", (table) => {
  it.each(read(table))('$text', ({ text, ...expected }) => {
    expect(masked(answer(text))).toBe(masked(expected))
  })
})
