import type { ClusterStatus } from '@slipway/environments'
import { eventually } from '@slipway/testkit'
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLoad } from './load.ts'
import {
  type Application,
  type Deployment,
  filesWith,
  healthOf,
  imageIds,
  readyEndpoints,
  registryBlobs,
  repositoryState,
  runOf,
  watched,
} from './observe.ts'
import { ask, Sandbox } from './slipway.ts'

const LONG = 150_000
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'staging', name: 'shop' }
const APPLICATION = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }
const HAS_KUBECTL = spawnSync('kubectl', ['version', '--client']).status === 0

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await Sandbox.make()
  await sandbox.up()
}, LONG)

afterAll(() => sandbox.remove())

describe('slipway up on the starter', () => {
  test('brings both environments up, each with its own branch, version and pods', async () => {
    const { environments } = await sandbox.status()
    const production = environments.find(({ name }) => name === 'production')
    const staging = environments.find(({ name }) => name === 'staging')
    expect(production).toMatchObject({ branch: 'master', sync: 'Synced', health: 'Healthy' })
    expect(staging).toMatchObject({ branch: 'stg', sync: 'Synced', health: 'Healthy' })
    expect(production?.pods.filter(({ ready }) => ready)).toHaveLength(3)
    expect(staging?.pods.filter(({ ready }) => ready)).toHaveLength(1)
    const answers = [await ask(production?.url ?? ''), await ask(staging?.url ?? '')]
    expect(answers.map(({ environment }) => environment)).toEqual(['production', 'staging'])
    expect(answers[0]?.digest).toBe(production?.images[0]?.digest)
    expect((await sandbox.slipway('status')).code).toBe(0)
  })

  test('shows its progress in whole lines where there is no terminal: no spinner, nothing that is written over', () => {
    expect(sandbox.output).toMatch(/^production: Synced, Progressing, /m)
    expect(sandbox.output).toMatch(/^ready in \d/m)
    // oxlint-disable-next-line no-control-regex -- what moves the cursor is what it looks for
    expect(sandbox.output).not.toMatch(/[\r\b\u001b]/)
  })

  test('spreads calls over the ready pods of production', async () => {
    const { url } = await sandbox.environment('production')
    const pods = new Set<string>()
    for (let call = 0; call < 9; call++) pods.add((await ask(url)).pod)
    expect(pods.size).toBe(3)
  })

  test('restarts a killed process in its pod', async () => {
    const { url, pods } = await sandbox.environment('staging')
    const pid = await pidOf(pods[0]?.name ?? '')
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'dist/main.js')).toContain('dist/main.js')
    process.kill(pid, 'SIGKILL')
    await eventually(
      async () => expect((await sandbox.environment('staging')).pods[0]).toMatchObject({ ready: true, restarts: 1 }),
      { within: 20_000 },
    )
    // Service and pod are two objects: that the pod is ready again reaches its endpoints a moment later.
    await eventually(async () => expect((await ask(url)).pod).toBe(pods[0]?.name), { within: 20_000 })
    expect(await pidOf(pods[0]?.name ?? '')).not.toBe(pid)
  })

  test('answers from other pods while the one whose process was killed starts again', async () => {
    const { url } = await sandbox.environment('production')
    const { pod } = await ask(url)
    process.kill(await pidOf(pod), 'SIGKILL')
    await eventually(
      async () => {
        const answers = await Promise.all(Array.from({ length: 6 }, () => ask(url)))
        expect(new Set(answers.map((answer) => answer.pod)).size).toBe(2)
        expect(answers.map((answer) => answer.pod)).not.toContain(pod)
      },
      { within: 20_000 },
    )
    await eventually(
      async () => {
        const { pods } = await sandbox.environment('production')
        expect(pods.filter(({ ready }) => ready)).toHaveLength(3)
        expect(pods.find(({ name }) => name === pod)).toMatchObject({ restarts: 1 })
      },
      { within: 60_000 },
    )
  })

  test('keeps the environment of the user out of pods, builds, logs and layers', async () => {
    const pid = await pidOf((await sandbox.environment('staging')).pods[0]?.name ?? '')
    for (const each of [pid, ...(await sandbox.marked())])
      expect(await readFile(`/proc/${each}/environ`, 'utf8').catch(() => '')).not.toContain('must-not-leak')
    expect(sandbox.output).not.toContain('must-not-leak')
    // Copies of images are what is in their layers.
    const except = /\/(containers|spares)\//
    const written = (texts: string[]) => filesWith([sandbox.env['XDG_STATE_HOME'] ?? ''], { texts, except })
    expect(await written(['must-not-leak'])).toEqual([])
    // It looks where there is something to find: in logs of pods, and in layers.
    const known = (await written(['"level"', 'dist/main.js'])).join('\n')
    expect([/\/pods\/.*\/logs\//, /\/registry\/blobs\//].map((place) => place.test(known))).toEqual([true, true])
  })
})

