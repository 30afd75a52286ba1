import { eventually } from '@slipway/testkit'
import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { filesWith } from './observe.ts'
import { ask, Sandbox } from './slipway.ts'

const LONG = 240_000
const NOBODY = 65_534
const run = promisify(execFile)
// Not so in many a container, even for root.
const CAN_MOUNT = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp']).status === 0

async function starter(): Promise<Sandbox> {
  const sandbox = await Sandbox.make()
  onTestFinished(() => sandbox.remove())
  return sandbox
}

describe('what cannot work is refused by name', () => {
  test('no git on the PATH', async () => {
    const sandbox = await starter()
    const bin = join(sandbox.home, 'bin')
    await mkdir(bin)
    await symlink(process.execPath, join(bin, 'node'))
    sandbox.env['PATH'] = bin
    const { code, stderr } = await sandbox.slipway('up', '--trust')
    expect(code).toBe(1)
    expect(stderr).toContain('[GIT_NOT_INSTALLED]')
    expect(stderr).toContain('hint: install git')
  })

  test('Windows', async () => {
    const sandbox = await starter()
    const preload = join(sandbox.home, 'windows.cjs')
    await writeFile(preload, "Object.defineProperty(process, 'platform', { value: 'win32' })\n")
    sandbox.env['NODE_OPTIONS'] = `--require ${preload}`
    const { code, stderr } = await sandbox.slipway('up', '--trust')
    expect(code).toBe(1)
    expect(stderr).toContain('[CLUSTER_PLATFORM]')
    expect(stderr).toContain('WSL')
  })

  test.skipIf(process.getuid?.() !== 0)('a repository that somebody else owns (needs root to make one)', async () => {
    const sandbox = await starter()
    for (const path of [sandbox.directory, join(sandbox.directory, '.git')]) await chown(path, NOBODY, NOBODY)
    const { code, stderr } = await sandbox.slipway('render', 'staging')
    expect(code).toBe(1)
    expect(stderr).toContain('[GIT_UNSAFE_DIRECTORY]')
    expect(stderr).toContain(`safe.directory '${sandbox.directory}'`)
  })

  test('a state folder that cannot be made', async () => {
    const sandbox = await starter()
    await writeFile(join(sandbox.home, 'file'), '')
    sandbox.env['XDG_STATE_HOME'] = join(sandbox.home, 'file')
    const { code, stderr } = await sandbox.slipway('up', '--trust')
    expect(code).toBe(1)
    expect(stderr).toContain('[CLUSTER_STATE]')
    expect(stderr).toContain('set XDG_STATE_HOME to another folder')
  })

  test.skipIf(!CAN_MOUNT)('a state folder on a full disk (needs root to mount one)', async () => {
    const sandbox = await starter()
    const disk = join(sandbox.home, 'disk')
    await mkdir(disk)
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
    onTestFinished(async () => void (await run('umount', [disk])))
    sandbox.env['XDG_STATE_HOME'] = disk
    const { code, stderr } = await sandbox.slipway('up', '--trust')
    expect(code).toBe(1)
    expect(stderr).toContain('ENOSPC')
    expect(stderr).toMatch(/error: .*\[(CLUSTER_STATE|STORE_\w+)\]/)
  })

  test.skipIf(!CAN_MOUNT).each([
    ['the repository', 'read-only', 'EROFS'],
    ['the repository', 'full', 'ENOSPC'],
    ['the cache', 'read-only', 'EROFS'],
    ['the state folder', 'read-only', 'EROFS'],
  ] as const)('%s on a %s disk (needs root to mount one)', async (what, kind, reason) => {
    const sandbox = await starter()
    const disk = join(sandbox.home, 'disk')
    await mkdir(disk)
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
    onTestFinished(async () => void (await run('umount', [disk])))
    const place = what === 'the repository' ? sandbox.at(join(disk, 'shop')) : sandbox
    if (what === 'the repository') await sandbox.git('clone', '--quiet', sandbox.directory, place.directory)
    else place.env[what === 'the cache' ? 'XDG_CACHE_HOME' : 'XDG_STATE_HOME'] = disk
    if (kind === 'full') await writeFile(join(disk, 'fill'), Buffer.alloc(1 << 23)).catch(() => undefined)
    else await run('mount', ['-o', 'remount,ro', disk])
    const { code, stdout, stderr } = await place.slipway('up', '--trust')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(new RegExp(`^error: .*${disk}.*: ${reason}: .* \\[CLUSTER_STATE\\]\n {2}hint: `))
  })
})

