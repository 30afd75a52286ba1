import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { errorCodes } from './codes.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const COUNT = 126

interface Place {
  readonly file: string
  readonly name: string
}

/** One input that published advisories are about: what it gives here, or why it cannot come. */
type Row = { readonly id: number; readonly input: string } & (
  | {
      readonly status: 'shown'
      readonly code?: string
      readonly answer?: string
      readonly exit?: number
      readonly remedy: string
      readonly test: Place
    }
  // Not present: there is no such feature. Open: there is, and it does not yet do what it should.
  | { readonly status: 'not present' | 'open'; readonly reason: string }
)

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const rows = JSON.parse(read('conformance/bad-inputs.json')) as readonly Row[]
const documented = new Set([...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code))

const members = errorCodes()

test('every bad input has exactly one row, in order', () => {
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: COUNT }, (_, at) => at + 1))
})

describe.each(rows)('bad input $id: $input', (row) => {
  if (row.status !== 'shown') {
    test('says why', () => expect(row.reason.length).toBeGreaterThan(20))
    return
  }
  test('its test exists', () => {
    const text = read(row.test.file)
    expect(row.test.file).toMatch(/\/test\/.*\.ts$/)
    expect(text).toContain(row.test.name)
  })

  test('says what comes of it, and what to do', () => {
    expect(row.code ?? row.answer ?? '').not.toBe('')
    expect(row.remedy.length).toBeGreaterThan(3)
  })

  if (row.code !== undefined) {
    const { code } = row
    test(`${code} is an error code, and documented`, () => {
      expect(members).toContain(code)
      expect(documented).toContain(code)
    })
  }
})

// The list has been empty before: nothing comes in.
test('nothing is open', () => {
  expect(rows.filter(({ status }) => status === 'open').map(({ id }) => id)).toEqual([])
})