describe('looking at it', () => {
  test('explain names the values line that made a field, and what it overrode', async () => {
    const { code, stdout } = await sandbox.slipway('explain', 'production', 'deploy/shop', 'spec.replicas')
    expect(code).toBe(0)
    expect(stdout).toContain('deployment.yaml:10:16')
    expect(stdout).toMatch(
      /values \.Values\.autoscaling\.minReplicas = 3\n {2}deploy\/environments\/production\/values\.yaml:\d+:\d+/,
    )
    expect(stdout).toMatch(
      /overrode default \.Values\.autoscaling\.minReplicas = 3\n {2}deploy\/chart\/values\.yaml:\d+:\d+/,
    )
    expect((await sandbox.slipway('explain', 'production', 'deploy/shop', 'spec.nothing')).code).toBe(2)
  })

  test('diff finds none in what was just deployed', async () => {
    expect(await sandbox.slipway('diff', 'production')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect((await sandbox.slipway('diff', 'nowhere')).code).toBe(2)
  })

  test('another commit is rendered without a build: with the image that its app has', async () => {
    const rendered = await sandbox.slipway('render', 'production', '--revision', 'stg')
    expect([rendered.code, rendered.stderr]).toEqual([0, ''])
    expect(rendered.stdout).toContain((await sandbox.environment('production')).images[0]?.digest)
  })

  test('logs name the pod of each line; render prints what is deployed', async () => {
    expect((await sandbox.slipway('logs', 'staging', '--tail', '5')).stdout).toMatch(/^shop-\S+ \{/m)
    expect((await sandbox.slipway('render', 'staging')).stdout).toContain('kind: Deployment')
  })
})

describe('a commit', () => {
  test(
    'on stg rolls staging and leaves production, the work tree, the index and every other ref as they are',
    async () => {
      const before = await sandbox.environment('production')
      const commit = await sandbox.edit('deploy/environments/staging/values.yaml', '#d97706', '#0ea5e9')
      const repository = await repositoryState(sandbox)
      // Whoever waits for what was just committed waits for that, however soon it asks.
      const waited = await sandbox.slipway('status', '--wait', '60s', '-o', 'json')
      expect(waited.code).toBe(0)
      const { environments } = JSON.parse(waited.stdout) as ClusterStatus
      expect(environments.find(({ name }) => name === 'staging')).toMatchObject({ commit, sync: 'Synced' })
      const staging = await sandbox.settled('staging', commit)
      expect((await ask(staging.url)).colour).toBe('#0ea5e9')
      expect((await sandbox.environment('production')).pods).toEqual(before.pods)
      expect(await repositoryState(sandbox)).toEqual(repository)
      const back = await sandbox.slipway('diff', 'staging', '--revision', 'HEAD~1')
      expect([back.code, back.stderr]).toEqual([1, ''])
      expect(back.stdout).toMatch(/^-.*#0ea5e9.*\n\+.*#d97706/m)
    },
    LONG,
  )

  test(
    'that changes code gives a new image, and no request fails while it rolls',
    async () => {
      const { url, images } = await sandbox.environment('staging')
      const load = startLoad(url)
      const commit = await sandbox.edit('app/package.json', '"version": "1.0.0"', '"version": "1.1.0"')
      const staging = await sandbox.settled('staging', commit)
      const { sent, failures } = await load.stop()
      expect(staging.images[0]?.digest).not.toBe(images[0]?.digest)
      expect((await ask(staging.url)).version).toContain('1.1.0')
      expect(failures).toEqual([])
      expect(sent).toBeGreaterThan(50)
    },
    LONG,
  )

  test(
    'with a chart that does not render is an error of its own environment, with its place',
    async () => {
      const before = await sandbox.environment('production')
      await sandbox.edit(
        'deploy/chart/templates/service.yaml',
        'apiVersion: v1',
        'apiVersion: v1\nbroken: {{ .Values.none.such }}',
      )
      await eventually(
        async () => {
          const [application] = (await sandbox.environment('staging')).applications
          expect(application?.message).toContain('service.yaml:')
          expect((await sandbox.slipway('status')).stdout).toMatch(
            /^deploy\/chart\/templates\/service\.yaml:2:\d+: error: /m,
          )
          expect(sandbox.output).toMatch(/^deploy\/chart\/templates\/service\.yaml:2:\d+: error: /m)
          expect(sandbox.output).toContain('  2 | broken: {{ .Values.none.such }}\n    |            ^^^^^^^^^^^^^^^^^')
        },
        { within: 20_000 },
      )
      expect((await sandbox.environment('production')).pods).toEqual(before.pods)
      await sandbox.git('revert', '--no-edit', 'HEAD')
      await sandbox.settled('staging', await sandbox.git('rev-parse', 'HEAD'))
    },
    LONG,
  )
})

describe('a commit that breaks readiness', () => {
  test(
    'stops the rollout: the old pod serves throughout, the Application is Progressing and then Degraded',
    async () => {
      const { url } = await sandbox.environment('staging')
      const client = await sandbox.client()
      const endpoints = await watched(
        client,
        { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
        readyEndpoints,
      )
      const health = await watched(client, APPLICATION, healthOf)
      await sandbox.edit('deploy/chart/values.yaml', /progressDeadline: \d+/, 'progressDeadline: 15')
      const broken = await sandbox.edit('deploy/chart/templates/deployment.yaml', 'path: /readyz', 'path: /nowhere')
      await eventually(
        async () => expect(await sandbox.environment('staging')).toMatchObject({ commit: broken, health: 'Degraded' }),
        { within: 60_000, every: 250 },
      )
      const { status } = await client.get<Deployment>(DEPLOYMENT)
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }),
      )
      // Every state that the slice was ever in, which is more than one can see by looking every 100 ms.
      const seen = await endpoints.stop()
      expect(seen.length).toBeGreaterThan(1)
      expect(Math.min(...seen)).toBe(1)
      expect((await health.stop()).filter((one, at, all) => one !== all[at - 1])).toEqual(
        expect.arrayContaining(['Progressing', 'Degraded']),
      )
      expect((await ask(url)).pod).not.toBe('')
      expect((await sandbox.slipway('status')).code).toBe(1)
      expect((await sandbox.environment('staging')).pods.filter(({ ready }) => ready)).toHaveLength(1)
    },
    LONG,
  )

  test.skipIf(!HAS_KUBECTL)('makes kubectl rollout status end with 1 (needs kubectl)', async () => {
    const { code, stderr } = await sandbox.slipway('kubectl', '-n', 'staging', 'rollout', 'status', 'deployment/shop')
    expect([code, stderr]).toEqual([1, 'error: deployment "shop" exceeded its progress deadline\n'])
  })

  test(
    'is healed by the commit that reverts it',
    async () => {
      await sandbox.git('revert', '--no-edit', 'HEAD')
      await sandbox.settled('staging', await sandbox.git('rev-parse', 'HEAD'))
      expect((await sandbox.slipway('status')).code).toBe(0)
    },
    LONG,
  )
})

describe('a commit whose program exits at once', () => {
  test(
    'is started again after ten and after twenty seconds, and the run before tells why',
    async () => {
      const client = await sandbox.client()
      const pods = await watched(client, { apiVersion: 'v1', kind: 'Pod' }, runOf)
      await sandbox.edit('app/src/main.ts', /^/, "console.error('cannot go on')\nif (Date.now() > 0) process.exit(3)\n")
      await eventually(async () => expect(Math.max(...pods.now().map(({ restarts }) => restarts))).toBe(3), {
        within: 90_000,
        every: 250,
      })
      const runs = (await pods.stop()).filter(({ restarts }) => restarts > 0)
      const waits = [2, 3].map((restarts) => {
        const run = runs.find((each) => each.restarts === restarts)
        return ((run?.started ?? 0) - (run?.ended ?? 0)) / 1000
      })
      // Times in status have whole seconds.
      expect(waits.map((seconds) => Math.round(seconds / 10) * 10)).toEqual([10, 20])
      expect(runs[0]?.code).toBe(3)
      const previous = await sandbox.slipway('logs', 'staging', '--previous')
      expect(previous.stdout).toContain('cannot go on')
      await sandbox.git('revert', '--no-edit', 'HEAD')
      await sandbox.settled('staging', await sandbox.git('rev-parse', 'HEAD'))
    },
    LONG,
  )
})

describe('drift', () => {
  test(
    'of replicas is healed, what Argo CD did not make is left alone, a deleted Deployment comes back',
    async () => {
      const client = await sandbox.client()
      await client.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'by-hand', namespace: 'staging' },
        data: { a: 'b' },
      })
      await client.patch({ ...DEPLOYMENT, subresource: 'scale' }, { type: 'merge', body: { spec: { replicas: 4 } } })
      await eventually(async () => expect((await client.get(DEPLOYMENT))['spec']).toMatchObject({ replicas: 1 }), {
        within: 20_000,
      })
      const { uid } = (await client.get(DEPLOYMENT)).metadata
      await client.delete(DEPLOYMENT)
      await eventually(async () => expect((await client.get(DEPLOYMENT)).metadata.uid).not.toBe(uid), {
        within: 20_000,
      })
      expect(
        (await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'staging', name: 'by-hand' })).metadata
          .name,
      ).toBe('by-hand')
      await sandbox.settled('staging', await sandbox.git('rev-parse', 'stg'))
    },
    LONG,
  )

  test(
    "none is what a person scales in production, labels, or restarts: the autoscaler's number is not Argo CD's",
    async () => {
      const client = await sandbox.client()
      const deployment = { ...DEPLOYMENT, namespace: 'production' }
      const operations = async (): Promise<number> =>
        (await client.get<Application>({ ...APPLICATION, namespace: 'argocd', name: 'production' })).status?.history
          ?.length ?? 0
      const before = await operations()
      await client.patch({ ...deployment, subresource: 'scale' }, { type: 'merge', body: { spec: { replicas: 4 } } })
      const restart = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' }
      await client.patch(deployment, {
        type: 'strategic',
        body: {
          metadata: { labels: { seen: 'by-hand' } },
          spec: { template: { metadata: { annotations: restart } } },
        },
      })
      await eventually(
        async () => {
          const { metadata, spec, status } = await client.get<Deployment>(deployment)
          expect(status).toMatchObject({
            observedGeneration: metadata.generation,
            updatedReplicas: 3,
            readyReplicas: 3,
          })
          expect([spec.replicas, metadata.labels?.['seen']]).toEqual([3, 'by-hand'])
          expect(spec.template.metadata?.annotations).toMatchObject(restart)
          const pods = (await sandbox.environment('production')).pods
          expect(pods.filter(({ status: shown }) => shown !== 'Terminating')).toHaveLength(3)
        },
        { within: 60_000, every: 100 },
      )
      // The Application's health follows the Deployment's by a moment.
      await eventually(
        async () =>
          expect(await sandbox.environment('production')).toMatchObject({ sync: 'Synced', health: 'Healthy' }),
        { within: 20_000, every: 100 },
      )
      expect(await operations()).toBe(before)
    },
    LONG,
  )
})

