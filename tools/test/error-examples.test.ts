import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { examplesOf } from './bad-inputs/outcomes.ts'
import { SHOWN } from './bad-inputs/rows.ts'
import { errorCodes } from './codes.ts'
import { ROOMS } from './error-examples/rooms.ts'
import { outcomeOf } from './error-examples/outcome.ts'
import { pageOf, sectionIn, sectionOf } from './error-examples/page.ts'

const DOCS = join(dirname(fileURLToPath(import.meta.url)), '../../docs')
const table = readFileSync(join(DOCS, 'errors.md'), 'utf8')

test('every code of the sources has one example, and no example is of another code', () => {
  const exampled = ROOMS.flatMap(({ examples }) => examples.map(({ code }) => code))
  expect(exampled.toSorted()).toEqual(errorCodes())
})

test.each(ROOMS)('the table of $title leads to its examples', ({ page }) => {
  expect(table).toContain(`[Examples](error-examples/${page}.md)`)
})

describe.each(ROOMS)('$title', (room) => {
  const path = join(DOCS, `error-examples/${room.page}.md`)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const sections = new Map<string, string>()

  for (const example of room.examples) {
    const { code } = example
    if (example.possible === false) sections.set(code, sectionIn(before, code))
    test.skipIf(sections.has(code))(`${code} comes of its example`, async () => {
      const { codes, printed, exit } = await outcomeOf(example)
      sections.set(code, sectionOf(example, printed))
      expect(codes, printed).toEqual([code])
      const told = SHOWN.filter((row) => row.code === code && examplesOf(row).includes(code))
      expect([...new Set(told.map((row) => (exit === undefined ? exit : row.exit)))]).toEqual([exit])
    })
  }

  test('its page is what is printed today, in the order of the table (npx vitest run tools/test/error-examples -u writes it)', async () => {
    const order = [...table.matchAll(/^\| \[?`([A-Z_]+)`/gm)].map(([, code = '']) => code)
    const codes = room.examples.map(({ code }) => code)
    expect(codes).toEqual(order.filter((code) => codes.includes(code)))
    await expect(
      pageOf(
        room,
        codes.map((code) => sections.get(code) ?? ''),
      ),
    ).toMatchFileSnapshot(path)
  })
})
