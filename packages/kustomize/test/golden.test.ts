import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { memoryTree } from '@slipway/diag'
import { buildKustomization, renderObjects } from '../src/index.ts'
import { configMap, result, single } from './build.ts'

interface Recorded {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly target: string
  readonly text: string
}

// Recorded from kustomize's own library by conformance/kustomize/record.mjs: `build DIRECTORY`, the files, and what it prints.
const GOLDEN = new URL('golden/', import.meta.url)
const recorded = readdirSync(GOLDEN).map((name) => recordedIn(name, readFileSync(new URL(name, GOLDEN), 'utf8')))

function recordedIn(name: string, text: string): Recorded {
  const [command = '', ...rest] = text.split(/^-- (.+) --\n/m)
  const parts: Record<string, string> = {}
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const [path = '', content = ''] = rest.slice(at)
    // A text that does not end its last line says so.
    const open = path.endsWith(' (open)')
    parts[path.replace(/ \(open\)$/, '')] = open ? content.slice(0, -1) : content
  }
  const { stdout = '', ...files } = parts
  return { name, files, target: command.trim().slice('build '.length), text: stdout }
}

test.each(recorded)('$name is built to the bytes that real kustomize prints', ({ files, target, text }) => {
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
