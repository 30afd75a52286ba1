import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allWorkflows, type RawStep, WORKFLOWS } from './support/actions/workflow.ts'
import { copyStarter, run, STARTER, starterFiles, temporary, tool } from './support/starter.ts'

interface RecordedAction {
  readonly version: string
  readonly commit: string
  readonly source: string
  readonly using: string
  readonly required: readonly string[]
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly notRun: string
}

const file = new URL('data/actions.json', import.meta.url)
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, RecordedAction>
const workflows = [...allWorkflows()]
const steps = workflows.flatMap(([name, workflow]) =>
  Object.entries(workflow.jobs).flatMap(([job, { steps: all }]) =>
    (all ?? []).map((step) => ({ at: `${name} ${job}`, step })),
  ),
)
const uses = steps.flatMap(({ at, step }) =>
  step.uses === undefined ? [] : [{ at, step, action: step.uses.split('@')[0] ?? '' }],
)

describe("each `uses:`, against the action's own action.yml", () => {
  test('every action is recorded, with the reason why no test runs it; nothing else is', () => {
    expect([...new Set(uses.map(({ action }) => action))].sort()).toEqual(Object.keys(recorded).sort())
    for (const [name, action] of Object.entries(recorded)) {
      expect(action.source, name).toContain(`/blob/${action.commit}/`)
      expect(action.notRun.length, name).toBeGreaterThan(20)
      expect(action.using, 'a Node that GitHub still runs').toBe('node24')
    }
  })

  test.each(uses.map(({ at, action, step }) => [at, action, step] as const))('%s: %s', (_, action, step: RawStep) => {
    const known = recorded[action]
    expect(step.uses).toBe(`${action}@${known?.commit}`)
    const given = Object.keys(step.with ?? {})
    expect(given.filter((name) => !known?.inputs.includes(name))).toEqual([])
    expect(known?.required.filter((name) => !given.includes(name))).toEqual([])
  })

  test('the comment behind each commit is its version', () => {
    for (const name of readdirSync(WORKFLOWS)) {
      for (const [, action = '', comment] of readFileSync(join(WORKFLOWS, name), 'utf8').matchAll(
        /uses: ([^.@\s][^@\s]*)@\S+ # (\S+)$/gm,
      ))
        expect(comment, `${name}: ${action}`).toBe(recorded[action]?.version)
    }
  })

  test('outputs that are read exist', () => {
    const texts = workflows.map(([name]) => readFileSync(join(WORKFLOWS, name), 'utf8')).join('\n')
    for (const { step, action } of uses.filter((each) => each.step.id !== undefined)) {
      const read = [...texts.matchAll(new RegExp(`steps\\.${step.id}\\.outputs\\.([\\w-]+)`, 'g'))].map(
        (match) => match[1],
      )
      expect(
        read.filter((name) => !recorded[action]?.outputs.includes(name ?? '')),
        step.id,
      ).toEqual([])
    }
  })
})

