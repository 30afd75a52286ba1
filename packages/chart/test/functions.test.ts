import { readFileSync } from 'node:fs'
import { TemplateError, TemplateSet } from '@slipway/gotemplate'
import { describe, expect, it } from 'vitest'
import { typedData } from '../../sprig/test/data.ts'
import { helmFunctions } from '../src/functions/index.ts'
import { nodeEnvironment } from '../src/node.ts'
import { execError, parseError } from '../src/render/errors.ts'

/** A template and the answer of Helm's engine: what it printed, or Go's error and what Helm tells of it. */
interface Row {
  readonly text: string
  readonly output?: string
  readonly error?: string
  readonly told?: string
}

const functions = helmFunctions(nodeEnvironment())

function read(table: string): Row[] {
  return JSON.parse(readFileSync(new URL(`recorded/${table}.json`, import.meta.url), 'utf8')) as Row[]
}

function answer(text: string): Omit<Row, 'text'> {
  const set = new TemplateSet({ name: 'gotpl', functions, missingKey: 'zero' })
  try {
    set.parse('t.tpl', text)
    return { output: set.execute('t.tpl', typedData()) }
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message, told: told(error) }
    throw error
  }
}

function told(error: TemplateError): string {
  const worded = error.code === 'TEMPLATE_PARSE' ? parseError('t.tpl', error) : execError('t.tpl', error, 'helm4')
  return worded instanceof Error ? worded.message : ''
}

/** Bytes that are no UTF-8 were recorded as replacements. */
function masked(row: object): string {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value,
  )
}

describe.each(['helm-templates', 'helm-durations', 'helm-json', 'helm-yaml', 'helm-toml'])(
  "Helm's answers: %s",
  (table) => {
    it.each(read(table))('$text', ({ text, ...expected }) => {
      expect(masked(answer(text))).toBe(masked(expected))
    })
  },
)
