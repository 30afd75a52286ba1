import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { runHelm } from '../../src/helm/index.ts'

const CHART = `apiVersion: v2
name: c
version: 1.0.0
dependencies:
- name: s
  version: 1.0.0
  tags: [t]
  condition: x.flag
  import-values: [{child: some.deep, parent: p}, none]
`

/** A chart of which Helm warns in each way that it has. */
async function warningChart(): Promise<string> {
  const folder = await temporaryDirectory()
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  mkdirSync(join(folder, 'charts/s'), { recursive: true })
  mkdirSync(join(folder, 'templates'))
  write('Chart.yaml', CHART)
  write('charts/s/Chart.yaml', 'apiVersion: v2\nname: s\nversion: 1.0.0\n')
  write('values.yaml', 'tags: {t: often}\nx: {flag: 7}\nk: 1\n')
  write('templates/a.yaml', 'a: {{ required "need it" .Values.z }}{{ required "all" "" }}{{ fail "oh no" }}\n')
  return folder
}

async function warnings(...args: string[]): Promise<string[]> {
  let stderr = ''
  const none = { write: () => true }
  const write = (text: string): boolean => {
    stderr += text
    return true
  }
  await runHelm(args, { stdout: none, stderr: { write }, cwd: await warningChart(), env: {} })
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Error: '))
}

test('lint logs what Helm 4 logs', async () => {
  expect(await warnings('lint', '.', '--set', 'k.z=1')).toEqual([
    'level=INFO msg="warning: destination for k is a table. Ignoring non-table value (1)"',
    'level=INFO msg="warning: skipped value for c.k: Not a table."',
    'level=WARN msg="returned non-bool value" tag=t chart=s',
    'level=WARN msg="returned non-bool value" path=x.flag chart=s',
    String.raw`level=WARN msg="ImportValues missing table from chart" chart=s error="\"some\" is not a table"`,
    String.raw`level=WARN msg="ImportValues missing table" error="\"exports\" is not a table"`,
    'level=INFO msg="warning: skipped value for c.k: Not a table."',
    'level=INFO msg="warning: skipped value for c.k: Not a table."',
    'level=WARN msg="missing required value" message="need it"',
    'level=WARN msg="missing required values" message=all',
    'level=INFO msg="funcMap fail" message="oh no"',
  ])
})

test('Helm 3 names the line of its own source', async () => {
  expect(await warnings('lint', '.', '--set', 'k.z=1', '--compat', 'helm3')).toEqual([
    'coalesce.go:319: warning: destination for k is a table. Ignoring non-table value (1)',
    'coalesce.go:237: warning: skipped value for c.k: Not a table.',
    "dependencies.go:95: Warning: Tag 't' for chart s returned non-bool value",
    "dependencies.go:64: Warning: Condition path 'x.flag' for chart s returned non-bool value",
    'dependencies.go:270: Warning: ImportValues missing table from chart s: "some" is not a table',
    'dependencies.go:287: Warning: ImportValues missing table: "exports" is not a table',
    'coalesce.go:237: warning: skipped value for c.k: Not a table.',
    'coalesce.go:237: warning: skipped value for c.k: Not a table.',
    'engine.go:206: [INFO] Missing required value: need it',
    'engine.go:214: [INFO] Missing required value: all',
    'engine.go:227: [INFO] Fail: oh no',
  ])
})
