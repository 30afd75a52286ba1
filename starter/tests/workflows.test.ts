import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  APP,
  ARGO,
  IMAGE_FILES,
  changeApp,
  changeChart,
  changed,
  conclusions,
  digestOf,
  production,
  promote,
  promoted,
  promotions,
  release,
  released,
  sync,
  type Settings,
} from './support/actions/drive.ts'
import { pushIndex } from './support/actions/registry.ts'
import { executed, type RunResult, runWorkflow } from './support/actions/runner.ts'
import { allWorkflows, placeOf } from './support/actions/workflow.ts'
import { makeWorld, missingTools, type World } from './support/actions/world.ts'
import { run } from './support/starter.ts'

const missing = missingTools()
const LONG = 240_000

describe.skipIf(missing !== undefined)(
  `the workflows ${missing === undefined ? '' : `(missing here: ${missing})`}`,
  { timeout: LONG },
  () => {
    describe('release', () => {
      test('the first: tested, built once, scanned, attested, and its digest committed by the App', async () => {
        const world = await makeWorld()
        world.protect()
        const source = world.git('rev-parse', 'stg')
        const tree = world.git('rev-parse', 'stg:app')
        const result = await release(world)
        const all = { test: 'success', image: 'success', commit: 'success', sync: 'success' }
        expect(conclusions(result), result.output).toEqual(all)
        expect(world.state('builds.json', [])).toEqual([`tree-${tree}`])
        const digest = digestOf(world, 'stg', 'staging')
        expect(Object.keys(world.state('attestations.json', {}))).toEqual([digest])
        expect(world.git('rev-parse', 'stg^')).toBe(source)
        expect(changed(world, 'stg')).toEqual(IMAGE_FILES('staging'))
        expect(world.git('show', `stg:${IMAGE_FILES('staging')[2]}`)).toContain(digest)
        expect(world.git('show', `stg:${IMAGE_FILES('staging')[1]}`)).toContain(source)
        expect(world.git('log', '-1', '--format=%s', 'stg')).toBe(`Release ${digest} to staging`)
        expect(result.jobs['commit']?.outputs['revision']).toBe(world.git('rev-parse', 'stg'))
        expect(result.summary).toContain('was built')
        expect(result.output).toContain('Argo CD polls the repository and will sync staging to')
        expect(digestOf(world, 'stg', 'production')).toBe('')
      })

      test('its own commit does not start it again', () => {
        const push = allWorkflows().get('release.yaml')?.on['push'] as { branches: string[]; 'paths-ignore': string[] }
        expect(push.branches).toEqual(['stg'])
        const patterns = push['paths-ignore'].map(
          (glob) =>
            new RegExp(
              `^${glob
                .replaceAll('**', '.+')
                .replaceAll(/(?<!\.)\*|(?<=\/)\*/g, '[^/]+')
                .replace('.yaml', '\\.yaml')}$`,
            ),
        )
        for (const file of IMAGE_FILES('staging'))
          expect(
            patterns.some((pattern) => pattern.test(file)),
            file,
          ).toBe(true)
        for (const file of ['app/src/main.ts', 'deploy/environments/staging/values.yaml', 'deploy/chart/Chart.yaml'])
          expect(
            patterns.some((pattern) => pattern.test(file)),
            file,
          ).toBe(false)
      })

      test('the second with the same tree: nothing is built, nothing is committed, the new chart is synced', async () => {
        const world = await released()
        const digest = digestOf(world, 'stg', 'staging')
        const head = world.commit('stg', 'Change the chart', changeChart)
        const result = await release(world, ARGO)
        expect(conclusions(result), result.output).toMatchObject({
          image: 'success',
          commit: 'success',
          sync: 'success',
        })
        expect(world.state('builds.json', [])).toHaveLength(1)
        expect(world.git('rev-parse', 'stg')).toBe(head)
        expect(digestOf(world, 'stg', 'staging')).toBe(digest)
        expect(result.summary).toContain('was there already')
        expect(result.output).toContain('stg names this image already')
      })

      test('without an App: GITHUB_TOKEN commits where no rule forbids it, else the error says what to create', async () => {
        const free = await makeWorld()
        // What .github/rulesets/README.md says to leave out.
        free.protect(['pull_request', 'required_status_checks'])
        expect(conclusions(await release(free, {}))).toMatchObject({ commit: 'success' })
        expect(digestOf(free, 'stg', 'staging')).toMatch(/^sha256:/)

        const guarded = await makeWorld()
        guarded.protect()
        const result = await release(guarded, {})
        expect(conclusions(result)).toMatchObject({ image: 'success', commit: 'failure', sync: 'skipped' })
        for (const text of [
          '::error::stg refused',
          'Changes must be made through a pull request',
          'gh variable set APP_CLIENT_ID',
          'gh secret set APP_PRIVATE_KEY',
        ])
          expect(result.output).toContain(text)
        expect(digestOf(guarded, 'stg', 'staging')).toBe('')
      })

      test('a client id without its key fails in the step that needs it', async () => {
        const world = await makeWorld()
        const result = await release(world, { vars: APP.vars })
        expect(conclusions(result)).toMatchObject({ commit: 'failure' })
        expect(result.output).toContain('private-key')
      })

      test('a branch that moved to other sources is left to the newer push', async () => {
        const world = await makeWorld()
        world.protect()
        const before = { commit: () => void world.commit('stg', 'Change the app', changeApp('newer')) }
        const result = await release(world, { ...APP, before })
        expect(conclusions(result)).toMatchObject({ commit: 'success', sync: 'skipped' })
        expect(result.output).toContain('stg has other sources by now')
        expect(digestOf(world, 'stg', 'staging')).toBe('')
      })

      test('so is one that moves in the very moment of the commit', async () => {
        const world = await makeWorld()
        world.protect()
        world.setState('race.json', true)
        const result = await release(world)
        expect(conclusions(result)).toMatchObject({ commit: 'success', sync: 'skipped' })
        expect(result.output).toContain('stg moved meanwhile')
        expect(world.git('log', '-1', '--format=%s', 'stg')).toBe('Meanwhile')
      })

      test('a branch that moved without other sources gets its digest', async () => {
        const world = await makeWorld()
        world.protect()
        const before = { commit: () => void world.commit('stg', 'Change the chart', changeChart) }
        const result = await release(world, { ...APP, before })
        expect(conclusions(result)).toMatchObject({ commit: 'success', sync: 'success' })
        expect(digestOf(world, 'stg', 'staging')).toMatch(/^sha256:/)
        expect(world.git('log', '-1', '--format=%s', 'stg^')).toBe('Change the chart')
      })

      test('an image without attestation is built anew', async () => {
        const world = await released()
        const digest = digestOf(world, 'stg', 'staging')
        world.setState('attestations.json', { [digest]: 'acme/shop/.github/workflows/other.yaml' })
        const result = await release(world)
        expect(result.output).toContain('has no valid attestation of this pipeline')
        expect(world.state('builds.json', [])).toHaveLength(2)
        expect(digestOf(world, 'stg', 'staging')).not.toBe(digest)
      })

      test('a host image under the tag is refused, and so is a registry that does not answer', async () => {
        const world = await makeWorld()
        const tag = `tree-${world.git('rev-parse', 'stg:app')}`
        const labels = { 'slipway.host-image': 'true' }
        await pushIndex(world.registry, { repository: 'acme/shop', tag, platforms: ['linux/amd64'], labels, build: 0 })
        const host = await release(world)
        expect(conclusions(host)).toMatchObject({ image: 'failure', commit: 'skipped' })
        expect(host.output).toContain('is a host image')
        world.setState('state.json', { ...world.state('state.json', {}), down: true })
        const down = await release(world)
        expect(conclusions(down)).toMatchObject({ image: 'failure', commit: 'skipped' })
        expect(down.output).toContain('::error::the registry does not answer')
        expect(world.state('builds.json', [])).toEqual([])
      })

      test('failing tests or a fixable vulnerability stop it; what was built is neither attested nor deployed', async () => {
        const world = await makeWorld()
        world.setState('state.json', { ...world.state('state.json', {}), testsFail: true })
        expect(conclusions(await release(world))).toMatchObject({
          test: 'failure',
          image: 'skipped',
          commit: 'skipped',
        })
        world.setState('state.json', { ...world.state('state.json', {}), testsFail: false })
        world.setState('vulnerable.json', true)
        expect(conclusions(await release(world))).toMatchObject({
          image: 'failure',
          commit: 'skipped',
          sync: 'skipped',
        })
        expect(world.state('attestations.json', {})).toEqual({})
      })

      test('a chart that pulls from elsewhere than this pipeline pushes to is an error', async () => {
        const world = await makeWorld()
        world.commit('stg', 'Another registry', (directory) => {
          const file = join(directory, 'deploy/chart/values.yaml')
          writeFileSync(file, readFileSync(file, 'utf8').replace('ghcr.io/acme/', 'ghcr.io/somebody/'))
        })
        const result = await release(world)
        expect(conclusions(result)).toMatchObject({ image: 'failure', commit: 'skipped' })
        expect(result.output).toContain('but this pipeline can push only to ghcr.io/acme/')
      })
    })

    describe('sync', () => {
      test('waits until Argo CD sees the commit, syncs, and checks the image; no secret in any argument', async () => {
        const world = await makeWorld()
        world.setState('argocd.json', { token: 'argocd-token', lag: 3 })
        const result = await release(world, ARGO)
        expect(conclusions(result), result.output).toMatchObject({ sync: 'success' })
        const verbs = world.calls('argocd').map(({ args }) => args.slice(0, 3).join(' '))
        expect(verbs).toEqual([
          ...Array(4).fill('app get staging'),
          'app sync staging',
          'app wait staging',
          'app get staging',
        ])
        const everything = ['argocd', 'gh', 'docker', 'curl', 'npm'].flatMap((name) => world.calls(name))
        const secrets = ['argocd-token', 'the-key', ...Object.keys(world.state('tokens.json', {}))]
        for (const { args } of everything) for (const secret of secrets) expect(args.join(' ')).not.toContain(secret)
        for (const secret of secrets) expect(result.output).not.toContain(secret)
      })

      test('an operation in progress is waited for; another refusal, a sick release and another image fail', async () => {
        const world = await released()
        const digest = digestOf(world, 'stg', 'staging')
        const trial = async (settings: object): Promise<RunResult> => {
          world.setState('argocd.json', { token: 'argocd-token', ...settings })
          const revision = world.git('rev-parse', 'stg')
          return sync(world, { ...ARGO, inputs: { application: 'staging', revision, digest } })
        }
        expect(conclusions(await trial({ busy: true }))).toEqual({ follow: 'skipped', sync: 'success' })
        const FAILURES: readonly (readonly [object, string])[] = [
          [{ broken: true }, '::error::PermissionDenied'],
          [{ unhealthy: true }, 'not healthy'],
          [{ otherImage: `sha256:${'9'.repeat(64)}` }, 'is healthy, but runs ["ghcr.io/acme/shop@sha256:999'],
          [{ version: 'nginx' }, "is not Argo CD's: nginx"],
          [{ wrongChecksum: true }, 'WARNING: 1 computed checksum did NOT match'],
          [{ lag: 99 }, '::error::staging is at'],
        ]
        for (const [settings, message] of FAILURES) {
          const result = await trial(settings)
          expect(conclusions(result)).toEqual({ follow: 'skipped', sync: 'failure' })
          expect(result.output).toContain(message)
        }
      })

      test('with a password: by standard input, and the session is masked', async () => {
        const world = await released()
        const inputs = {
          application: 'staging',
          revision: world.git('rev-parse', 'stg'),
          digest: digestOf(world, 'stg', 'staging'),
        }
        const vars = { ...ARGO.vars, ARGOCD_USERNAME: 'pipeline' }
        const result = await sync(world, { inputs, vars, secrets: { ARGOCD_PASSWORD: 'the-password' } })
        expect(conclusions(result), result.output).toEqual({ follow: 'skipped', sync: 'success' })
        expect(result.output).toContain('::add-mask::argocd-token')
        const [session] = world.calls('curl').filter(({ stdin }) => stdin !== '')
        expect(JSON.parse(session?.stdin ?? '')).toEqual({ username: 'pipeline', password: 'the-password' })
        for (const { args } of world.calls('curl')) expect(args.join(' ')).not.toContain('the-password')
      })

      const MISSING: readonly (readonly [string, Settings])[] = [
        ['the variable ARGOCD_SERVER (host name of Argo CD) is not set', { vars: { ARGOCD_SYNC: 'true' } }],
        ['neither the secret ARGOCD_AUTH_TOKEN nor ARGOCD_PASSWORD is set', { vars: ARGO.vars }],
        ['the variable ARGOCD_USERNAME is not set', { vars: ARGO.vars, secrets: { ARGOCD_PASSWORD: 'x' } }],
        [
          'ARGOCD_USERNAME is admin',
          { vars: { ...ARGO.vars, ARGOCD_USERNAME: 'admin' }, secrets: { ARGOCD_PASSWORD: 'x' } },
        ],
      ]
      test.each(MISSING)('fails by name: %s', async (message, settings) => {
        const world = await makeWorld()
        const result = await sync(world, settings)
        expect(conclusions(result)).toEqual({ follow: 'skipped', sync: 'failure' })
        expect(result.output).toContain(`::error::ARGOCD_SYNC is true, but ${message}`)
        expect(world.calls('argocd')).toEqual([])
      })
    })

    describe('promotion', () => {
      test.each(['merge', 'squash'] as const)(
        'with the App: a pull request with what staging ran; merged by %s',
        async (how) => {
          const world = await released()
          const result = await promote(world, 'stg')
          expect(conclusions(result), result.output).toEqual({
            source: 'success',
            test: 'skipped',
            image: 'skipped',
            staging: 'success',
            promote: 'success',
          })
          const [branch = ''] = promotions(world)
          expect(branch).toBe(`promote/stg-${world.git('rev-parse', 'stg').slice(0, 12)}`)
          expect(readFileSync(join(world.directory, 'pulls.jsonl'), 'utf8')).toBe(
            `${JSON.stringify({ head: branch, base: 'master' })}\n`,
          )
          expect(world.git('diff', '--name-only', 'stg', branch).split('\n')).toEqual(IMAGE_FILES('production'))
          expect(world.git('show', `${branch}:${IMAGE_FILES('production')[0]}`)).toBe(
            world.git('show', `stg:${IMAGE_FILES('staging')[0]}`),
          )

          const merged = world.merge(branch, how)
          const deployed = await production(world, ARGO)
          expect(conclusions(deployed), deployed.output).toEqual({ verify: 'success', sync: 'success' })
          expect(world.state('builds.json', [])).toHaveLength(1)
          expect(world.git('rev-parse', 'master')).toBe(merged)
          const again = await promote(world, 'stg')
          expect(again.output).toContain('::error::production has this already')
        },
      )

      test('without the App: the branch is pushed and the line for a person printed', async () => {
        const world = await released()
        const result = await promote(world, 'stg', {})
        expect(conclusions(result), result.output).toMatchObject({ promote: 'success' })
        const [branch = ''] = promotions(world)
        expect(result.output).toContain(`open the pull request: gh pr create --base master --head '${branch}'`)
        expect(world.calls('gh').filter(({ args }) => args[0] === 'pr')).toEqual([])
      })

      const REFUSED: readonly (readonly [string, (world: World) => string])[] = [
        ['::error::from must be stg or hotfix/<name>', () => 'master'],
        ['::error::from must be stg or hotfix/<name>', () => 'hotfix/$(id)'],
        [
          'the release of stg is not finished',
          (world) => (world.commit('stg', 'Change the app', changeApp('more')), 'stg'),
        ],
      ]
      test.each(REFUSED)('%s', async (message, prepare) => {
        const world = await released()
        const result = await promote(world, prepare(world))
        expect(Object.values(conclusions(result))).toContain('failure')
        expect(result.output).toContain(message)
        expect(promotions(world)).toEqual([])
      })

      test('nothing was released; or stg moves while it runs', async () => {
        const world = await makeWorld()
        expect((await promote(world, 'stg')).output).toContain('::error::nothing was released to staging yet')
        const before = { promote: () => void world.commit('stg', 'Change the chart', changeChart) }
        expect((await promote(world, 'stg', { ...APP, before })).output).toContain('::error::stg moved while this ran')
      })

      test('staging has to be healthy with exactly this commit, when Argo CD can be asked', async () => {
        const world = await released()
        const stg = world.git('rev-parse', 'stg')
        const ask = (staging: string, settings: Settings = ARGO): Promise<RunResult> => {
          world.setState('argocd.json', { token: 'argocd-token', staging })
          return promote(world, 'stg', settings)
        }
        const sick = await ask(`Synced Degraded ${stg}`)
        expect(conclusions(sick)).toMatchObject({ staging: 'failure', promote: 'skipped' })
        expect(sick.output).toContain(`::error::staging is 'Synced Degraded ${stg}'`)
        expect(conclusions(await ask(`Synced Healthy ${world.git('rev-parse', 'stg^')}`))).toMatchObject({
          staging: 'failure',
        })
        const unnamed = await ask('', { vars: ARGO.vars, secrets: APP.secrets })
        expect(unnamed.output).toContain('the secret ARGOCD_AUTH_TOKEN is not set')
        expect(conclusions(await ask(`Synced Healthy ${stg}`))).toMatchObject({
          staging: 'success',
          promote: 'success',
        })
        for (const { args } of world.calls('curl')) expect(args.join(' ')).not.toContain('argocd-token')
      })

      test('of a hotfix: built, scanned and attested as a release; staging must get it before the next promotion', async () => {
        const world = await promoted()
        world.git('branch', 'hotfix/price', 'master')
        const fix = world.commit('hotfix/price', 'Fix the price', changeApp('fixed'))
        const result = await promote(world, 'hotfix/price')
        expect(conclusions(result), result.output).toEqual({
          source: 'success',
          test: 'success',
          image: 'success',
          staging: 'skipped',
          promote: 'success',
        })
        const branch = promotions(world).find((name) => name.startsWith('promote/price')) ?? ''
        const digest = digestOf(world, branch, 'production')
        expect(world.state<string[]>('builds.json', [])).toHaveLength(2)
        expect(Object.keys(world.state('attestations.json', {}))).toContain(digest)
        expect(world.git('log', '-1', '--format=%B', branch)).toContain('Hotfix-Of: hotfix/price')
        world.merge(branch, 'merge')
        expect(conclusions(await production(world))).toEqual({ verify: 'success', sync: 'success' })

        world.commit('stg', 'Change the app', changeApp('something else'))
        await release(world)
        const refused = await promote(world, 'stg')
        expect(refused.output).toContain('::error::stg lacks what master has; cherry-pick to stg first')
        world.commit('stg', 'Undo', (directory) => {
          const file = join(directory, 'app/src/page.ts')
          writeFileSync(file, readFileSync(file, 'utf8').replace('// something else\n', ''))
        })
        world.commit('stg', 'Backport', changeApp('fixed'))
        await release(world)
        const after = await promote(world, 'stg')
        expect(conclusions(after), `${fix}\n${after.output}`).toMatchObject({ promote: 'success' })
      })
    })

    describe('production', () => {
      test('before the first promotion there is nothing to sync', async () => {
        const result = await production(await makeWorld(), ARGO)
        expect(conclusions(result)).toEqual({ verify: 'success', sync: 'skipped' })
        expect(result.output).toContain('::notice::nothing was released to production yet: promote staging')
      })

      test("a digest that is not the sources' own is refused, and so is an overlay that says another", async () => {
        const world = await promoted()
        const edit = (file: string, from: RegExp, to: string) => (directory: string) =>
          writeFileSync(join(directory, file), readFileSync(join(directory, file), 'utf8').replace(from, to))
        world.commit(
          'master',
          'Change the overlay',
          edit(IMAGE_FILES('production')[2] ?? '', /sha256:[0-9a-f]{64}/, `sha256:${'8'.repeat(64)}`),
        )
        expect((await production(world)).output).toContain("and the overlay's is sha256:888")
        world.commit(
          'master',
          'Change the digest',
          edit(IMAGE_FILES('production')[0] ?? '', /sha256:[0-9a-f]{64}/, `sha256:${'8'.repeat(64)}`),
        )
        const result = await production(world)
        expect(conclusions(result)).toEqual({ verify: 'failure', sync: 'skipped' })
        expect(result.output).toContain("::error::production's digest is sha256:888")
      })

      test('the rules hold: nobody pushes to master, and only the App to stg', async () => {
        const world = await promoted()
        const push = (refspec: string, env: Record<string, string>) =>
          run('git', ['push', world.remote, refspec], { cwd: world.remote, env: { ...world.env, ...env } })
        const app = { GH_TOKEN: world.token('app', { contents: 'write' }), BY_API: '1' }
        const commit = world.git('rev-parse', 'master^')
        const TRIALS: readonly (readonly [string, Record<string, string>, string])[] = [
          [`${commit}:refs/heads/master`, { PERSON: '1' }, 'non-fast-forward'],
          [`+${commit}:refs/heads/master`, { PERSON: '1' }, 'Cannot force-push'],
          [':refs/heads/master', { PERSON: '1' }, 'Cannot delete'],
          [':refs/heads/stg', { PERSON: '1' }, 'Cannot delete'],
          ['promote/stg:refs/heads/master', app, ''],
        ]
        for (const [refspec, env, message] of TRIALS.slice(0, 4)) {
          const result = await push(refspec, env)
          expect(result.status, refspec).not.toBe(0)
          expect(result.stderr).toContain(message)
        }
        const next = world.git(
          '-c',
          'user.name=x',
          '-c',
          'user.email=x@example.org',
          'commit-tree',
          '-p',
          'master',
          '-m',
          'x',
          'master^{tree}',
        )
        const direct = await push(`${next}:refs/heads/master`, app)
        expect(direct.stderr).toContain('Changes must be made through a pull request')
      })
    })

    test('the pull-request checks, with the real tools', async () => {
      const world = await makeWorld({ fakeNpm: false })
      const sha = world.git('rev-parse', 'stg')
      const result = await runWorkflow(world, 'pull-request.yaml', { name: 'pull_request', branch: 'stg', sha })
      expect(conclusions(result), result.output).toEqual({
        test: 'success',
        manifests: 'success',
        image: 'success',
        workflows: 'success',
      })
      expect(result.output).toMatch(/# pass \d+\n# fail 0/)
      expect(result.output).toMatch(/Invalid: 0, Errors: 0, Skipped: 0/)
    })

    test('no run: block is left that no test executed', () => {
      const blocks = [...allWorkflows()].flatMap(([file, workflow]) =>
        Object.entries(workflow.jobs).flatMap(([id, job]) =>
          (job.steps ?? []).flatMap((step, index) => (step.run === undefined ? [] : [placeOf(file, id, index)])),
        ),
      )
      expect(blocks.length).toBeGreaterThan(25)
      expect(blocks.filter((place) => !executed.has(place))).toEqual([])
    })
  },
)
