import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { surprisesOf } from '../../conformance/kubernetes/lib/ratchet.mjs'
import { LOOSE } from '../../conformance/kubectl/lib/loose.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const json = (path: string): object => JSON.parse(read(path)) as object
const linesOf = (path: string): readonly string[] => read(path).split('\n').filter(Boolean)
const size = (path: string): number => Object.keys(json(path)).length

// Conformance tests of Kubernetes 1.36, and how many of each class passed already. The two classes only grow.
const TOTAL = 446
const PASSED = { A: 112, P: 42 }

const tests = linesOf('conformance/kubernetes/tests.txt')
  .filter((line) => !line.startsWith('#'))
  .map((line) => ({ kind: line[0] ?? '', name: line.slice(2), line }))
const failing = json('conformance/kubernetes/failing.json') as Readonly<Record<string, string>>
const ofClass = (kind: string): readonly string[] =>
  tests.filter((each) => each.kind === kind && failing[each.name] === undefined).map(({ name }) => name)

describe('conformance/kubernetes/tests.txt', () => {
  test('has each conformance test once, with its class', () => {
    for (const { line } of tests) expect(line).toMatch(/^[ABP?] \[sig-[a-z-]+\] \S.*\[Conformance\]$/)
    expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length)
    expect(tests.length).toBe(TOTAL)
  })

  test('has no fewer tests that pass than before; raise the figures when there are more', () => {
    expect({ A: ofClass('A').length, P: ofClass('P').length }).toEqual(PASSED)
  })

  test('only tests of these classes are known to fail, each with its cause', () => {
    const names = tests.filter(({ kind }) => kind === 'A' || kind === 'P').map(({ name }) => name)
    for (const [name, cause] of Object.entries(failing)) {
      expect(names).toContain(name)
      expect(cause.length).toBeGreaterThan(20)
    }
  })

  test('a run fails by a test that passed before and fails, and by one that passes and is said to fail', () => {
    const results = [
      { name: 'passes', ok: true },
      { name: 'fails', ok: false },
      { name: 'fails as said', ok: false },
      { name: 'passes by now', ok: true },
    ]
    const reasons = { 'fails as said': 'its cause', 'passes by now': 'its cause' }
    expect(surprisesOf(results, reasons).map(({ name }: { name: string }) => name)).toEqual(['fails', 'passes by now'])
    expect(read('conformance/kubernetes/run.mjs')).toContain('process.exit(surprises.size === 0 ? 0 : 1)')
  })
})

describe('docs/proof.md', () => {
  const rows = linesOf('docs/proof.md')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| suite'))
    .map((line) => line.slice(2, -2).split(' | '))

  test('each row has a suite, a result, a tool and a command', () => {
    expect(rows.length).toBeGreaterThan(50)
    for (const cells of rows) expect(cells, cells[0]).toHaveLength(4)
  })

  const slow = ofClass('A').filter((name) => name.includes('[Slow]'))
  const commands = linesOf('conformance/kubectl/recorded/commands.txt').filter(
    (line) => !line.startsWith('SLEEP'),
  ).length
  const differing = size('conformance/kubectl/differences.json')
  const worded = size('conformance/kubectl/differences-1.37.json')
  const folder = (path: string): readonly string[] => readdirSync(join(ROOT, path)).map((name) => `${path}/${name}`)
  const all = (count: number): string => `${count} of ${count}`
  const validations = folder('conformance/validation/recorded').reduce((sum, path) => sum + size(path), 0)
  const fast = ofClass('A').length - slow.length

  test.each([
    ['the conformance tests of Kubernetes that need no pods', `${all(fast)} of class A`],
    ['conformance tests of Kubernetes that need pods', `${ofClass('P').length} of class P`],
    ['kubectl commands, after masking', `${commands - differing} of ${commands}; the four others`],
    ['the same by kubectl 1.37.2', `${commands - differing - worded} of ${commands}; the same four, and six`],
    ['Argo CD scenarios', all(folder('conformance/argocd/recorded').length)],
    ['invalid objects of every kind', all(validations)],
    [
      'Dockerfile and .dockerignore',
      all(linesOf('packages/dockerfile/test/recorded/buildkit.jsonl').length).replaceAll('1000', '1,000'),
    ],
  ])('%s: %s', (suite, figures) => {
    const found = rows.filter(([name = '']) => name.startsWith(suite))
    expect(found).toHaveLength(1)
    expect(found[0]?.[1]).toContain(figures)
  })

  test('says in words what the lists say in numbers', () => {
    expect([slow.length, differing, worded, Object.keys(LOOSE).length]).toEqual([3, 4, 6, 4])
    expect(read('docs/proof.md')).toContain('without the three that are marked slow')
    expect(read('docs/proof.md')).toContain('four commands whose real output is not the same twice')
  })

  test('every command is of a file that is there', () => {
    const words = rows.flatMap(([, , , command = '']) =>
      [...command.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text),
    )
    const paths = words.flatMap((text) =>
      text.split(' ').filter((word) => /^(conformance|packages|starter|tools)\//.test(word)),
    )
    expect(paths.length).toBeGreaterThan(30)
    for (const path of paths) expect(existsSync(join(ROOT, path)), path).toBe(true)
    for (const text of words.filter((word) => word.startsWith('npm run bench '))) {
      const [name = ''] = text.split(' ').slice(-1)
      expect(existsSync(join(ROOT, `bench/${name}.mjs`)) || existsSync(join(ROOT, `bench/${name}`)), text).toBe(true)
    }
  })

  test('names the versions that conformance/peers builds', () => {
    const peers = read('conformance/peers/build')
    const built = (pattern: RegExp): string => pattern.exec(peers)?.[1] ?? ''
    const page = read('docs/proof.md')
    for (const [tool, version] of [
      ['Helm', built(/helm\/v4\/cmd\/helm@v([\d.]+)/)],
      ['Helm', built(/helm\/v3\/cmd\/helm@v(\d+\.\d+)/)],
      ['kustomize', built(/kustomize\/v5@v([\d.]+)/)],
      ['Kubernetes', built(/build_kubectl kubectl (\S+)/)],
      ['kubectl', built(/build_kubectl kubectl-1\.37 (\S+)/)],
    ] as const) {
      expect(version).not.toBe('')
      const others = [...page.matchAll(new RegExp(`\\b${tool} (\\d[\\d.]*\\d)`, 'g'))].map(([, found]) => found)
      expect(others).toContain(version)
    }
  })
})
