import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Event, type RunResult, runWorkflow } from './runner.ts'
import { makeWorld, type World } from './world.ts'

/** The variables and secrets of a repository with a GitHub App. */
export const APP = { vars: { APP_CLIENT_ID: 'Iv1.0123456789abcdef' }, secrets: { APP_PRIVATE_KEY: 'the-key' } }
/** The same, and an Argo CD that GitHub can reach. */
export const ARGO = {
  vars: { ...APP.vars, ARGOCD_SYNC: 'true', ARGOCD_SERVER: 'argocd.example.com' },
  secrets: { ...APP.secrets, ARGOCD_AUTH_TOKEN: 'argocd-token' },
}
/** What the pipeline writes for an environment. */
export const IMAGE_FILES = (environment: string): string[] => [
  `deploy/environments/${environment}/image.yaml`,
  `deploy/kustomize/overlays/${environment}/image/commit.yaml`,
  `deploy/kustomize/overlays/${environment}/image/kustomization.yaml`,
]

export type Settings = Partial<Event>

export function release(world: World, settings: Settings = APP): Promise<RunResult> {
  const sha = world.git('rev-parse', 'stg')
  return runWorkflow(world, 'release.yaml', { name: 'push', branch: 'stg', sha, ...settings })
}

export function promote(world: World, from: string, settings: Settings = APP): Promise<RunResult> {
  const event = { name: 'workflow_dispatch', branch: 'master', sha: world.git('rev-parse', 'master') } as const
  return runWorkflow(world, 'promote.yaml', { ...event, inputs: { from }, ...settings })
}

export function production(world: World, settings: Settings = APP): Promise<RunResult> {
  const sha = world.git('rev-parse', 'master')
  return runWorkflow(world, 'production.yaml', { name: 'push', branch: 'master', sha, ...settings })
}

export function sync(world: World, settings: Settings): Promise<RunResult> {
  const revision = world.git('rev-parse', 'stg')
  const inputs = { application: 'staging', revision, digest: `sha256:${'1'.repeat(64)}` }
  return runWorkflow(world, 'sync.yaml', { name: 'push', branch: 'stg', sha: revision, inputs, ...settings })
}

export const conclusions = (result: RunResult): Record<string, string> =>
  Object.fromEntries(Object.entries(result.jobs).map(([name, job]) => [name, job.result]))

export function digestOf(world: World, revision: string, environment: string): string {
  const file = world.git('show', `${revision}:deploy/environments/${environment}/image.yaml`)
  return /digest: "?(sha256:[0-9a-f]{64})?/.exec(file)?.[1] ?? ''
}

export const changeApp = (text: string) => (directory: string) =>
  appendFileSync(join(directory, 'app/src/page.ts'), `// ${text}\n`)
export const changeChart = (directory: string): void =>
  appendFileSync(join(directory, 'deploy/chart/values.yaml'), '# another line\n')

export const changed = (world: World, revision: string): string[] =>
  world.git('diff', '--name-only', `${revision}^`, revision).split('\n')

export const promotions = (world: World): string[] =>
  world.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/promote').split('\n').filter(Boolean)

/** A world whose staging was released once; the rules hold. */
export async function released(): Promise<World> {
  const world = await makeWorld()
  world.protect()
  const result = await release(world)
  expect(conclusions(result), result.output).toMatchObject({ commit: 'success' })
  return world
}

/** One where production runs it too. */
export async function promoted(): Promise<World> {
  const world = await released()
  expect(conclusions(await promote(world, 'stg')).promote).toBe('success')
  world.merge(promotions(world)[0] ?? '', 'merge')
  return world
}
