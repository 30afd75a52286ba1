import { execFile, spawn, spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '@slipway/testkit'
import { load } from '@slipway/yaml'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { commandName } from '../src/command-name.ts'
import { makeProgram } from '../src/program.ts'
import type { Io } from '../src/io.ts'
import { COMMAND, Sandbox } from './slipway.ts'

const LONG = 150_000
const HAS_PTY = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
const QUIET = { stdout: { write: () => true }, stderr: { write: () => true } } as unknown as Io
const COMMANDS = makeProgram(QUIET, () => undefined).commands.map((command) => command.name())

// A program that says how it was called.
async function program(folder: string, name: string, script: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, name), 0o755)
}

describe('help', { timeout: LONG }, () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await Sandbox.empty()
  })
  afterAll(() => sandbox.remove())

  test.each(COMMANDS.filter((name) => !name.startsWith('__') && !['helm', 'kustomize', 'kubectl'].includes(name)))(
    'of %s has examples',
    async (name) => {
      const { code, stdout } = await sandbox.slipway(name, '--help')
      expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`\nExamples:\n.*slipway ${name}`, 's'))])
    },
  )

  test('of helm template has examples', async () => {
    expect((await sandbox.slipway('helm', 'template', '--help')).stdout).toMatch(/\nExamples:\n {2}helm template /)
  })
})

describe('how the command is called here', () => {
  test('by its name, by npx, or by its script', async () => {
    const sandbox = await Sandbox.empty()
    onTestFinished(() => sandbox.remove())
    const inside = join(sandbox.directory, 'deep')
    const at = (PATH: string): string => commandName({ env: { PATH }, cwd: inside }, "/opt/o'clock/slipway.mjs")
    expect(at('/nowhere')).toBe(`node '/opt/o'\\''clock/slipway.mjs'`)
    await program(join(sandbox.directory, 'node_modules/.bin'), 'slipway', '')
    expect(at('/nowhere')).toBe('npx slipway')
    // npm puts that folder on the PATH of its scripts, and on nobody else's.
    expect(at(join(sandbox.directory, 'node_modules/.bin'))).toBe('npx slipway')
    await program(join(sandbox.directory, 'bin'), 'slipway', '')
    expect(at(`/nowhere${delimiter}${join(sandbox.directory, 'bin')}`)).toBe('slipway')
  })
})

describe('before there is a cluster', { timeout: LONG }, () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await Sandbox.make()
    await program(join(sandbox.home, 'bin'), 'kubectl', 'echo "kubectl $* with $KUBECONFIG"')
    sandbox.env['PATH'] = `${join(sandbox.home, 'bin')}${delimiter}${sandbox.env['PATH'] ?? ''}`
  })
  afterAll(() => sandbox.remove())

  test('kubectl dials nobody else, and still answers what needs none', async () => {
    const { code, stdout, stderr } = await sandbox.slipway('kubectl', 'get', 'pods')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('[CLI_NOT_RUNNING]')
    expect((await sandbox.slipway('kubectl', 'version', '--client')).stdout).toMatch(/^kubectl version --client with /)
  })

  test('formats: JSON and YAML say the same, and another one is refused with those that there are', async () => {
    for (const args of [['render', 'staging', '--revision', 'HEAD'], ['values'], ['doctor'], ['history', 'staging']]) {
      const [json, yaml, wide] = await Promise.all(
        ['json', 'yaml', 'wide'].map((format) => sandbox.slipway(...args, '-o', format)),
      )
      if (args[0] !== 'render')
        expect([args, load(yaml?.stdout ?? '', { dialect: 'sigs' })]).toEqual([args, JSON.parse(json?.stdout ?? '')])
      expect(wide).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/unknown output format "wide"; use (json or yaml)/) as string,
      })
    }
    // Free memory is another one each time.
    const doctor = await sandbox.slipway('doctor', '-o', 'yaml')
    expect(load(doctor.stdout, { dialect: 'sigs' })).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ what: 'git', state: 'ok' })]) as unknown,
    })
    for (const command of ['promote', 'rollback', 'backport', 'diff staging', 'explain staging a b', 'status'])
      expect([command, await sandbox.slipway(...command.split(' '), '-o', 'xml')]).toEqual([
        command,
        { code: 2, stdout: '', stderr: expect.stringContaining('unknown output format "xml"; use json') as string },
      ])
  })

  test('bash completes commands, flags, formats, environments, scenarios and shells', async () => {
    await program(join(sandbox.home, 'bin'), 'slipway', `exec '${process.execPath}' '${COMMAND}' "$@"`)
    const complete = async (...words: string[]): Promise<string[]> => {
      const script = `source <(slipway completion bash); COMP_WORDS=(slipway "$@"); COMP_CWORD=$#; _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`
      const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', ...words], {
        cwd: sandbox.directory,
        env: sandbox.env,
      })
      return stdout.trim().split('\n')
    }
    expect(await complete('pro')).toEqual(['promote'])
    expect(await complete('logs', 'st')).toEqual(['staging'])
    expect(await complete('logs', '--f')).toEqual(['--follow'])
    expect(await complete('logs', 'staging', '')).not.toContain('staging')
    expect(await complete('try', '')).toEqual(
      expect.arrayContaining(['rollout', 'readiness', 'crash', 'drift', 'promote']),
    )
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await complete('status', '-o', '')).toEqual(['json', 'yaml', 'wide'])
    for (const shell of ['zsh', 'fish']) {
      const { stdout } = await sandbox.slipway('completion', shell)
      expect(stdout).toContain('slipway __environments')
      expect(stdout).toContain('rollout readiness crash drift promote')
      expect(stdout).not.toContain('__environments)')
    }
  })
})

