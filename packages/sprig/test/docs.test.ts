import { expect, test } from 'vitest'
import { browserBundle, runInBrowser, runInstalled, sampleOf } from '../../gotemplate/test/sample.ts'

const sample = sampleOf('sprig.md')
const printed = 'A-B 2024-02-29 true\n  k: "v"'

test('the sample has ten lines', () => {
  expect(sample.trimEnd().split('\n')).toHaveLength(10)
})

test('the sample runs in a browser: nothing of node is imported', async () => {
  const text = await browserBundle(sample)
  expect(text).not.toMatch(/["']node:/)
  expect(runInBrowser(text)).toEqual([printed])
})

test('the sample runs where only the package and its dependencies are installed', async () => {
  expect(await runInstalled('@slipway/sprig', sample)).toBe(`${printed}\n`)
}, 60_000)
