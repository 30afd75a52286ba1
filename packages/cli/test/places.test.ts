import { execFile } from 'node:child_process'
import { chown, mkdir, readdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ask, Sandbox } from './slipway.ts'

const LONG = 240_000
const NOBODY = 65_534

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

  test('a state folder on a full disk (needs root to mount one)', async (context) => {
    const sandbox = await starter()
    const disk = join(sandbox.home, 'disk')
    await mkdir(disk)
    const mounted = await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).catch(
      () => undefined,
    )
    if (mounted === undefined) return context.skip('no file system can be mounted here')
    onTestFinished(async () => void (await promisify(execFile)('umount', [disk])))
    sandbox.env['XDG_STATE_HOME'] = disk
    const { code, stderr } = await sandbox.slipway('up', '--trust')
    expect(code).toBe(1)
    expect(stderr).toContain('ENOSPC')
    expect(stderr).toMatch(/error: .*\[(CLUSTER_STATE|STORE_\w+)\]/)
  })
})

describe('repositories of every shape', () => {
  test('a detached HEAD, a shallow clone, a submodule and no identity: what is committed is rendered', async () => {
    const sandbox = await starter()
    const whole = await sandbox.slipway('render', 'staging')
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('kind: Deployment') as string })
    expect(whole.stderr).toContain('no image was built yet')
    await sandbox.git('checkout', '--quiet', '--detach')
    expect(await sandbox.slipway('render', 'staging')).toEqual(whole)
    const { directory } = sandbox
    const shallow = join(sandbox.home, 'shallow')
    await sandbox.git(
      'clone',
      '--quiet',
      '--depth=1',
      '--no-single-branch',
      '--branch=stg',
      `file://${directory}`,
      shallow,
    )
    const outer = join(sandbox.home, 'outer')
    await sandbox.git('init', '--quiet', outer)
    await sandbox.git('-C', outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', directory, 'shop')
    for (const place of [shallow, join(outer, 'shop')]) {
      const { code, stderr } = await sandbox.at(place).slipway('values')
      expect([place, code, stderr]).toEqual([place, 0, ''])
      expect((await sandbox.at(place).slipway('render', 'staging')).stdout).toBe(whole.stdout)
    }
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

describe('two clones side by side', () => {
  const made: Sandbox[] = []

  beforeAll(async () => {
    made.push(await Sandbox.make(), await Sandbox.make())
    await Promise.all(made.map((sandbox) => sandbox.up()))
  }, LONG)
  afterAll(() => Promise.all(made.map((sandbox) => sandbox.remove())))

  test('both are up, each on its own ports, and each answers for itself', async () => {
    const urls = await Promise.all(made.map(async (sandbox) => (await sandbox.environment('staging')).url ?? ''))
    expect(new Set(urls).size).toBe(2)
    const pods = await Promise.all(made.map(async (sandbox) => (await sandbox.environment('staging')).pods[0]?.name))
    const answers = await Promise.all(urls.map(ask))
    expect(answers.map(({ pod }) => pod)).toEqual(pods)
  })

  test('a Secret is in the store and nowhere else: no output, no file, in no encoding', async () => {
    const [sandbox] = made
    if (sandbox === undefined) throw new Error('no sandbox')
    const secret = 'hush/+do not tell?&=3f1c9a'
    const client = await sandbox.client()
    const data = { token: Buffer.from(secret).toString('base64') }
    const metadata = { name: 'hidden', namespace: 'staging' }
    await client.create({ apiVersion: 'v1', kind: 'Secret', metadata, data })
    const bad = { ...metadata, name: 'bad' }
    const refused = await client
      .create({ apiVersion: 'v1', kind: 'Secret', metadata: bad, data: { token: secret } })
      .catch((error: unknown) => String(error))
    const outputs = [sandbox.output, String(refused)]
    for (const args of [
      ['status', '-o', 'yaml'],
      ['logs', 'staging'],
      ['diff', 'staging'],
      ['history', 'staging'],
    ]) {
      const { stdout, stderr } = await sandbox.slipway(...args)
      outputs.push(stdout, stderr)
    }
    const forms = [secret, data.token, encodeURIComponent(secret)]
    for (const form of forms) for (const output of outputs) expect(output).not.toContain(form)
    const holders = await filesWith(sandbox.home, forms)
    expect(holders.filter((file) => !file.includes('/store/'))).toEqual([])
    expect(holders.length).toBeGreaterThan(0)
  })
})

async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || (await stat(path)).size > 1 << 26) continue
    const content = await readFile(path, 'latin1').catch(() => '')
    if (texts.some((text) => content.includes(text))) found.push(await realpath(path))
  }
  return found
}
