import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openRepository, type Repository } from '@slipway/git'
import { release, type Release } from '@slipway/delivery'
import { temporaryDirectory } from '@slipway/testkit'

const IMAGE_YAML = '# Written by the pipeline.\nimage:\n  digest: ""\n  commit: ""\n'
const COMPONENT = `# Written by the pipeline.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
images:
  - name: ghcr.io/acme/shop
    digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
`
const COMMIT =
  'spec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          env:\n            - name: IMAGE_COMMIT\n              value: ""\n'

/** The shape of the starter with an app that needs no network to build. */
export const SHOP_FILES: Readonly<Record<string, string>> = {
  'app/Dockerfile': 'FROM node:24\nARG TREE=dev\nENV TREE=$TREE\nCOPY main.js /app/\nCMD ["node", "/app/main.js"]\n',
  'app/main.js': 'console.log(1)\n',
  'deploy/chart/values.yaml': 'image:\n  repository: ghcr.io/acme/shop\nreplicas: 1\n',
  'deploy/environments/staging/image.yaml': IMAGE_YAML,
  'deploy/environments/staging/values.yaml': 'replicas: 1\n',
  'deploy/environments/production/image.yaml': IMAGE_YAML,
  'deploy/environments/production/values.yaml': 'replicas: 3\n',
  'deploy/kustomize/overlays/staging/image/kustomization.yaml': COMPONENT,
  'deploy/kustomize/overlays/staging/image/commit.yaml': COMMIT,
  'deploy/kustomize/overlays/production/image/kustomization.yaml': COMPONENT,
  'deploy/kustomize/overlays/production/image/commit.yaml': COMMIT,
}

/** A repository of this test alone, with branches master and stg at one commit, stg checked out. */
export interface Shop {
  readonly directory: string
  readonly repository: Repository
  /** Lines that builds printed. */
  readonly lines: string[]
  git(...args: string[]): string
  /** Writes files (undefined removes one) and commits them on a branch; gives the SHA. */
  commit(branch: string, message: string, files: Record<string, string | undefined>): Promise<string>
  release(environment: string, branch: string): Promise<Release>
  /** A counted clock: each call is a second later. */
  now(): number
}

/** Makes the repository with real git, whatever the user's own configuration says. */
export async function makeShop(files: Readonly<Record<string, string>> = SHOP_FILES): Promise<Shop> {
  const directory = await temporaryDirectory()
  const cacheDirectory = await temporaryDirectory()
  const lines: string[] = []
  const env = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: directory, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  git('init', '--quiet', '--initial-branch=master')
  git('config', 'user.name', 'Dev')
  git('config', 'user.email', 'dev@example.org')
  git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
  let time = Date.UTC(2026, 0, 1)
  const now = (): number => (time += 1000)
  const write = async (changed: Readonly<Record<string, string | undefined>>): Promise<void> => {
    for (const [path, text] of Object.entries(changed)) {
      const full = join(directory, path)
      await mkdir(dirname(full), { recursive: true })
      if (text === undefined) await rm(full)
      else await writeFile(full, text)
    }
    git('add', '-A')
  }
  await write(files)
  git('commit', '--quiet', '-m', 'Start')
  git('checkout', '--quiet', '-b', 'stg')
  const repository = await openRepository(directory, { env })
  onTestFinished(() => repository.close())
  return {
    directory,
    repository,
    lines,
    git,
    now,
    commit: async (branch, message, changed) => {
      git('checkout', '--quiet', branch)
      await write(changed)
      git('commit', '--quiet', '--allow-empty', '-m', message)
      return git('rev-parse', 'HEAD')
    },
    release: (environment, branch) =>
      release({
        repository,
        environment,
        commit: git('rev-parse', branch),
        build: { cacheDirectory, log: (line) => lines.push(line), hostNode: { version: process.version } },
        now: now(),
      }),
  }
}
