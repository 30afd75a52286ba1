import { readFileSync } from 'node:fs'
import { FunctionTable, fromJs, TemplateError, TemplateSet } from '@slipway/gotemplate'
import { sprigFunctions } from '@slipway/sprig'
import { nodeCrypto, nodeRandom } from '@slipway/sprig/node'
import { describe, expect, it } from 'vitest'
import { typedData } from './data.ts'

type Row = { readonly text: string; readonly output?: string; readonly error?: string }

const TABLES = ['strings', 'lists', 'dicts', 'math', 'encoding', 'regex', 'semver', 'dates', 'types', 'paths', 'typed']
const functions = new FunctionTable(
  sprigFunctions({ random: nodeRandom, now: () => 0n, timeZone: 'UTC', crypto: nodeCrypto() }),
)

function read(table: string): Row[] {
  return JSON.parse(readFileSync(new URL(`recorded/${table}.json`, import.meta.url), 'utf8')) as Row[]
}

function answer(text: string): Omit<Row, 'text'> {
  const set = new TemplateSet({ name: 'gotpl', functions })
  try {
    set.parse('t.tpl', text)
    return { output: set.execute('t.tpl', typedData()) }
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

it('offers nothing of the environment', () => {
  expect(functions.has('env')).toBe(false)
  expect(functions.has('expandenv')).toBe(false)
  const set = new TemplateSet({ functions })
  set.parse('t', '{{ getHostByName "localhost" }}')
  expect(set.execute('t', fromJs({}))).toBe('')
})
