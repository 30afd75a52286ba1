import { eventually } from '@slipway/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLoad } from './load.ts'
import { Sandbox } from './slipway.ts'

const LONG = 240_000
const PER_SECOND = 100
const ENOUGH = 300

describe('a pod that does not get ready', () => {
  let sandbox: Sandbox

  beforeAll(async () => {
    sandbox = await Sandbox.make()
    await sandbox.up()
  }, LONG)
  afterAll(() => sandbox.remove())

  // Both of them: what follows, and who asks.
  async function saidBy(line: RegExp): Promise<string> {
    await eventually(async () => expect(sandbox.output).toMatch(line), { within: 60_000 })
    // Between two runs of a container there may be nothing to say.
    return eventually(
      async () => {
        const { code, stdout } = await sandbox.slipway('status')
        expect(stdout).toMatch(line)
        expect(code).toBe(1)
        return stdout
      },
      { within: 60_000 },
    )
  }

  test(
    "because its program ends: the exit code and its last words, and the other environment's pods, restarts and p99 are as before",
    async () => {
      const { url, pods } = await sandbox.environment('production')
      const quiet = await startLoad(url, PER_SECOND, ENOUGH).ended()
      const load = startLoad(url, PER_SECOND)
      // A sync waits that long for what it has begun with, before it looks at the next commit.
      await sandbox.edit('deploy/chart/values.yaml', /progressDeadline: \d+/, 'progressDeadline: 15')
      await sandbox.edit('deploy/chart/templates/configmap.yaml', /DRAIN_SECONDS: .*/, 'DRAIN_SECONDS: soon')
      await saidBy(/^staging: pod shop-\S+, container shop: exited with 78: \{.*"variable":"DRAIN_SECONDS".*\}$/m)
      let loud = await load.stop()
      const limit = 3 * quiet.p99 + 50
      // What else this machine does can spoil one measurement, and a quick one has too few; what staging does would spoil them all.
      await eventually(
        async () => {
          if (loud.p99 > limit || loud.sent < ENOUGH) loud = await startLoad(url, PER_SECOND, ENOUGH).ended()
          expect(loud.p99).toBeLessThanOrEqual(limit)
        },
        { within: 60_000 },
      )
      expect([quiet.failures, loud.failures]).toEqual([[], []])
      expect(loud.sent).toBeGreaterThanOrEqual(ENOUGH)
      expect((await sandbox.environment('staging')).health).not.toBe('Healthy')
      // Same processes, same restarts; the load may have its autoscaler add one.
      expect((await sandbox.environment('production')).pods).toEqual(expect.arrayContaining([...pods]))
      await sandbox.git('revert', '--no-edit', 'HEAD')
      await sandbox.settled('staging', await sandbox.git('rev-parse', 'HEAD'))
      expect((await sandbox.slipway('status')).stdout).not.toContain('container shop')
    },
    LONG,
  )

  test(
    'because a probe fails: what the probe says, before what controllers say of it',
    async () => {
      await sandbox.git('checkout', '--quiet', 'master')
      await sandbox.change('deploy/chart/values.yaml', /progressDeadline: \d+/, 'progressDeadline: 15')
      await sandbox.edit('deploy/chart/templates/deployment.yaml', 'path: /readyz', 'path: /nowhere')
      const line =
        /^production: pod shop-\S+, container shop: Readiness probe failed: HTTP probe failed with statuscode: 404$/m
      const stdout = await saidBy(line)
      const application = stdout.search(/^production: production: /m)
      if (application >= 0) expect(stdout.search(line)).toBeLessThan(application)
    },
    LONG,
  )

  test(
    'because a probe ends it again and again: the probe, and not the exit code of SIGTERM',
    async () => {
      await sandbox.edit(
        'deploy/chart/templates/deployment.yaml',
        /path: \/startupz\n( +)port: management\n +periodSeconds: .*\n +failureThreshold: .*/,
        'path: /startupz\n$1port: http\n$1periodSeconds: 1\n$1failureThreshold: 2'
          .replaceAll('$1periodSeconds', '            periodSeconds')
          .replaceAll('$1failureThreshold', '            failureThreshold'),
      )
      await saidBy(/^production: pod shop-\S+, container shop: Startup probe failed: /m)
    },
    LONG,
  )
})
