import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { replacePlaceholders, replacementsOf } from '../src/init/placeholders.ts'
import { ask, Sandbox } from './slipway.ts'

async function emptySandbox(): Promise<Sandbox> {
  const sandbox = await Sandbox.empty()
  onTestFinished(() => sandbox.remove())
  return sandbox
}

describe('placeholders', () => {
  test.each([
    ['git@github.com:Acme/Shop.git', 'shop', 'ghcr.io/acme/shop', 'https://github.com/Acme/Shop'],
    ['https://github.com/acme/web-api', 'web-api', 'ghcr.io/acme/web-api', 'https://github.com/acme/web-api'],
    [
      'ssh://git@gitlab.example.com:2222/team/sub/My_App.git',
      'my-app',
      'gitlab.example.com/team/sub/my_app',
      'https://gitlab.example.com/team/sub/My_App',
    ],
  ])('%s', (url, name, image, sourceURL) => {
    expect(replacementsOf(url)).toMatchObject({ repoURL: url, name, image, sourceURL })
  })

  test('are replaced once: what comes in is not replaced again', () => {
    const by = replacementsOf('git@github.com:shop/shop-two.git')
    expect(
      by &&
        replacePlaceholders('image: ghcr.io/acme/shop name: shop url: https://github.com/acme/shop.git shopping', by),
    ).toBe('image: ghcr.io/shop/shop-two name: shop-two url: git@github.com:shop/shop-two.git shopping')
  })
})

describe('slipway init', () => {
  test('in an empty folder gives a repository whose both environments come up', async () => {
    const sandbox = await emptySandbox()
    expect(await sandbox.slipway('init')).toMatchObject({ code: 0, stderr: '' })
    expect((await sandbox.slipway('init')).stdout).toContain('wrote 0 files')
    expect(await readFile(join(sandbox.directory, 'app/.gitignore'), 'utf8')).toContain('node_modules')
    const files = (await sandbox.git('ls-files', '--others')).split('\n')
    const texts = await Promise.all(files.map((file) => readFile(join(sandbox.directory, file), 'utf8')))
    expect(files.filter((_, index) => /\bshop\b/.test(texts[index]?.replaceAll('blank-shop', '') ?? ''))).toEqual([])
    await sandbox.commit('Add the road')
    await sandbox.git('branch', 'stg')
    await sandbox.up()
    expect(await ask((await sandbox.environment('staging')).url)).toMatchObject({ environment: 'staging' })
    expect((await sandbox.environment('production')).images[0]?.name).toBe('ghcr.io/acme/blank-shop')
  }, 150_000)
})

describe('commands outside of their place', () => {
  test('outside of a repository, without commits, without Applications: a code and what to do', async () => {
    const sandbox = await emptySandbox()
    expect((await sandbox.slipway('up')).stderr).toContain('GIT_NOT_A_REPOSITORY')
    await sandbox.git('init', '--quiet')
    expect((await sandbox.slipway('up', '--trust')).stderr).toContain('GIT_NO_COMMITS')
    await writeFile(join(sandbox.directory, 'README.md'), 'nothing here\n')
    await sandbox.commit('First')
    expect(await sandbox.slipway('up', '--trust')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENVIRONMENTS_NONE') as string,
    })
    expect((await sandbox.slipway('status')).stderr).toContain('CLI_NOT_RUNNING')
    expect(await sandbox.slipway('status', '-o', 'xml')).toMatchObject({ code: 2 })
    expect(await sandbox.slipway('frobnicate')).toMatchObject({ code: 2 })
  })

  test('a repository that nobody trusts yet runs nothing without a terminal, and lists what it would run', async () => {
    const sandbox = await emptySandbox()
    await sandbox.slipway('init')
    await sandbox.commit('Add the road')
    const { code, stderr } = await sandbox.slipway('up')
    expect(code).toBe(2)
    expect(stderr).toContain('app/Dockerfile:')
    expect(stderr).toContain('RUN npm ci')
    expect(stderr).toContain('--trust')
  })
})

test('values that no template reads are found, with the name that was meant', async () => {
  const sandbox = await Sandbox.make()
  onTestFinished(() => sandbox.remove())
  expect((await sandbox.slipway('values')).code).toBe(0)
  await sandbox.edit('deploy/environments/staging/values.yaml', 'releaseHint:', 'releaseHnt: x\nreleaseHint:')
  const { code, stdout } = await sandbox.slipway('values')
  expect(code).toBe(1)
  expect(stdout).toMatch(/deploy\/environments\/staging\/values\.yaml:\d+:\d+: warning: no template reads releaseHnt/)
  expect(stdout).toContain('did you mean releaseHint?')
})

test('a linked work tree finds the same cluster as its repository', async () => {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'slipway-tree-')))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const sandbox = await emptySandbox()
  await sandbox.git('init', '--quiet')
  await writeFile(join(sandbox.directory, 'a'), 'a')
  await sandbox.commit('First')
  await sandbox.git('worktree', 'add', '--quiet', join(home, 'other'))
  const { stdout } = await sandbox.slipway('doctor')
  expect(stdout).toContain('no cluster runs')
})
