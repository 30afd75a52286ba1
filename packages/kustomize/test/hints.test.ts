import { expect, test } from 'vitest'
import { conversionHints } from '../src/index.ts'

test('old fields are told with what to write instead', () => {
  const text =
    'resources: [a]\ncommonLabels: {app: web}\npatchesStrategicMerge:\n- a.yaml\n- |-\n  kind: X\n  metadata: {}\n'
  expect(conversionHints(text, 'k.yaml')).toMatchObject([
    {
      code: 'KUSTOMIZE_DEPRECATED',
      message: "'commonLabels' is deprecated, 'labels' has taken its place",
      hint: 'write `labels: [{includeSelectors: true, pairs: {"app":"web"}}]`',
      range: { file: 'k.yaml', start: { line: 2, column: 1 } },
    },
    {
      hint: expect.stringContaining('patches: [{path: a.yaml}, {patch: ...}]') as string,
      range: { start: { line: 3 } },
    },
  ])
})

test.each(['', '- a\n', 'resources: [a]\n'])('%j has nothing old', (text) => {
  expect(conversionHints(text, 'k.yaml')).toEqual([])
})
