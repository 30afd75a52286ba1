import { execFile, spawn, spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { podCommands } from '../src/trust/pod-commands.ts'
import { filesBelow } from './observe.ts'
import { COMMAND, Sandbox } from './slipway.ts'

const HAS_PTY = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
const HOOK = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    argocd.argoproj.io/hook: PreSync
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: {{ include "app.image" . | quote }}
          command: [sh, -c, "echo migrate now"]
`

async function starter(): Promise<Sandbox> {
  const sandbox = await Sandbox.make()
  onTestFinished(() => sandbox.remove())
  return sandbox
}

describe('who is asked for trust', { timeout: 150_000 }, () => {
  test('sees what both branches would run: builds, pods, probes and hooks', async () => {
    const sandbox = await starter()
    await sandbox.edit('app/Dockerfile', 'RUN npm run build', 'RUN npm run build && echo mine')
    await promisify(execFile)('sh', ['-c', `cat > deploy/chart/templates/migrate.yaml <<'E'\n${HOOK}E`], {
      cwd: sandbox.directory,
    })
    await sandbox.commit('Migrate before each sync')
    const { code, stderr } = await sandbox.slipway('up')
    expect(code).toBe(2)
    expect(stderr.split('\n')).toEqual([
      `${sandbox.directory} would run on this machine, as you:`,
      '  app/Dockerfile:5: RUN npm ci --ignore-scripts',
      '  master: app/Dockerfile:8: RUN npm run build',
      '  app/Dockerfile:9: RUN npm prune --omit=dev --ignore-scripts',
      expect.stringMatching(/^ {2}app\/Dockerfile:\d+: CMD \["dist\/main.js"\]$/) as string,
      '  stg: app/Dockerfile:8: RUN npm run build && echo mine',
      '  production: Deployment/shop, container shop: the command of ghcr.io/acme/shop',
      '  production: PostSync hook Job/shop-smoke-test, container smoke-test: the entrypoint of ghcr.io/acme/shop with dist/smoke.js',
      '  staging: Deployment/shop, container shop: the command of ghcr.io/acme/shop',
      '  staging: PreSync hook Job/migrate, container migrate: sh -c "echo migrate now"',
      '  staging: PostSync hook Job/shop-smoke-test, container smoke-test: the entrypoint of ghcr.io/acme/shop with dist/smoke.js',
      'error: nothing was run; run it with --trust if you trust this repository',
      '',
    ])
    expect(await readdir(join(sandbox.home, 'state')).catch(() => [])).toEqual([])
  })

  test('sees why, where the pods of a branch are not known', async () => {
    const sandbox = await starter()
    await sandbox.edit(
      'deploy/chart/templates/service.yaml',
      'apiVersion: v1',
      'apiVersion: v1\nx: {{ .Values.a.b.c }}',
    )
    const { stderr } = await sandbox.slipway('up')
    expect(stderr).toMatch(/staging: what its pods run is not known: .*service\.yaml/)
    expect(stderr).toContain('production: Deployment/shop, container shop')
  })

  test.skipIf(!HAS_PTY).each([
    ['n', /nothing|Run it\? \[y\/N\]/, 2],
    ['y', /export KUBECONFIG=/, 0],
  ] as const)(
    'and answers %s at a terminal (needs script of util-linux)',
    async (answer, printed, code) => {
      const sandbox = await starter()
      const child = spawn(
        'script',
        ['--quiet', '--return', '--command', `exec ${process.execPath} ${COMMAND} up`, '/dev/null'],
        {
          cwd: sandbox.directory,
          env: sandbox.env,
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      )
      onTestFinished(() => void child.kill('SIGKILL'))
      let output = ''
      let answered = false
      const ended = new Promise((resolve) => child.once('exit', resolve))
      const seen = new Promise<void>((resolve) => {
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text
          if (!answered && output.includes('Run it? [y/N] ')) {
            answered = true
            child.stdin.write(`${answer}\n`)
          }
          if (answered && printed.test(output)) resolve()
        })
      })
      await seen
      expect(output).toContain('app/Dockerfile:5: RUN npm ci --ignore-scripts')
      const trusted: string[] = []
      for await (const path of filesBelow(join(sandbox.home, 'state/slipway')))
        if (path.endsWith('trusted')) trusted.push(path)
      expect(trusted).toHaveLength(answer === 'y' ? 1 : 0)
      // Ctrl-C, as the terminal sends it.
      if (answer === 'y') child.stdin.write('\u0003')
      expect(await ended).toBe(code)
    },
    150_000,
  )
})

test('the commands of probes and lifecycle hooks are named, too', () => {
  const container = {
    name: 'a',
    image: 'a:1',
    command: ['node', 'a b.js'],
    readinessProbe: { exec: { command: ['cat', '/tmp/ready'] } },
    lifecycle: { preStop: { exec: { command: ['sleep', '3'] } }, postStart: { httpGet: { port: 1 } } },
  }
  const object = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'c' },
    spec: {
      jobTemplate: {
        spec: { template: { spec: { initContainers: [{ name: 'i', image: 'b' }], containers: [container] } } },
      },
    },
  }
  expect(podCommands(object)).toEqual([
    'CronJob/c, container i: the command of b',
    'CronJob/c, container a: node "a b.js"',
    'CronJob/c, container a, readinessProbe: cat /tmp/ready',
    'CronJob/c, container a, preStop: sleep 3',
  ])
})
