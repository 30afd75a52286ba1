import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { memoryTree } from '@slipway/diag'
import { buildKustomization, renderObjects } from '../src/index.ts'
import { configMap, result, single } from './build.ts'

interface Recorded {
  readonly seed: number
  readonly files: Readonly<Record<string, string>>
  readonly target: string
  readonly text: string
}

// Recorded from kustomize's own library by conformance/kustomize/record.mjs.
const recorded = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as readonly Recorded[]

test.each(recorded)('tree $seed is built to the bytes that real kustomize prints', ({ files, target, text }) => {
  expect(renderObjects(buildKustomization(memoryTree(files, '/'), target).objects)).toBe(text)
})

test('deprecated fields are warned about in the words of the real tool', () => {
  const { warnings } = result(single('commonLabels: {a: b}\nvars: []\n', configMap('map')))
  expect(warnings).toEqual([
    "# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
    "# Warning: 'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] Run 'kustomize edit fix' to update your Kustomization automatically.",
  ])
})

test('files that were read are listed', () => {
  expect(result({ ...single('', configMap('map')), 'unread.yaml': '' }).files).toEqual([
    'kustomization.yaml',
    'all.yaml',
  ])
})

test('cost grows with the number of resources, not with its square', () => {
  const time = (count: number): number => {
    const documents = Array.from({ length: count }, (_, at) => configMap(`map-${at}`))
    const files = single('namePrefix: p-\nnamespace: space\nlabels: [{pairs: {a: b}}]\n', ...documents)
    const start = performance.now()
    expect(result(files).objects).toHaveLength(count)
    return performance.now() - start
  }
  time(500)
  // Eight times as many: a quadratic build would take 64 times as long.
  expect(time(8000) / Math.max(time(1000), 20)).toBeLessThan(30)
})
