import { eventually } from '@slipway/testkit'
import type { Client } from '@slipway/client'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLoad } from './load.ts'
import { type Application, filesWith, watched } from './observe.ts'
import { ask, Sandbox } from './slipway.ts'

const LONG = 180_000
const PRODUCTION = 'deploy/environments/production/values.yaml'
const APPLICATION = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }
const LEAST = 3
const MOST = 6
const SLOW = 90_000

let sandbox: Sandbox
let client: Client

// What goes to production comes by its branch: here by the test's own commit.
beforeAll(async () => {
  sandbox = await Sandbox.make()
  await sandbox.git('checkout', '--quiet', 'master')
  await sandbox.change(PRODUCTION, '  maxReplicas: 6', '  maxReplicas: 6\n  scaleDownStabilization: 5')
  await sandbox.edit(PRODUCTION, 'releaseHint:', 'config:\n  workEndpoint: true\nreleaseHint:')
  await sandbox.git('checkout', '--quiet', 'stg')
  await sandbox.up()
  client = await sandbox.client()
}, LONG)

afterAll(() => sandbox.remove())

async function readyPods(name: string): Promise<number> {
  return (await sandbox.environment(name)).pods.filter(({ ready }) => ready).length
}

interface State {
  readonly sync: string | undefined
  readonly health: string | undefined
  readonly syncs: number
}

function stateOf({ metadata, status }: Application): State | undefined {
  if (metadata.name !== 'production') return undefined
  return { sync: status?.sync?.status, health: status?.health?.status, syncs: status?.history?.length ?? 0 }
}

describe('production under load', () => {
  test(
    'grows to its maximum, stays Synced, and comes back to its minimum',
    async () => {
      const { url } = await sandbox.environment('production')
      expect(await readyPods('production')).toBe(LEAST)
      // The hook after the sync has ended, so that what is counted from here on is none of `up`'s.
      const name = { ...APPLICATION, namespace: 'argocd', name: 'production' }
      await eventually(async () => expect((await client.get<Application>(name)).status?.history).toHaveLength(1), {
        within: 30_000,
      })
      // Every state that the Application ever has, and with it every sync.
      const states = await watched(client, APPLICATION, stateOf)
      const load = startLoad(`${url}/work?ms=20`, 40)
      await eventually(async () => expect(await readyPods('production')).toBe(MOST), { within: SLOW })
      await load.stop()
      await eventually(async () => expect(await readyPods('production')).toBe(LEAST), { within: SLOW })
      const after = await sandbox.environment('production')
      expect(after).toMatchObject({ sync: 'Synced', health: 'Healthy' })
      const seen = await states.stop()
      expect(new Set(seen.map(({ health }) => health))).toEqual(new Set(['Healthy', 'Progressing']))
      expect(new Set(seen.map(({ sync }) => sync))).toEqual(new Set(['Synced']))
      // Argo CD neither asked for a number of its own nor made a sync of it.
      expect(new Set(seen.map(({ syncs }) => syncs))).toEqual(new Set([1]))
      expect(after.pods.every(({ restarts }) => restarts === 0)).toBe(true)
    },
    LONG + SLOW,
  )

  test('lets its disruption budget decide about evictions', async () => {
    const { pods } = await sandbox.environment('production')
    const answers: number[] = []
    for (const { name } of pods) {
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'production' } }
      const path = `/api/v1/namespaces/production/pods/${name}/eviction`
      answers.push((await client.raw({ method: 'POST', path, body })).status)
    }
    expect(answers).toEqual([201, 429, 429])
    await eventually(async () => expect(await readyPods('production')).toBe(LEAST), { within: SLOW })
  }, 120_000)
})

describe('a hook that fails before the sync', () => {
  test(
    'leaves the old release serving, and the commit that takes it away is deployed',
    async () => {
      const before = await sandbox.environment('staging')
      const { colour } = await ask(before.url)
      await writeFile(join(sandbox.directory, 'deploy/chart/templates/migrate.yaml'), MIGRATION)
      const broken = await sandbox.edit('deploy/environments/staging/values.yaml', '#d97706', '#dc2626')
      await eventually(
        async () => {
          const [application] = (await sandbox.environment('staging')).applications
          expect(application).toMatchObject({
            sync: 'OutOfSync',
            message: expect.stringContaining('PreSync hook Job/migrate: ') as string,
          })
        },
        { within: 60_000 },
      )
      const except = /\/(containers|spares)\//
      const logs = (texts: string[]) => filesWith([sandbox.env['XDG_STATE_HOME'] ?? ''], { texts, except })
      // What the hook's program sees is in its log, and nothing of the user's.
      expect(await logs(['"SLIPWAY_RUN"'])).toHaveLength(1)
      expect(await logs(['must-not-leak'])).toEqual([])
      const during = await sandbox.environment('staging')
      expect(during.commit).toBe(broken)
      expect(during.pods.map(({ name }) => name)).toEqual(before.pods.map(({ name }) => name))
      expect((await ask(during.url)).colour).toBe(colour)
      await sandbox.git('revert', '--no-edit', 'HEAD')
      await sandbox.settled('staging', await sandbox.git('rev-parse', 'HEAD'))
    },
    LONG,
  )
})

const MIGRATION = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  namespace: {{ .Release.Namespace }}
  annotations:
    argocd.argoproj.io/hook: PreSync
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
spec:
  backoffLimit: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: migrate
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      securityContext:
        {{- include "app.podSecurity" . | nindent 8 }}
      containers:
        - name: migrate
          image: {{ include "app.image" . | quote }}
          args: ['-e', 'console.log(JSON.stringify(process.env)); console.error("no such table"); process.exit(3)']
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          securityContext:
            {{- include "app.containerSecurity" . | nindent 12 }}
`
