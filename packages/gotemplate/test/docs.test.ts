import { expect, test } from 'vitest'
import { browserBundle, runInBrowser, runInstalled, sampleOf } from './sample.ts'

const sample = sampleOf('gotemplate.md')
const printed = 'Hello "Ada" <ada>\n'
const message = 'template: t:1:3: executing "t" at <index .list 9>: error calling index: index out of range: 9'

test('the sample has ten lines', () => {
  expect(sample.trimEnd().split('\n')).toHaveLength(10)
})

test('the sample runs in a browser: nothing of node is imported', async () => {
  const text = await browserBundle(sample)
  expect(text).not.toMatch(/["']node:/)
  expect(runInBrowser(text)).toEqual([printed, message, 1])
})

test('the sample runs where only the package is installed', async () => {
  expect(await runInstalled('@slipway/gotemplate', sample)).toBe(`${printed}\n${message} 1\n`)
})