describe('what the workflows name exists', () => {
  const text = workflows.map(([name]) => readFileSync(join(WORKFLOWS, name), 'utf8')).join('\n')

  test('paths', () => {
    const files = starterFiles()
    const paths = [...text.matchAll(/(?<![\w/.$-])((?:\.github|app|argocd|deploy)\/[\w./-]+\w)/g)].map(
      (match) => match[1] ?? '',
    )
    expect(paths.length).toBeGreaterThan(10)
    const missing = new Set(
      paths.filter((path) => !files.some((known) => known === path || known.startsWith(`${path}/`))),
    )
    expect([...missing]).toEqual([])
  })

  test("Argo CD's Applications, by the names and branches that the workflows sync", () => {
    const synced = workflows.flatMap(([, { on, jobs }]) =>
      Object.values(jobs).flatMap((job) =>
        job.uses?.endsWith('/sync.yaml')
          ? [[job.with?.['application'], (on['push'] as { branches: string[] }).branches]]
          : [],
      ),
    )
    const applications = ['production', 'staging'].map((name) => {
      const application = readFileSync(join(STARTER, `argocd/applications/${name}.yaml`), 'utf8')
      expect(application).toMatch(new RegExp(`^  name: ${name}$`, 'm'))
      return [name, [/targetRevision: (\S+)/.exec(application)?.[1]]]
    })
    expect(synced).toEqual(applications)
  })

  test("the rulesets' required checks are the names of the pull request's jobs", () => {
    const jobs = Object.entries(allWorkflows().get('pull-request.yaml')?.jobs ?? {}).map(([id, { uses: called }]) =>
      called === undefined
        ? id
        : `${id} / ${Object.keys(allWorkflows().get(called.split('/').at(-1) ?? '')?.jobs ?? {})[0]}`,
    )
    for (const name of ['stg', 'master']) {
      const ruleset = JSON.parse(readFileSync(join(STARTER, `.github/rulesets/${name}.json`), 'utf8')) as {
        rules: { parameters?: { required_status_checks?: { context: string }[] } }[]
      }
      const required = ruleset.rules.flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
      expect(required.map(({ context }) => context).sort()).toEqual(jobs.sort())
    }
  })

  test('secrets go by name, and only where a called workflow declares them', () => {
    expect(text).not.toContain('secrets: inherit')
    const named = new Set([...text.matchAll(/secrets\.([A-Z_]+)/g)].map((match) => match[1]))
    expect([...named].sort()).toEqual(['APP_PRIVATE_KEY', 'ARGOCD_AUTH_TOKEN', 'ARGOCD_PASSWORD'])
    const readme = readFileSync(join(STARTER, 'README.md'), 'utf8')
    const variables = new Set([...text.matchAll(/vars\.([A-Z_]+)/g)].map((match) => match[1] ?? ''))
    for (const name of [...named, ...variables])
      expect(readme, `${name} is not in the table of the README`).toContain(`\`${name}\``)
  })

  test('git is the only thing that the pipeline writes to: no kubectl, no helm upgrade, no argocd app create, no sed', () => {
    const scripts = starterFiles('.github/scripts').map((path) => readFileSync(join(STARTER, path), 'utf8'))
    const commands = [...steps.map(({ step }) => step.run ?? ''), ...scripts].join('\n').replace(/^\s*#.*$/gm, '')
    expect(commands).not.toMatch(/\bkubectl\b|helm (upgrade|install)|app (create|set|delete)|\bsed\b/)
  })
})

describe('scripts', () => {
  const scripts = starterFiles('.github/scripts')

  test.each(scripts)('%s stops at the first failure, and is shell', (path) => {
    const text = readFileSync(join(STARTER, path), 'utf8')
    expect(text).toContain('\nset -euo pipefail\n')
    expect(spawnSync('bash', ['-n', join(STARTER, path)]).status).toBe(0)
  })

  const shellcheck = tool('shellcheck')
  test.skipIf(!shellcheck).each(scripts)('shellcheck (needs it in PATH) has nothing to say of %s', async (path) => {
    expect(await run(shellcheck ?? '', ['--severity=info', path])).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  const actionlint = tool('actionlint')
  test.skipIf(!actionlint)('actionlint (needs it in PATH or PEERS_BIN) has nothing to say', async () => {
    // It finds called workflows from the root of a repository; with shellcheck in PATH it also reads the scripts of the steps.
    const repository = temporary()
    copyStarter(repository)
    await run('git', ['init', '--quiet'], { cwd: repository })
    expect(await run(actionlint ?? '', ['-no-color'], { cwd: repository })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    })
    const broken = join(repository, '.github/workflows/broken.yaml')
    writeFileSync(
      broken,
      'on: push\njobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "echo ${{ github.event.issue.title }}"}]}}\n',
    )
    expect((await run(actionlint ?? '', ['-no-color'], { cwd: repository })).status).toBe(1)
  })

  // A Rust program on crates.io and PyPI. Where it is missing, packages/workflows/test/audit.test.ts holds the workflows to its main rules.
  const zizmor = tool('zizmor')
  test.skipIf(!zizmor)('zizmor (needs it in PATH or PEERS_BIN) has nothing to say', async () => {
    const result = await run(zizmor ?? '', ['--offline', '.github'])
    expect(result.status, result.stdout + result.stderr).toBe(0)
  })
})
