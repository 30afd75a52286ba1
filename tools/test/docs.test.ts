import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { errorCodes } from './codes.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

describe('docs/errors.md', () => {
  const page = read('docs/errors.md')
  const listed = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)
  const codes = errorCodes()

  test('the sources have error codes', () => expect(codes.length).toBeGreaterThan(60))

  for (const code of codes) test(`has a row for ${code}`, () => expect(listed).toContain(code))

  test('has no row for a code that is no more', () => expect(listed.toSorted()).toEqual(codes))
})

describe('docs/features.md', () => {
  const rows = [...read('docs/features.md').matchAll(/^\| (.+?) \| `(.+?)` \| (.+?) \|$/gm)]

  test('names features', () => expect(rows.length).toBeGreaterThan(20))

  for (const [, feature = '', file = '', name = ''] of rows) {
    test(`${feature}: its test exists`, () => expect(read(file)).toContain(name))
  }
})

test('the README says the two commands', () => {
  expect(read('README.md')).toContain('npm ci && npm start')
  expect(read('README.md')).toContain('npm ci && npm test')
})

test('docs/compatibility.md has the outcomes of today (node tools/compatibility.mjs writes them)', async () => {
  const { withPodFields } = (await import('../compatibility.mjs' as string)) as {
    withPodFields(page: string): Promise<string>
  }
  const page = read('docs/compatibility.md')
  expect(page).toBe(await withPodFields(page))
})
