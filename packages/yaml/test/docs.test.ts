import { expect, test } from 'vitest'
import { browserBundle, runInBrowser, runInstalled, sampleOf } from '../../gotemplate/test/sample.ts'

const sample = sampleOf('yaml.md')
const plain = ['{"a":false,"false":8}', '{"a":"n","n":8}']
const written = 'a: false\n"false": 8\n'
const place = 'values.yaml 2 4'
const duplicate = 'key "a" is already defined at line 1, this one wins'

test('the sample has ten lines', () => {
  expect(sample.trimEnd().split('\n')).toHaveLength(10)
})

test('the sample runs in a browser: nothing of node is imported', async () => {
  const text = await browserBundle(sample)
  expect(text).not.toMatch(/["']node:/)
  expect(runInBrowser(text)).toEqual([...plain, written, place, duplicate])
})

test('the sample runs where only the package and its dependencies are installed', async () => {
  expect(await runInstalled('@slipway/yaml', sample)).toBe(`${[...plain, written, place, duplicate].join('\n')}\n`)
})
