import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { hasTitle, testFile } from './titles.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const COUNT = 62

/** A kind of defect of delivery repositories, and how the starter avoids it. */
interface Defect {
  readonly id: number
  readonly defect: string
  readonly avoided: string
  readonly test: { readonly file: string; readonly name: string }
}

const DEFECTS = JSON.parse(readFileSync(join(ROOT, 'conformance/defects.json'), 'utf8')) as readonly Defect[]

test('there are 62 kinds of defects, each once, in order', () => {
  expect(DEFECTS.map(({ id }) => id)).toEqual(Array.from({ length: COUNT }, (_, at) => at + 1))
  expect(new Set(DEFECTS.map(({ defect }) => defect)).size).toBe(COUNT)
})

describe.each(DEFECTS)('defect $id, $defect', ({ defect, avoided, test: { file, name } }) => {
  test('says how it is avoided', () => {
    expect(defect).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    expect(avoided.length).toBeGreaterThan(10)
  })

  test('has a test that would notice', () => {
    expect(file).toMatch(/\/tests?\/.*\.test\.ts$/)
    expect(hasTitle(testFile(file), name)).toBe(true)
  })
})

test('docs/defects.md is that list (npx vitest run tools/test/defects.test.ts -u writes it)', async () => {
  await expect(pageOf(DEFECTS)).toMatchFileSnapshot(join(ROOT, 'docs/defects.md'))
})

function pageOf(defects: readonly Defect[]): string {
  const lines = defects.map(
    ({ id, defect, avoided, test: { file, name } }) =>
      `| ${id} | ${defect} | ${avoided.replaceAll('|', String.raw`\|`)} | \`${file}\`: ${name} |`,
  )
  return `# Defects that the starter does not have

Sixty-two kinds of defects that real delivery repositories have, found by reading dozens of them, and how the starter avoids each. The last column is the test that would notice.

<!-- Written by: npx vitest run tools/test/defects.test.ts -u -->

| | defect | how the starter avoids it | test |
|---|---|---|---|
${lines.join('\n')}
`
}
