import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CASES } from './bad-inputs/cases.ts'
import { answerTo, exampleOf, outcomeOfCase, shownFor } from './bad-inputs/outcomes.ts'
import { badInputsPage } from './bad-inputs/page.ts'
import { REQUESTS } from './bad-inputs/requests.ts'
import { ENTRIES, isNamedIn, ROWS, SHOWN } from './bad-inputs/rows.ts'
import { errorCodes } from './codes.ts'
import { hasTitle, testFile } from './titles.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const DOCS = join(ROOT, 'docs')
const KINDS: Readonly<Record<string, RegExp | undefined>> = {
  'file:line:column': /^[^\s:]+:\d+:(\d+|<column>)$/,
  'file:line': /^[^\s:]+:\d+$/,
  file: /^[^\s:]+$/,
  resource: /\S/,
}
const A_PLACE = /(?:^|[\s(])[\w./-]+:\d+:\d+/m
const NO_COMMANDS = ['API', 'Application', 'library', 'pod', 'warning']
const codes = errorCodes()
const documented = new Set(
  [...readFileSync(join(DOCS, 'errors.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code),
)

test('rows are in order, each number once', () => {
  expect(ROWS.map(({ id }) => id)).toEqual(ROWS.map((_, at) => at + 1))
})

describe.each(ENTRIES)('published input $id: $input', ({ id, of }) => {
  test('has a row, and a test where its package is present', () => {
    const row = ROWS.find((each) => each.id === id)
    expect(row?.status).toBe(existsSync(join(ROOT, 'packages', of)) ? 'shown' : 'not present')
  })
})

test('every published input is in the list that is copied here', () => {
  expect(ENTRIES.map(({ id }) => id)).toEqual(Array.from({ length: 126 }, (_, at) => at + 1))
})

test('every error code is in the table', () => {
  expect(codes.filter((code) => !SHOWN.some((row) => row.code === code))).toEqual([])
})

test.each(ROWS.filter((row) => row.status !== 'shown'))('row $id says why it cannot come', ({ status, reason }) => {
  expect(reason.length).toBeGreaterThan(20)
  expect(status).toBe('not present')
})

describe.each(SHOWN)('row $id: $input', (row) => {
  const { code, answer, at, from, exit, remedy } = row

  test('says what comes of it, where, how the command ends, and what to do', () => {
    expect(code ?? answer ?? '').not.toBe('')
    if (at.kind === 'nothing') expect([code, at.names]).toEqual([undefined, undefined])
    else expect(at.names).toMatch(KINDS[at.kind] ?? /^no such kind$/)
    if (exit === null) expect(NO_COMMANDS).toContain(from)
    else expect(from).toMatch(/^(slipway( (helm|kustomize))? [a-z]+|kubectl)$/)
    expect([null, 0, 1, 2]).toContain(exit)
    expect(remedy.length).toBeGreaterThan(3)
  })

  test.each([row.test, ...(row.also ?? [])])('$name: that test exists', ({ file, name, case: one }) => {
    expect(file).toMatch(/\/tests?\/.*\.test\.ts$/)
    const found = testFile(file)
    expect(hasTitle(found, name)).toBe(true)
    if (one !== undefined) expect(found.texts).toContain(one)
  })

  if (code !== undefined)
    test('has a code that there is, with a row in docs/errors.md', () => {
      expect(codes).toContain(code)
      expect(documented).toContain(code)
    })

  const example = exampleOf(row)
  if (example !== undefined)
    test('its example names that place and no better one, and is of that command', () => {
      const { command, printed } = shownFor(example)
      expect(example).toBe(code)
      expect(isNamedIn(printed, at), printed).toBe(true)
      if (A_PLACE.test(printed)) expect(at.kind).toBe('file:line:column')
      if (command !== undefined) expect(`${command} `).toContain(`${from} `)
    })
  else if (CASES[row.id] === undefined && REQUESTS[row.id] === undefined && at.names !== undefined)
    test('its test names that place', () => {
      const { source, texts } = testFile(row.test.file)
      expect([source, ...texts].some((text) => isNamedIn(text, at))).toBe(true)
    })
})

const entered = SHOWN.flatMap((row) => (CASES[row.id] === undefined ? [] : [{ ...row, entered: CASES[row.id] }]))
const asked = SHOWN.flatMap((row) => (REQUESTS[row.id] === undefined ? [] : [{ ...row, asked: REQUESTS[row.id] }]))

test('what is entered and asked is of rows', () => {
  expect([entered.length, asked.length]).toEqual([Object.keys(CASES).length, Object.keys(REQUESTS).length])
})

test.each(entered)('what is entered comes to what row $id says', async ({ entered: made, code, at, from, exit }) => {
  if (made === undefined) throw new Error('nothing is entered')
  const outcome = await outcomeOfCase(made)
  expect(`${made.command} `).toContain(`${from} `)
  expect({ codes: outcome.codes, exit: outcome.exit }, outcome.printed).toEqual({
    codes: code === undefined ? [] : [code],
    exit,
  })
  expect(isNamedIn(outcome.printed, at), outcome.printed).toBe(true)
})

test.each(asked)('what is asked is answered as row $id says', async ({ asked: made, answer = '', at }) => {
  if (made === undefined) throw new Error('nothing is asked')
  const given = await answerTo(made)
  expect(answer, given.text).toContain(given.answer)
  expect(isNamedIn(given.text, at), given.text).toBe(true)
})

test('docs/bad-inputs.md is that table (npx vitest run tools/test/bad-inputs.test.ts -u writes it)', async () => {
  await expect(badInputsPage(ROWS, ENTRIES.length)).toMatchFileSnapshot(join(DOCS, 'bad-inputs.md'))
})