describe('a running cluster', { timeout: LONG }, () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await Sandbox.make()
    await sandbox.up()
  }, LONG)
  afterAll(() => sandbox.remove())

  test('up says what to type next, and where', () => {
    const { output, directory } = sandbox
    expect(output).toMatch(/\nexport KUBECONFIG=\S+kubeconfig\n/)
    expect(output).toContain(`\nnext, in ${directory}:\n  curl http://127.0.0.1:`)
    expect(output).toContain(`\n  ${commandName({ env: sandbox.env, cwd: directory }, COMMAND)} promote\n`)
  })

  test('open prints the URL that answers, and refuses an environment that is not there', async () => {
    const { code, stdout } = await sandbox.slipway('open', 'staging')
    expect(code).toBe(0)
    expect(stdout).toBe(`${(await sandbox.environment('staging')).url}\n`)
    expect((await fetch(stdout.trim())).status).toBe(200)
    expect(await sandbox.slipway('open', 'nowhere')).toMatchObject({ code: 2, stdout: '' })
  })

  test(
    'a second up attaches: it shows the same, follows, and leaves the cluster when it goes',
    async () => {
      const second = spawn(process.execPath, [COMMAND, 'up'], { cwd: sandbox.directory, env: sandbox.env })
      onTestFinished(() => void second.kill('SIGKILL'))
      let output = ''
      second.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
      const ended = new Promise((resolve) => second.once('exit', resolve))
      await eventually(async () => expect(output).toContain('export KUBECONFIG='), { within: 20_000 })
      expect(output).toContain(`attached to process ${sandbox.upPid}\n`)
      const commit = await sandbox.edit('deploy/environments/staging/values.yaml', '#d97706', '#0ea5e9')
      await sandbox.settled('staging', commit)
      await eventually(async () => expect(output).toMatch(/staging: (OutOfSync|Synced), \w+, 1\/2 pods ready/), {
        within: 20_000,
      })
      second.kill('SIGINT')
      expect(await ended).toBe(0)
      expect((await sandbox.slipway('status')).code).toBe(0)
    },
    LONG,
  )

  test('logs: no previous run and a wrong number are errors, as kubectl has it', async () => {
    const previous = await sandbox.slipway('logs', 'staging', '--previous')
    expect(previous).toMatchObject({ code: 1, stdout: '' })
    expect(previous.stderr).toMatch(
      /^error: shop-\S+: previous terminated container "shop" in pod "shop-\S+" not found/,
    )
    expect(await sandbox.slipway('logs', 'staging', '--tail', 'abc')).toMatchObject({
      code: 2,
      stderr: 'error: --tail takes a number of lines, not "abc"\n',
    })
    const lines = (await sandbox.slipway('logs', 'staging', '--tail', '1')).stdout.trim().split('\n')
    // One line of each pod: one of the last release may still be ending.
    expect(new Set(lines.map((line) => line.split(' ')[0])).size).toBe(lines.length)
    expect(lines[0]).toMatch(/^shop-\S+ \{/)
  })

  test('diff: exit code 1 where a live object differs, as text and as data', async () => {
    const client = await sandbox.client()
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'production', name: 'shop' }
    // Argo CD heals what it sees; what it leaves alone is what is desired of another revision.
    expect((await client.get(ref))['data']).toMatchObject({ COLOUR: '#16a34a' })
    await sandbox.git('checkout', '--quiet', '-b', 'other')
    await sandbox.change('deploy/environments/staging/values.yaml', '#0ea5e9', '#7c3aed')
    await sandbox.edit(
      'deploy/environments/staging/image.yaml',
      'digest: ""',
      `digest: ${(await sandbox.environment('staging')).images[0]?.digest ?? ''}`,
    )
    await sandbox.git('checkout', '--quiet', 'stg')
    const text = await sandbox.slipway('diff', 'staging', '--revision', 'other')
    expect(text).toMatchObject({ code: 1, stderr: '' })
    expect(text.stdout).toMatch(/^- {2}COLOUR: '#0ea5e9'\n\+ {2}COLOUR: '#7c3aed'$/m)
    const [json, yaml] = await Promise.all(
      ['json', 'yaml'].map((format) => sandbox.slipway('diff', 'staging', '--revision', 'other', '-o', format)),
    )
    expect([json?.code, yaml?.code]).toEqual([1, 1])
    const data = JSON.parse(json?.stdout ?? '') as {
      environment: string
      objects: { kind: string; desired: { data?: object } }[]
    }
    expect(data.environment).toBe('staging')
    expect(data.objects.find(({ kind }) => kind === 'ConfigMap')?.desired.data).toMatchObject({ COLOUR: '#7c3aed' })
    expect(load(yaml?.stdout ?? '', { dialect: 'sigs' })).toEqual(data)
  })

  test.skipIf(!HAS_PTY)(
    'NO_COLOR: a terminal gets colours, unless it is set (needs script of util-linux)',
    async () => {
      const { NO_COLOR: _, ...colourful } = sandbox.env
      const diffAt = async (env: Record<string, string>): Promise<string> => {
        const command = `${process.execPath} ${COMMAND} diff staging --revision other`
        const { stdout } = await promisify(execFile)('script', ['--quiet', '--command', command, '/dev/null'], {
          cwd: sandbox.directory,
          env: { ...env, TERM: 'xterm' },
        })
        return stdout
      }
      expect(await diffAt(colourful)).toMatch(/\u001B\[32m\+(\u001B\[m\u001B\[32m)? {2}COLOUR/)
      const plain = await diffAt({ ...colourful, NO_COLOR: '1' })
      expect(plain).toMatch(/^\+ {2}COLOUR/m)
      expect(plain).not.toContain('\u001B')
    },
    LONG,
  )

  test(
    'explain as YAML; promote, backport and rollback as data',
    async () => {
      const { stdout } = await sandbox.slipway('explain', 'production', 'deploy/shop', 'spec.replicas', '-o', 'yaml')
      expect(load(stdout, { dialect: 'sigs' })).toMatchObject({ field: 'spec.replicas', value: 3 })
      const promoted = await sandbox.slipway('promote', '-o', 'json')
      expect(JSON.parse(promoted.stdout)).toMatchObject({
        environment: 'production',
        branch: 'master',
        commit: await sandbox.git('rev-parse', 'master'),
      })
      await sandbox.settled('production', await sandbox.git('rev-parse', 'master'))
      const rolled = await sandbox.slipway('rollback', '-o', 'yaml')
      expect(load(rolled.stdout, { dialect: 'sigs' })).toMatchObject({
        branch: 'master',
        commit: await sandbox.git('rev-parse', 'master'),
      })
    },
    LONG,
  )

  test('backport brings a hotfix of production to staging, once', async () => {
    await sandbox.git('checkout', '--quiet', 'master')
    const hotfix = await sandbox.edit('app/src/page.ts', /$/, '// A hotfix.\n')
    await sandbox.git('checkout', '--quiet', 'stg')
    const { code, stdout } = await sandbox.slipway('backport')
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`${hotfix.slice(0, 7)} Change app/src/page.ts: now [0-9a-f]{7} on stg\n`)),
    ])
    expect(await sandbox.git('log', '-1', '--format=%B', 'stg')).toContain(`(cherry picked from commit ${hotfix})`)
    expect(await sandbox.git('show', 'stg:app/src/page.ts')).toContain('// A hotfix.')
    expect(await sandbox.slipway('backport')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DELIVERY_NOTHING_TO_DO') as string,
    })
  })

  test(
    'down --purge leaves no process and no folder',
    async () => {
      const states = join(sandbox.env['XDG_STATE_HOME'] ?? '', 'slipway')
      expect(await readdir(states)).toHaveLength(1)
      const { code, stdout } = await sandbox.slipway('down', '--purge')
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^ended process \d+\nremoved /)])
      expect(await readdir(states)).toEqual([])
      expect((await sandbox.slipway('status')).stderr).toContain('CLI_NOT_RUNNING')
      expect(await sandbox.slipway('down')).toMatchObject({ code: 0, stdout: 'nothing was running\n' })
    },
    LONG,
  )
})
