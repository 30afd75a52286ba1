import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : filesBelow(path)
    return [path]
  })
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

// The members of every union of error codes: `export type <Name>ErrorCode = 'A' | 'B'`.
function codes(): string[] {
  const sources = filesBelow('packages').filter((path) => path.includes('/src/') && path.endsWith('.ts'))
  const unions = sources.flatMap((path) =>
    [...read(path).matchAll(/type \w*ErrorCode =([^;]*?)(?:\n\n|\n\/\*\*|\nexport|$)/g)].map(([, union = '']) => union),
  )
  return [
    ...new Set(unions.flatMap((union) => [...union.matchAll(/'([A-Z][A-Z_]+)'/g)].map(([, code = '']) => code))),
  ].sort()
}

describe('docs/errors.md', () => {
  const page = read('docs/errors.md')
  const listed = new Set([...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code))

  test('the sources have error codes', () => expect(codes().length).toBeGreaterThan(60))

  for (const code of codes()) test(`has a row for ${code}`, () => expect(listed).toContain(code))
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