describe('a branch that is missing', () => {
  test(
    'is named, and the other environment comes up',
    async () => {
      const sandbox = await starter()
      await sandbox.git('checkout', '--quiet', 'master')
      await sandbox.git('branch', '--quiet', '--delete', '--force', 'stg')
      const reached = sandbox.upUntil(/production: Synced, Healthy/)
      await reached
      expect(sandbox.output).toContain("staging: not released: there is no branch, tag or commit 'stg'")
      const { code, stdout } = await sandbox.slipway('status')
      expect(code).toBe(1)
      expect(stdout).toContain("'stg'")
      await sandbox.slipway('down')
    },
    LONG,
  )
})

// A submodule as `git clone --recurse-submodules` leaves it: no branch is checked out, and none but the remote ones may be there.
async function inSubmodule(sandbox: Sandbox): Promise<Sandbox> {
  const [outer, clone] = [join(sandbox.home, 'outer'), join(sandbox.home, 'outer-clone')]
  const local = ['-c', 'protocol.file.allow=always']
  await sandbox.git('init', '--quiet', outer)
  await sandbox.git('-C', outer, ...local, 'submodule', '--quiet', 'add', sandbox.directory, 'shop')
  await sandbox.git('-C', outer, 'commit', '--quiet', '--message', 'Add the shop')
  await sandbox.git(...local, 'clone', '--quiet', '--recurse-submodules', outer, clone)
  return sandbox.at(join(clone, 'shop'))
}

// A linked work tree on stg, of a clone that has no commit but the newest ones and master checked out.
async function inWorktree(sandbox: Sandbox): Promise<Sandbox> {
  const [shallow, linked] = [join(sandbox.home, 'shallow'), join(sandbox.home, 'linked')]
  const options = ['--quiet', '--depth=1', '--no-single-branch', '--branch=master']
  await sandbox.git('clone', ...options, `file://${sandbox.directory}`, shallow)
  await sandbox.git('-C', shallow, 'worktree', 'add', '--quiet', linked, 'stg')
  return sandbox.at(linked)
}

