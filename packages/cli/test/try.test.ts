import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '@slipway/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, Sandbox } from './slipway.ts'

const LONG = 240_000

describe('slipway try in the demo', { timeout: LONG }, () => {
  let sandbox: Sandbox
  let before: string

  const heads = (): Promise<string> => sandbox.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads')

  beforeAll(async () => {
    sandbox = await Sandbox.make()
    // What `npm start` leaves in demo/.
    await writeFile(join(sandbox.directory, '.git/slipway-starter'), '')
    await sandbox.up()
    before = await heads()
  }, LONG)
  afterAll(() => sandbox.remove())

  test.each([
    ['rollout', [/kubernetes: pod\/shop-\S+ Started/, /its pods are the same/]],
    [
      'readiness',
      [
        /pod\/shop-\S+ Unhealthy: Readiness probe failed: .*404/,
        /argo cd: staging is \S+, Degraded/,
        /still answers: 200/,
      ],
    ],
    ['crash', [/kubernetes: pod\/shop-\S+ BackOff: Back-off restarting failed container/, /so it serves: 200/]],
    [
      'drift',
      [
        /kubernetes: deployment\/shop ScalingReplicaSet: Scaled up replica set shop-\S+ from 1 to 3/,
        /kubernetes: deployment\/shop ScalingReplicaSet: Scaled down replica set shop-\S+ from 3 to 1/,
        /argo cd: application\/staging ResourceUpdated: Updated sync status: Synced -> OutOfSync/,
      ],
    ],
    ['promote', [/argo cd: production is Synced, Healthy/, /both environments run sha256:/]],
    // Nothing of the first is in its way.
    ['promote', [/argo cd: production is Synced, Healthy/, /both environments run sha256:/]],
  ] as const)(
    '%s goes as it should, says why, and leaves every branch as it was',
    async (scenario, narration) => {
      const { code, stdout, stderr } = await sandbox.slipway('try', scenario)
      expect([code, stderr], stdout).toEqual([0, ''])
      for (const line of narration) expect(stdout).toMatch(line)
      expect(stdout).toContain('\nWhy: ')
      expect(stdout).toMatch(/\nas it should be\n$/)
      expect(await heads()).toBe(before)
      expect(await sandbox.git('status', '--porcelain')).toBe('')
      const stg = await sandbox.git('rev-parse', 'stg')
      await sandbox.settled('staging', stg)
      await sandbox.settled('production', await sandbox.git('rev-parse', 'master'))
    },
    LONG,
  )

  test(
    'takes its commit back when it is interrupted',
    async () => {
      const played = spawn(process.execPath, [COMMAND, 'try', 'readiness'], {
        cwd: sandbox.directory,
        env: sandbox.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let output = ''
      played.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
      const ended = new Promise((resolve) => played.once('exit', resolve))
      await eventually(async () => expect(output).toContain('Unhealthy'), { within: 60_000 })
      expect(await heads()).not.toBe(before)
      played.kill('SIGINT')
      expect(await ended).toBe(130)
      expect(output).toContain('Cleaning up: stg is at')
      expect(output).not.toContain('Why: ')
      expect(await heads()).toBe(before)
      await sandbox.settled('staging', await sandbox.git('rev-parse', 'stg'))
    },
    LONG,
  )

  test(
    'leaves what somebody committed meanwhile where it is',
    async () => {
      const played = spawn(process.execPath, [COMMAND, 'try', 'readiness'], {
        cwd: sandbox.directory,
        env: sandbox.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((resolve) => played.once('exit', resolve))
      await new Promise((resolve) => played.stdout.once('data', resolve))
      await eventually(async () => expect(await heads()).not.toBe(before), { within: 20_000 })
      const own = await sandbox.edit('README.md', 'shop', 'My shop')
      played.kill('SIGINT')
      expect(await ended).toBe(130)
      expect(await sandbox.git('rev-parse', 'stg^')).toBe(own)
      expect(await sandbox.git('diff', '--stat', `${/stg (\S+)/.exec(before)?.[1]}`, 'stg')).toMatch(
        /README.md.*\n 1 file changed/,
      )
    },
    LONG,
  )

  test('is refused while something is not committed, and with another name', async () => {
    await writeFile(join(sandbox.directory, 'new.txt'), 'mine\n')
    expect((await sandbox.slipway('try', 'rollout')).stderr).toContain('[CLI_DIRTY]')
    expect(await sandbox.slipway('try', 'constructor')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('rollout, readiness, crash, drift, promote') as string,
    })
  })
})

describe('slipway try in another repository', { timeout: LONG }, () => {
  test(
    'plays in a copy with a cluster of its own, and leaves nothing',
    async () => {
      const sandbox = await Sandbox.make()
      onTestFinished(() => sandbox.remove())
      const copies = async (): Promise<string[]> =>
        (await readdir(tmpdir())).filter((name) => name.startsWith('slipway-try-'))
      const there = await copies()
      const refs = await sandbox.git('for-each-ref')
      expect(await sandbox.slipway('try', 'drift')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--trust') as string,
      })
      const { code, stdout, stderr } = await sandbox.slipway('try', 'promote', '--trust')
      expect([code, stderr], stdout).toEqual([0, ''])
      expect(stdout).toContain(`${sandbox.directory} is copied to `)
      expect(stdout).toMatch(/\nas it should be\n/)
      expect(await sandbox.git('for-each-ref')).toBe(refs)
      expect(await copies()).toEqual(there)
      expect((await sandbox.slipway('status')).stderr).toContain('CLI_NOT_RUNNING')
      const marked = await promisify(execFile)('sh', [
        '-c',
        'cat /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"',
      ]).catch(({ stdout: text }: { stdout: string }) => ({ stdout: text }))
      const copy = / is copied to (\S+)\/shop/.exec(stdout)?.[1] ?? 'none'
      if (existsSync('/proc/self')) expect(marked.stdout).not.toContain(copy)
    },
    LONG,
  )

  test('is refused where there is nothing of what the scenario changes', async () => {
    const sandbox = await Sandbox.make()
    onTestFinished(() => sandbox.remove())
    await sandbox.edit('deploy/environments/staging/values.yaml', /colour: .*/, 'colour: red')
    const { code, stderr } = await sandbox.slipway('try', 'rollout', '--trust')
    expect([code, stderr]).toEqual([1, expect.stringContaining('[CLI_NOT_THE_DEMO]')])
  })
})
