import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { AUDIT_RULES, auditWorkflow } from '@slipway/workflows'

const PINNED = 'a'.repeat(40)
const SAFE = `on: {push: {branches: [stg]}}
permissions: {}
defaults: {run: {shell: bash}}
jobs:
  a:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@${PINNED}
        with: {persist-credentials: false}
      - run: echo "$NAME"
        env: {NAME: "\${{ github.ref_name }}"}
`
const rules = (text: string): string[] =>
  auditWorkflow(text, 'a.yaml').map(({ rule, place }) => `${rule} ${place}`.trim())

test('a workflow that keeps the rules has no finding', () => {
  expect(rules(SAFE)).toEqual([])
  expect(rules('just text')).toEqual([])
})

// Each: what is changed in the safe one, into what, and what is found then.
const BROKEN: readonly (readonly [string, string, readonly string[]])[] = [
  ['echo "$NAME"', 'echo "${{ github.head_ref }}"', ['template-injection jobs.a.steps[1]']],
  [`@${PINNED}`, '@v7', ['unpinned-uses jobs.a.steps[0]']],
  ['persist-credentials: false', 'fetch-depth: 0', ['artipacked jobs.a.steps[0]']],
  ['permissions: {}\n', '', ['excessive-permissions']],
  ['permissions: {}', 'permissions: write-all', ['excessive-permissions']],
  ['permissions: {}', 'permissions: {packages: write}', ['excessive-permissions']],
  ['permissions: {contents: read}', 'permissions: write-all', ['excessive-permissions jobs.a']],
  ['push: {branches: [stg]}', 'pull_request_target: {}', ['dangerous-triggers']],
  ['push: {branches: [stg]}', 'workflow_run: {workflows: [b]}', ['dangerous-triggers']],
  ['push: {branches: [stg]}', 'pull_request: {paths: [app/**]}', ['pull-request-paths']],
  ['ubuntu-24.04', '[self-hosted, linux]', ['self-hosted-runner jobs.a']],
  ['    timeout-minutes: 5\n', '', ['no-timeout jobs.a']],
  ['defaults: {run: {shell: bash}}\n', '', ['shell-without-pipefail jobs.a.steps[1]']],
  ['echo "$NAME"', 'make test || true', ['masked-failure jobs.a.steps[1]']],
  ['echo "$NAME"', '\'echo "a=$(make)" >>"$GITHUB_OUTPUT"\'', ['masked-failure jobs.a.steps[1]']],
  ['      - run:', '      - continue-on-error: true\n        run:', ['masked-failure jobs.a.steps[1]']],
  ['echo "$NAME"', 'argocd login --insecure', ['insecure-transport jobs.a.steps[1]']],
  ['echo "$NAME"', 'curl -sk https://x', ['insecure-transport jobs.a.steps[1]']],
  ['echo "$NAME"', 'argocd login --password "$P"', ['secret-in-argument jobs.a.steps[1]']],
  ['github.ref_name', 'toJSON(secrets)', ['overprovisioned-secrets']],
  ['    runs-on', '    secrets: inherit\n    runs-on', ['secrets-inherit jobs.a']],
  ...['actions/cache@', 'actions/setup-node@', 'docker/setup-buildx-action@', 'anchore/scan-action@'].map(
    (action) =>
      [`      - run`, `      - uses: ${action}${PINNED}\n      - run`, ['cache-poisoning jobs.a.steps[1]']] as const,
  ),
  [
    '      - run',
    `      - uses: docker/build-push-action@${PINNED}\n        with: {cache-from: "type=gha"}\n      - run`,
    ['cache-poisoning jobs.a.steps[1]'],
  ],
]

describe('each rule finds what it is for', () => {
  test.each(BROKEN)('%s -> %s', (from, to, expected) => {
    expect(SAFE).toContain(from)
    expect(rules(SAFE.replace(from, to))).toEqual(expected)
  })

  test('and every rule is among them', () => {
    const seen = new Set(BROKEN.flatMap(([, , expected]) => expected.map((line) => line.split(' ')[0])))
    expect([...seen].sort()).toEqual(AUDIT_RULES)
  })
})

test('a cache is safe where only pull requests use it', () => {
  const text = SAFE.replace('push: {branches: [stg]}', 'pull_request: {}').replace(
    '      - run',
    `      - uses: actions/cache@${PINNED}\n      - run`,
  )
  expect(rules(text)).toEqual([])
})

test("the starter's workflows keep every rule", () => {
  const folder = new URL('../../../starter/.github/workflows/', import.meta.url)
  const files = readdirSync(folder)
  expect(files.length).toBeGreaterThan(5)
  expect(files.flatMap((name) => auditWorkflow(readFileSync(new URL(name, folder), 'utf8'), name))).toEqual([])
})
