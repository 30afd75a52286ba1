import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { errorCodes } from './codes.ts'
import { hasTitle, testFile } from './titles.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

interface Compatibility {
  page(): Promise<string>
  parts(): readonly { name: string; file: string; part: string; blocks: readonly (string | Table)[] }[]
}

interface Table {
  readonly rows: readonly { readonly cells: readonly string[]; readonly test?: { file: string; name: string } }[]
}

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
    // A title, or the name of a case of one; comments and parts of code do not count.
    test(`${feature}: its test exists`, () => {
      const found = testFile(file)
      expect(hasTitle(found, name) || found.texts.includes(name)).toBe(true)
    })
  }
})

describe('the pages', () => {
  const within = (folder: string): readonly string[] =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name))
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', ...within('docs')]
  // Examples in code are no links.
  const prose = (path: string): string => read(path).replaceAll(/```[\s\S]*?```|`[^`]*`/g, '')
  const linksOf = (path: string): readonly string[] =>
    [...prose(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => join(dirname(path), target))

  test.each(pages)('%s links to what is there', (path) => {
    for (const target of linksOf(path)) expect(existsSync(join(ROOT, target)), target).toBe(true)
  })

  test('can all be found from the README', () => {
    const found = new Set(['README.md'])
    for (const path of found) if (path.endsWith('.md')) for (const target of linksOf(path)) found.add(target)
    expect(within('docs').filter((path) => !found.has(path))).toEqual([])
  })
})

test('the README says the two commands', () => {
  expect(read('README.md')).toContain('npm ci && npm start')
  expect(read('README.md')).toContain('npm ci && npm test')
})

describe('docs/compatibility.md', async () => {
  const { page, parts } = (await import('../compatibility.mjs' as string)) as Compatibility
  const rows = parts().flatMap(({ name, blocks }) =>
    blocks.flatMap((block) => (typeof block === 'string' ? [] : block.rows.map((row) => ({ name, ...row })))),
  )

  test('is what the packages say of themselves (node tools/compatibility.mjs writes it)', async () => {
    expect(read('docs/compatibility.md')).toBe(await page())
  })

  test('uses every part of every compatibility.json', () => {
    const used = parts().map(({ file, part }) => `${file} ${part}`)
    const there = [...new Set(parts().map(({ file }) => file))].flatMap((file) =>
      Object.keys(JSON.parse(read(file)) as object).map((part) => `${file} ${part}`),
    )
    expect(there.toSorted()).toEqual(used.toSorted())
    const files = readdirSync(join(ROOT, 'packages')).filter((name) =>
      existsSync(join(ROOT, 'packages', name, 'compatibility.json')),
    )
    expect([...new Set(parts().map(({ name }) => name))].toSorted()).toEqual(files.toSorted())
  })

  const shown = rows.filter((row) => row.test !== undefined)
  test('names tests', () => expect(shown.length).toBeGreaterThan(15))

  test.each(shown)('$name: $cells.0: its test exists', ({ test: { file, name } = { file: '', name: '' } }) => {
    expect(hasTitle(testFile(file), name)).toBe(true)
  })
})
