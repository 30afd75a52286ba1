import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@slipway/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  digestOf,
  IMAGE_FILES,
  production,
  promote,
  promotions,
  promoted,
  release,
  released,
} from './support/actions/drive.ts'
import { makeWorld, missingTools, type World } from './support/actions/world.ts'
import { hasRealApi, startRealApi } from './support/apiserver.ts'
import { helm, kustomize } from './support/render.ts'
import { copyStarter, run, STARTER, starterFiles, temporary, tool, yq } from './support/starter.ts'
import { toolbox } from './support/toolbox.ts'

const LONG = 240_000
const README = readFileSync(join(STARTER, 'README.md'), 'utf8')

/** Every block of commands by its first line, without the indentation that a list gives it. */
const blocks = new Map(
  [README, readFileSync(join(STARTER, '.github/rulesets/README.md'), 'utf8')].flatMap((text) =>
    [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', body = '']) => {
      const script = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
      return [script.split('\n')[0] ?? '', script] as const
    }),
  ),
)

// What needs a service that is not here, and what else shows that it works.
const NOT_RUN: Readonly<Record<string, string>> = {
  'slipway up --trust': 'run by packages/cli/test/up.test.ts, on this very starter',
  'gh workflow run promote.yaml --field from=stg':
    'GitHub starts it; workflows.test.ts runs the workflow with that input',
  'kubectl apply -f argocd/root.yaml': "needs Argo CD's kinds; schemas.test.ts and argocd.test.ts check the objects",
  'minikube start': 'needs Minikube and downloads; the images, charts and Applications are the ones of the other tests',
}
const RUN = {
  service: 'cd app',
  ask: 'curl localhost:8080',
  probes: 'kubectl -n staging port-forward deployment/shop 9090',
  push: 'git push origin master stg',
  keep: "git log --format= -p origin/master origin/stg -- 'deploy/environments/*/image.yaml' | grep -oE 'sha256:[0-9a-f]{64}' | sort -u",
  secret:
    'kubectl -n staging create secret docker-registry ghcr --docker-server=ghcr.io --docker-username="$GITHUB_USER" --docker-password="$READ_PACKAGES_TOKEN"',
  install:
    'helm install shop deploy/chart --namespace staging --create-namespace -f deploy/environments/staging/values.yaml -f deploy/environments/staging/image.yaml',
  rollback: 'git fetch origin',
  rulesets: 'APP_ID=123456',
} as const

const block = (name: keyof typeof RUN): string => blocks.get(RUN[name]) ?? ''
const missing = missingTools()

test('every block of commands of the READMEs is run by a test here, or there is a reason why not', () => {
  expect([...blocks.keys()].sort()).toEqual([...Object.keys(NOT_RUN), ...Object.values(RUN)].sort())
})

test('paths that the README names exist', () => {
  const files = starterFiles()
  const paths = [...README.matchAll(/(?<![\w/.$-])((?:\.github|app|argocd|deploy)\/[\w./-]*\w)/g)].map(
    (match) => match[1] ?? '',
  )
  expect(paths.length).toBeGreaterThan(15)
  expect(paths.filter((path) => !files.some((file) => file === path || file.startsWith(`${path}/`)))).toEqual([])
})

test('values that the README names exist', () => {
  const values = readFileSync(join(STARTER, 'deploy/chart/values.yaml'), 'utf8')
  const named = [
    ...README.matchAll(
      /`((?:ingress|networkPolicy|serviceMonitor|externalSecret|existingSecret|imagePullSecrets)(?:\.\w+)?)`/g,
    ),
  ].map((match) => match[1] ?? '')
  expect(named.length).toBeGreaterThan(8)
  for (const path of named)
    for (const key of path.split('.')) expect(values, path).toMatch(new RegExp(`^ *${key}:`, 'm'))
})

test.skipIf(!tool('npm') || !tool('curl'))(
  'the service alone: installed, tested, built, started, asked (needs npm and curl)',
  async () => {
    const folder = temporary()
    copyStarter(folder)
    // The same commands on ports that are free here.
    const ports = (text: string): string => text.replaceAll(':8080', ':18080').replaceAll(':9090', ':19090')
    const env = { ...process.env, PORT: '18080', MANAGEMENT_PORT: '19090' }
    const child = spawn('bash', ['-euo', 'pipefail', '-c', block('service')], {
      cwd: folder,
      env,
      detached: true,
      stdio: 'ignore',
    })
    onTestFinished(() => end(child))
    const [root = '', ready = ''] = block('ask').trim().split('\n').map(ports)
    await eventually(async () => expect((await shell(ready)).stdout).toBe('ready\n'), { within: 200_000, every: 500 })
    expect(JSON.parse((await shell(root)).stdout)).toMatchObject({ service: 'shop', environment: 'local' })
    const probes = ports(block('probes')).trim().split('\n').slice(1)
    expect(probes).toHaveLength(3)
    for (const probe of probes) expect((await shell(`${probe} --fail`)).status, probe).toBe(0)
  },
  LONG,
)

