import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readManifests } from '@slipway/argo'
import { openRepository, type Repository } from '@slipway/git'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { testCluster, type TestCluster } from './cluster.ts'

const STARTER = fileURLToPath(new URL('../../../starter', import.meta.url))
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' }

async function clone(): Promise<{ repository: Repository; git: (...args: string[]) => string; directory: string }> {
  const directory = await temporaryDirectory()
  for (const name of ['argocd', 'deploy']) cpSync(join(STARTER, name), join(directory, name), { recursive: true })
  const env = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@x', ...args], { cwd: directory, env, stdio: 'pipe' })
      .toString()
      .trim()
  for (const name of ['staging', 'production']) release(directory, name, '0')
  git('init', '--quiet', '--initial-branch=master')
  git('remote', 'add', 'origin', 'git@github.com:acme/shop.git')
  git('add', '--all')
  git('commit', '--quiet', '-m', 'Start')
  git('branch', 'stg')
  const repository = await openRepository(directory, { env })
  onTestFinished(() => repository.close())
  return { repository, git, directory }
}

// Gives an environment an image, as the pipeline does.
function release(directory: string, environment: string, digit: string): void {
  const image = `image:\n  digest: "sha256:${digit.repeat(64)}"\n  commit: "${digit.repeat(40)}"\n`
  writeFileSync(join(directory, 'deploy/environments', environment, 'image.yaml'), image)
}

async function states(cluster: TestCluster): Promise<Record<string, string>> {
  const entries = ['shop-root', 'staging', 'production'].map(async (name): Promise<[string, string]> => {
    const { sync, health, conditions = [] } = await cluster.status(name)
    const problems = conditions.map(({ message }) => ` ${message}`).join('')
    return [name, `${sync?.status} ${health?.status}${problems}`]
  })
  return Object.fromEntries(await Promise.all(entries))
}

test('the starter reaches Synced from two branches, and a commit on one leaves the other alone', async () => {
  const { repository, git, directory } = await clone()
  const cluster = await testCluster({ local: repository })
  const { manifests } = readManifests(readFileSync(join(directory, 'argocd/root.yaml'), 'utf8'), 'root.yaml')
  for (const { object } of manifests) await cluster.client.create(object)
  await eventually(async () => expect(await states(cluster)).toMatchObject({ 'shop-root': 'Synced Healthy' }), {
    within: 20_000,
  })
  await eventually(
    async () => {
      const found = await states(cluster)
      expect([found['staging']?.split(' ')[0], found['production']?.split(' ')[0], found]).toEqual([
        'Synced',
        'Synced',
        found,
      ])
    },
    { within: 20_000 },
  )
  const ref = { ...DEPLOYMENT, namespace: 'production', name: 'shop' }
  const production = await cluster.client.get(ref)
  git('checkout', '--quiet', 'stg')
  release(directory, 'staging', '1')
  git('commit', '--quiet', '--all', '-m', 'Deploy')
  await eventually(async () => {
    const staging = await cluster.client.get({ ...DEPLOYMENT, namespace: 'staging', name: 'shop' })
    expect(JSON.stringify(staging['spec'])).toContain('1'.repeat(64))
  })
  expect((await cluster.client.get(ref)).metadata).toMatchObject({
    uid: production.metadata.uid,
    generation: production.metadata.generation,
  })
})