describe('two clones side by side, without a git identity', () => {
  const made: Sandbox[] = []

  beforeAll(async () => {
    // A second commit, so that the shallow one lacks something.
    const whole = await Promise.all([Sandbox.make(), Sandbox.make()])
    await Promise.all(whole.map((sandbox) => sandbox.edit('README.md', 'shop', 'our shop')))
    await permitSecrets(whole[1])
    made.push(...(await Promise.all([inSubmodule(whole[0]), inWorktree(whole[1])])))
    for (const place of made) await place.git('remote', 'set-url', 'origin', 'https://github.com/acme/shop.git')
    await Promise.all(made.map((place) => place.up()))
  }, LONG)
  afterAll(() => Promise.all(made.map((sandbox) => sandbox.remove())))

  test('both are up, each on its own ports, and each answers for itself', async () => {
    const urls = await Promise.all(made.map(async (sandbox) => (await sandbox.environment('staging')).url))
    expect(new Set(urls).size).toBe(2)
    // Both asked for the same port first: whoever came second found it busy and took one nearby.
    const [first = 0, second = 0] = urls.map((url) => Number(new URL(url).port))
    expect(Math.abs(first - second)).toBeLessThan(64)
    const pods = await Promise.all(made.map(async (sandbox) => (await sandbox.environment('staging')).pods[0]?.name))
    const answers = await Promise.all(urls.map(ask))
    expect(answers.map(({ pod }) => pod)).toEqual(pods)
  })

  test(
    'one is a submodule with a detached HEAD, one a linked work tree of a shallow clone: what is committed is rolled',
    async () => {
      const [submodule, linked] = made as [Sandbox, Sandbox]
      const before = await submodule.git('rev-parse', 'HEAD')
      expect((await submodule.git('rev-parse', '--git-dir')).replaceAll('\\', '/')).toContain('.git/modules/')
      expect(await submodule.git('symbolic-ref', '--quiet', 'HEAD').catch(() => 'detached')).toBe('detached')
      expect(await submodule.environment('staging')).toMatchObject({
        commit: before,
        sync: 'Synced',
        health: 'Healthy',
      })
      expect(await linked.git('rev-parse', '--is-shallow-repository')).toBe('true')
      expect(await linked.git('rev-parse', '--git-dir')).toContain('.git/worktrees/')
      const commit = await linked.edit('deploy/chart/values.yaml', 'historyLimit: 5', 'historyLimit: 4')
      await linked.settled('staging', commit)
      for (const place of made) {
        expect((await place.slipway('render', 'staging')).stdout).toContain('kind: Deployment')
        expect(await place.git('log', '-1', '--format=%cn', 'refs/slipway/environments/staging')).toBe('Slipway')
      }
    },
    LONG,
  )

  test(
    'a Secret is in the store and nowhere else: no output, no file, in no encoding, also where pods use it and a sync fails',
    async () => {
      const [, sandbox] = made
      if (sandbox === undefined) throw new Error('no sandbox')
      const begun = Date.now()
      const [first, second, third] = [newSecret(), newSecret(), newSecret()]
      const settle = async (token: string, hook: string): Promise<string> => {
        await writeFile(join(sandbox.directory, 'deploy/chart/templates/derived.yaml'), DERIVED + hook)
        await sandbox.change(
          'deploy/environments/staging/values.yaml',
          /^(global:\n {2}token: .*\n)?/,
          `global:\n  token: ${token}\n`,
        )
        return sandbox.commit('Change the token')
      }
      await sandbox.change(
        'deploy/environments/staging/values.yaml',
        'releaseHint:',
        'existingSecret: derived\nreleaseHint:',
      )
      await sandbox.change(
        'deploy/chart/templates/deployment.yaml',
        '            - name: tmp\n',
        '            - name: derived\n              mountPath: /tmp/derived\n            - name: tmp\n',
      )
      await sandbox.change(
        'deploy/chart/templates/deployment.yaml',
        /^ {6}volumes:\n/m,
        '      volumes:\n        - name: derived\n          secret:\n            secretName: derived\n',
      )
      await sandbox.settled('staging', await settle(first, ''))
      await settle(second, BROKEN)
      const client = await sandbox.client()
      const applications = async (): Promise<string> =>
        JSON.stringify(await client.list({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }))
      await eventually(async () => expect(await applications()).toContain('<secret contents redacted>'), {
        within: 60_000,
      })
      const at = { metadata: { name: 'bad', namespace: 'staging' } }
      const refused = await client
        .create({ apiVersion: 'v1', kind: 'Secret', ...at, data: { token: third } })
        .catch((error: unknown) => String(error))
      const commands = [
        ['status', '-o', 'yaml'],
        ['status', '-o', 'wide'],
        ['logs', 'staging'],
        ['diff', 'staging'],
        ['render', 'staging'],
        ['explain', 'staging', 'secret/derived', 'data.TOKEN'],
        ['explain', 'staging', 'secret/derived', 'data', '-o', 'yaml'],
        ['history', 'staging'],
      ]
      const ended = await Promise.all(commands.map((args) => sandbox.slipway(...args)))
      const events = await client.list({ apiVersion: 'v1', kind: 'Event' })
      const outputs = [
        sandbox.output,
        String(refused),
        await applications(),
        JSON.stringify(events),
        ...ended.map(({ stdout, stderr }) => stdout + stderr),
      ]
      // They tell of the Secret.
      expect(ended.slice(3, 7).map(({ stdout }) => /TOKEN:? |"TOKEN":/.test(stdout))).toEqual([true, true, true, true])
      const forms = [first, second, third].flatMap(formsOf)
      for (const [index, output] of outputs.entries())
        for (const form of forms) expect.soft(output, `output ${index}`).not.toContain(form)
      const holders = (
        await filesWith([sandbox.home, sandbox.env['XDG_CACHE_HOME'] ?? ''], { texts: forms, since: begun })
      ).filter((file) => !file.startsWith(sandbox.directory) && !file.includes('/.git/'))
      expect(holders.filter((file) => !/\/store\/|\/pods\/[^/]+\/volumes\/derived\//.test(file))).toEqual([])
      expect(holders.some((file) => file.includes('/store/'))).toBe(true)
      expect(holders.some((file) => file.includes('/volumes/derived/'))).toBe(true)
    },
    LONG,
  )
})

// The starter's project has none of its own.
async function permitSecrets(sandbox: Sandbox | undefined): Promise<void> {
  await sandbox?.git('checkout', '--quiet', 'master')
  const kind = (name: string): string => `    - group: ""\n      kind: ${name}\n`
  await sandbox?.edit('argocd/applications/project.yaml', kind('ConfigMap'), kind('ConfigMap') + kind('Secret'))
  await sandbox?.git('checkout', '--quiet', 'stg')
}

const DERIVED = `apiVersion: v1
kind: Secret
metadata:
  name: derived
data:
  TOKEN: {{ .Values.global.token | default "none" | b64enc }}
`
const BROKEN = `---
apiVersion: v1
kind: Secret
metadata:
  name: broken
  annotations:
    argocd.argoproj.io/hook: PreSync
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: {{ .Values.global.token | b64enc }}
`

function newSecret(): string {
  return `hush/+${randomBytes(16).toString('hex')}=`
}

// Plain, in a URL, and in base64, wherever in the encoded text it begins.
function formsOf(secret: string): string[] {
  const encoded = [0, 1, 2].map((before) =>
    Buffer.from('x'.repeat(before) + secret)
      .toString('base64')
      .slice(before === 0 ? 0 : 4, -4),
  )
  return [secret, encodeURIComponent(secret), ...encoded]
}
