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
import { type Delivered, delivered, expectPromoted, imageOf, squash } from './delivered.ts'
import { COMMAND, type Finished, Sandbox } from './slipway.ts'

const LONG = 150_000
const IMAGE_FILE = 'deploy/environments/staging/image.yaml'
const HAS_PTY = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
const QUIET = { stdout: { write: () => true }, stderr: { write: () => true } } as unknown as Io
const COMMANDS = makeProgram(QUIET, () => undefined).commands.map((command) => command.name())

// A program that says how it was called.
async function program(folder: string, name: string, script: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, name), 0o755)
}

// What a command printed, but for the free memory, which is another one each time.
function lasting(finished: Finished | undefined): string {
  return (finished?.stdout ?? '').replace(/[\d.]+ GiB of/g, 'some of')
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
        expect([args, load(lasting(yaml), { dialect: 'sigs' })]).toEqual([args, JSON.parse(lasting(json))])
      expect(wide).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/unknown output format "wide"; use (json or yaml)/) as string,
      })
    }
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

// Two pods in production, and everything that a rollout waits for as short as it gets.
async function shorten(sandbox: Sandbox): Promise<void> {
  await sandbox.change('deploy/environments/production/values.yaml', 'minReplicas: 3', 'minReplicas: 2')
  await sandbox.change('deploy/chart/values.yaml', /preStop: 3\n {2}drain: 2/, 'preStop: 1\n  drain: 1')
  await sandbox.edit('deploy/chart/values.yaml', 'period: 2', 'period: 1')
  await sandbox.git('branch', '--force', 'master', 'stg')
}

// An init container that waits for a file.
function waitingFor(file: string): string {
  return `      initContainers:
        - name: gate
          image: {{ include "app.image" . | quote }}
          args: ['-e', 'const look = () => require("fs").existsSync("${file}") || setTimeout(look, 50); look()']
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          securityContext:
            {{- include "app.containerSecurity" . | nindent 12 }}
`
}