describe('delivery', () => {
  test(
    'promotes the tree that staging runs, with its image and no new blob',
    async () => {
      const staging = await sandbox.environment('staging')
      const before = await sandbox.git('rev-parse', 'master')
      const client = await sandbox.client()
      const blobs = await registryBlobs(sandbox)
      expect(await sandbox.slipway('promote')).toMatchObject({ code: 0, stderr: '' })
      const promoted = await sandbox.git('rev-parse', 'master')
      const production = await sandbox.settled('production', promoted)
      expect(production.images[0]?.digest).toBe(staging.images[0]?.digest)
      const ids = { staging: await imageIds(client, 'staging'), production: await imageIds(client, 'production') }
      expect(ids.staging).toHaveLength(1)
      expect(ids.production).toEqual(ids.staging)
      expect(await registryBlobs(sandbox)).toEqual(blobs)
      expect((await ask(production.url)).version).toContain('1.1.0')
      expect(await sandbox.git('rev-parse', `${promoted}^1`, `${promoted}^2`)).toBe(`${before}\n${staging.commit}`)
      expect(await sandbox.slipway('promote')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('DELIVERY_NOTHING_TO_DO') as string,
      })
    },
    LONG,
  )

  test(
    'rolls back while staging is broken, to the tree and image of before',
    async () => {
      const promoted = await sandbox.git('rev-parse', 'master')
      const blobs = await registryBlobs(sandbox)
      await sandbox.edit(
        'deploy/chart/templates/service.yaml',
        'apiVersion: v1',
        'apiVersion: v1\nbroken: {{ .none.such }}',
      )
      await eventually(async () =>
        expect((await sandbox.environment('staging')).applications[0]?.message ?? '').toContain('service.yaml:'),
      )
      expect((await sandbox.slipway('promote')).code).toBe(1)
      expect((await sandbox.slipway('rollback')).code).toBe(0)
      const back = await sandbox.settled('production', await sandbox.git('rev-parse', 'master'))
      expect(await sandbox.git('rev-parse', 'master^{tree}')).toBe(
        await sandbox.git('rev-parse', `${promoted}^1^{tree}`),
      )
      expect((await ask(back.url)).version).toContain('1.0.0')
      expect(await registryBlobs(sandbox)).toEqual(blobs)
      expect((await sandbox.slipway('history', '-o', 'json')).stdout).toContain(promoted)
      await sandbox.git('revert', '--no-edit', 'HEAD')
      await sandbox.settled('staging', await sandbox.git('rev-parse', 'stg'))
    },
    LONG,
  )
})

describe('slipway down', () => {
  test(
    'ends every process of the cluster',
    async () => {
      expect(await sandbox.marked()).not.toEqual([])
      expect((await sandbox.slipway('down')).code).toBe(0)
      expect(await sandbox.marked()).toEqual([])
      expect((await sandbox.slipway('status')).stderr).toContain('CLI_NOT_RUNNING')
    },
    LONG,
  )
})

async function pidOf(pod: string): Promise<number> {
  const { stdout } = await sandbox.slipway('status', '-o', 'json')
  const { environments } = JSON.parse(stdout) as { environments: { pods: { name: string; pid: number }[] }[] }
  return environments.flatMap(({ pods }) => pods).find(({ name }) => name === pod)?.pid ?? 0
}