describe.skipIf(missing !== undefined)(
  `git and GitHub ${missing === undefined ? '' : `(missing here: ${missing})`}`,
  { timeout: LONG },
  () => {
    test('both branches are pushed', async () => {
      const folder = temporary()
      copyStarter(folder)
      const remote = join(folder, '..', `${folder.split('/').at(-1)}.git`)
      onTestFinished(() => rmSync(remote, { recursive: true, force: true }))
      const prepare = `git init --quiet --bare ${remote}; git init --quiet -b master; git add .; git -c user.name=a -c user.email=a@b commit -qm Start; git branch stg; git remote add origin ${remote}`
      expect(await shell(`${prepare}; ${block('push')}`, { cwd: folder })).toMatchObject({ status: 0 })
    })

    test('the digests to keep are all that an image.yaml ever named', async () => {
      const world = await released()
      const first = digestOf(world, 'stg', 'staging')
      world.setState('attestations.json', {})
      await release(world)
      const kept = await shell(block('keep'), { cwd: clone(world), env: { ...process.env, ...world.env } })
      expect(kept.stdout.trim().split('\n')).toEqual([first, digestOf(world, 'stg', 'staging')].sort())
    })

    test("a rollback gives production an earlier commit's tree; the workflow finds its image and builds nothing", async () => {
      const world = await promoted()
      const earlier = world.git('rev-parse', 'master')
      world.commit('stg', 'Change the app', (directory) =>
        execFileSync('sh', ['-c', 'echo "// more" >>app/src/page.ts'], { cwd: directory }),
      )
      await release(world)
      expect((await promote(world, 'stg')).jobs['promote']?.result).toBe('success')
      const newest = promotions(world).find((name) => world.git('log', '--format=%H', `master..${name}`) !== '')
      world.merge(newest ?? '', 'squash')
      const builds = world.state<string[]>('builds.json', [])
      expect(builds).toHaveLength(2)

      const identity = {
        GIT_AUTHOR_NAME: 'Dev',
        GIT_AUTHOR_EMAIL: 'dev@example.org',
        GIT_COMMITTER_NAME: 'Dev',
        GIT_COMMITTER_EMAIL: 'dev@example.org',
      }
      const token = world.token('app', { 'pull-requests': 'write' })
      const env = { ...process.env, ...world.env, ...identity, PERSON: '1', GH_TOKEN: token, EARLIER: earlier }
      expect(await shell(block('rollback'), { cwd: clone(world), env })).toMatchObject({ status: 0 })
      expect(world.git('rev-parse', 'rollback^{tree}')).toBe(world.git('rev-parse', `${earlier}^{tree}`))
      world.merge('rollback', 'squash')
      expect((await production(world)).jobs['verify']?.result).toBe('success')
      expect(world.state('builds.json', [])).toEqual(builds)
    })

    test("the branch rules are created with the App's id", async () => {
      const world = await makeWorld()
      expect(await shell(block('rulesets'), { env: { ...process.env, ...world.env } })).toMatchObject({ status: 0 })
      const sent = world
        .calls('gh')
        .map(({ args, stdin }) => stdin || readFileSync(join(STARTER, args.at(-1) ?? ''), 'utf8'))
      const rulesets = sent.map((text) => JSON.parse(text) as { name: string; bypass_actors: { actor_id: number }[] })
      expect(rulesets.map(({ name, bypass_actors }) => [name, bypass_actors.map(({ actor_id }) => actor_id)])).toEqual([
        ['stg', [123_456]],
        ['master', []],
      ])
    })
  },
)

test.skipIf(!hasRealApi || !helm || !kustomize || !yq)(
  'a cluster without Argo CD: by Helm, by Kustomize, with a pull secret (needs the real API server, helm and yq)',
  async () => {
    const api = await startRealApi()
    onTestFinished(() => api.stop())
    const folder = temporary()
    copyStarter(folder)
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    execFileSync('ln', ['-s', tool('kubectl') ?? '', join(bin, 'kubectl')])
    const tools = toolbox()
    const env = {
      ...tools,
      PATH: `${bin}:${tools['PATH']}`,
      KUBECONFIG: api.kubeconfig,
      HOME: folder,
      GITHUB_USER: 'dev',
      READ_PACKAGES_TOKEN: 'x',
    }
    const image = { ENVIRONMENT: 'staging', DIGEST: `sha256:${'1'.repeat(64)}`, COMMIT: '2'.repeat(40) }
    expect(
      await shell('bash .github/scripts/write-image.sh', { cwd: folder, env: { ...env, ...image } }),
    ).toMatchObject({ status: 0 })
    const [install = '', apply = ''] = block('install').trim().split('\n')
    // Nobody runs the smoke test's Job here.
    expect(await shell(`${install} --no-hooks`, { cwd: folder, env })).toMatchObject({ status: 0 })
    const deployed = async (): Promise<string> =>
      (await api.kubectl(['-n', 'staging', 'get', 'deployment', 'shop', '-o', 'jsonpath={..image}'])).stdout
    expect(await deployed()).toBe(`ghcr.io/acme/shop@${image.DIGEST}`)
    expect(await shell('helm uninstall shop --namespace staging --no-hooks', { cwd: folder, env })).toMatchObject({
      status: 0,
    })
    expect(await deployed()).toBe('')
    expect(await shell(apply, { cwd: folder, env })).toMatchObject({ status: 0 })
    expect(await deployed()).toBe(`ghcr.io/acme/shop@${image.DIGEST}`)
    expect(await shell(block('secret'), { cwd: folder, env })).toMatchObject({ status: 0 })
    expect(IMAGE_FILES('staging').every((path) => existsSync(join(folder, path)))).toBe(true)
  },
  LONG,
)

function shell(script: string, options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  return run('bash', ['-euo', 'pipefail', '-c', script], options)
}

function clone(world: World): string {
  const folder = join(temporary(), 'clone')
  execFileSync('git', ['clone', '--quiet', world.remote, folder])
  return folder
}

/** `npm start` runs the service in a process of its own. */
function end(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