describe('a running cluster', { timeout: LONG }, () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await Sandbox.make()
    await shorten(sandbox)
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

  test('explain as YAML', async () => {
    const { stdout } = await sandbox.slipway('explain', 'production', 'deploy/shop', 'spec.replicas', '-o', 'yaml')
    expect(load(stdout, { dialect: 'sigs' })).toMatchObject({ field: 'spec.replicas', value: 2 })
  })

  describe('the road to production, in this order', { timeout: LONG }, () => {
    const line: Delivered[] = []
    const refusal = async (...args: string[]): Promise<string> => {
      const before = await sandbox.git('rev-parse', 'master', 'stg')
      const { code, stdout, stderr } = await sandbox.slipway(...args)
      expect([code, stdout]).toEqual([1, ''])
      expect(await sandbox.git('rev-parse', 'master', 'stg')).toBe(before)
      return stderr
    }

    test('a promotion gives production the tree that staging runs, and its image', async () => {
      // As the pipeline on GitHub leaves it: this digest goes along, and what runs here is what was built here.
      const digest = `digest: "sha256:${'1'.repeat(64)}"`
      await sandbox.settled('staging', await sandbox.edit(IMAGE_FILE, 'digest: ""', digest))
      const parents = (await sandbox.git('rev-parse', 'master', 'stg')).split('\n').join(' ')
      const promoted = await delivered(sandbox, async () => {
        const { stdout } = await sandbox.slipway('promote', '-o', 'json')
        const said = { environment: 'production', branch: 'master', commit: await sandbox.git('rev-parse', 'master') }
        expect(JSON.parse(stdout)).toMatchObject(said)
      })
      await expectPromoted(sandbox, promoted)
      expect(await sandbox.git('log', '-1', '--format=%P', promoted.commit)).toBe(parents)
      expect(await refusal('promote')).toContain('[DELIVERY_NOTHING_TO_DO]')
      line.push(promoted)
    })

    test('the next is refused while staging is Progressing, and while master has a hotfix', async () => {
      const gate = join(sandbox.home, 'gate')
      const template = 'deploy/chart/templates/deployment.yaml'
      const slow = await sandbox.edit(template, '      containers:\n', `${waitingFor(gate)}      containers:\n`)
      const progressing = { commit: slow, sync: 'Synced', health: 'Progressing' }
      await eventually(async () => expect(await sandbox.environment('staging')).toMatchObject(progressing), {
        within: 60_000,
      })
      expect(await refusal('promote')).toContain('staging is Synced and Progressing, not Synced and Healthy')
      await writeFile(gate, '')
      await sandbox.settled('staging', slow)
      await sandbox.git('checkout', '--quiet', 'master')
      const hotfix = await sandbox.edit('deploy/chart/values.yaml', 'historyLimit: 5', 'historyLimit: 4')
      await sandbox.git('checkout', '--quiet', 'stg')
      const refused = await refusal('promote')
      expect(refused).toContain('[DELIVERY_LOST_HOTFIX]')
      expect(refused).toContain(`would undo it: ${hotfix.slice(0, 7)} Change deploy/chart/values.yaml`)
    })

    test('backport brings a hotfix of production to staging, once, and the promotion keeps it', async () => {
      const hotfix = await sandbox.git('rev-parse', 'master')
      const { code, stdout } = await sandbox.slipway('backport', '-o', 'json')
      const commit = await sandbox.git('rev-parse', 'stg')
      const subject = 'Change deploy/chart/values.yaml'
      expect([code, JSON.parse(stdout)]).toMatchObject([0, { commit, picked: [{ of: hotfix, commit, subject }] }])
      expect(await sandbox.git('log', '-1', '--format=%B', 'stg')).toContain(`(cherry picked from commit ${hotfix})`)
      expect(await refusal('backport')).toContain('[DELIVERY_NOTHING_TO_DO]')
      await sandbox.settled('staging', commit)
      const promoted = await delivered(sandbox, () => sandbox.slipway('promote'))
      await expectPromoted(sandbox, promoted)
      expect(await sandbox.git('show', 'master:deploy/chart/values.yaml')).toContain('historyLimit: 4')
      line.push(promoted)
    })

    test('a promotion that GitHub squashed gives the same tree and image', async () => {
      // Another image, of stages that are built already.
      await sandbox.settled('staging', await sandbox.edit('app/Dockerfile', 'One small HTTP', 'Another small HTTP'))
      const squashed = await delivered(sandbox, async () => {
        const master = await sandbox.git('rev-parse', 'master')
        const { branch } = JSON.parse((await sandbox.slipway('promote', '--pr', '-o', 'json')).stdout) as {
          branch: string
        }
        expect(await sandbox.git('rev-parse', 'master')).toBe(master)
        await squash(sandbox, branch)
      })
      await expectPromoted(sandbox, squashed)
      expect(line.map(({ imageID }) => imageID)).not.toContain(squashed.imageID)
      line.push(squashed)
    })

    test('a rollback goes back to the tree and image of before, also while staging is broken', async () => {
      const template = 'deploy/chart/templates/service.yaml'
      await sandbox.edit(template, 'apiVersion: v1', 'apiVersion: v1\nbroken: {{ .none.such }}')
      await eventually(
        async () => {
          const [application] = (await sandbox.environment('staging')).applications
          expect(application?.message).toContain('service.yaml:')
        },
        { within: 60_000 },
      )
      expect(await refusal('promote')).toContain('[DELIVERY_NOT_READY]')
      const rolled = await delivered(sandbox, async () => {
        const { stdout } = await sandbox.slipway('rollback', '-o', 'yaml')
        const said = { branch: 'master', commit: await sandbox.git('rev-parse', 'master'), to: line[1]?.commit }
        expect(load(stdout, { dialect: 'sigs' })).toMatchObject(said)
      })
      expect(rolled).toEqual({ ...line[1], commit: rolled.commit })
      line.push(rolled)
    })

    test('after the fix of staging a promotion passes over squash and rollback, and has the hotfix', async () => {
      await sandbox.git('revert', '--no-edit', 'HEAD')
      const fixed = await sandbox.edit('deploy/environments/staging/values.yaml', /colour: ".*"/, 'colour: "#000001"')
      await sandbox.settled('staging', fixed)
      const promoted = await delivered(sandbox, () => sandbox.slipway('promote'))
      await expectPromoted(sandbox, promoted)
      expect(promoted.imageID).toBe(line[2]?.imageID)
      expect(await imageOf(sandbox, 'staging')).toBe(line[2]?.imageID)
      expect(await sandbox.git('show', 'master:deploy/chart/values.yaml')).toContain('historyLimit: 4')
      const { stdout } = await sandbox.slipway('history', '-o', 'json')
      for (const { commit } of [...line, promoted]) expect(stdout).toContain(commit)
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
