import { execFile, spawn } from 'node:child_process'
import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasTitle, testFile } from '../../../tools/test/titles.ts'
import { Sandbox } from './slipway.ts'

const LONG = 240_000
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..')

interface Block {
  readonly heading: string
  readonly text: string
}

// Code blocks of a text, in order.
function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/([^\n]*)\n\n```sh\n([\s\S]*?)```/g)].map(([, heading = '', block = '']) => ({
    heading,
    text: block,
  }))
}

async function tour(): Promise<readonly Block[]> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8')
  return blocksOf(text.slice(text.indexOf('## A tour'), text.indexOf('## What runs')))
}

// Lines of the quick start that other tests run, since each takes a while.
const PLAYED_ELSEWHERE: Readonly<
  Record<string, { readonly file: string; readonly title: string; readonly has: string }>
> = {
  'npm ci && npm start': {
    file: 'tools/test/start.test.ts',
    title: 'brings both environments up, and the process behind an answer runs what the Dockerfile says',
    has: "spawn('npm', ['start'",
  },
  'slipway try readiness': {
    file: 'packages/cli/test/try.test.ts',
    title: '%s goes as it should, says why, and leaves every branch as it was',
    has: "'readiness',",
  },
}

async function findKubectl(): Promise<string | undefined> {
  const folders = [process.env['PEERS_BIN'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)]
  for (const folder of folders.filter((name) => name !== '')) {
    const path = join(folder, 'kubectl')
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  return undefined
}

describe("the README's tour and the quick start, as they are written", () => {
  let sandbox: Sandbox
  let blocks: readonly Block[]

  beforeAll(async () => {
    sandbox = await Sandbox.make()
    blocks = await tour()
    // What `npm ci` puts beside demo/.
    const bin = join(sandbox.home, 'node_modules/.bin')
    await mkdir(bin, { recursive: true })
    await writeFile(
      join(bin, 'slipway'),
      `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'packages/cli/bin/slipway.mjs')}' "$@"\n`,
    )
    await chmod(join(bin, 'slipway'), 0o755)
    await sandbox.git('config', 'user.name', 'Reader')
    await sandbox.git('config', 'user.email', 'reader@example.com')
    await sandbox.up()
  }, LONG)
  afterAll(() => sandbox.remove())

  // Each block goes on in the folder that the first one changed into, with its alias.
  async function play(text: string, env: Record<string, string> = {}): Promise<string> {
    const script = `set -e\nshopt -s expand_aliases\nalias slipway=../node_modules/.bin/slipway\n${text}`
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      cwd: sandbox.directory,
      env: { ...sandbox.env, ...env },
    })
    return stdout
  }

  const block = (has: string): string => {
    const found = blocks.find(({ text }) => text.includes(has))?.text
    if (found === undefined) throw new Error(`the tour has no block with ${has}`)
    return found
  }

  test('has four blocks, each played below', () => {
    expect(blocks.map(({ text }) => text.trim().split('\n')[0])).toEqual([
      'cd demo',
      expect.stringContaining('perl -pi -e') as string,
      expect.stringContaining('slipway explain') as string,
      'export KUBECONFIG=...               # `slipway up` prints the line',
    ])
  })

  test('looks at both environments', async () => {
    const printed = await play(block('slipway open staging').replace('cd demo\n', ''))
    expect(printed).toMatch(/staging +stg/)
    expect(printed).toContain('"environment":"staging"')
  })

  test(
    'changes a value, waits, and promotes',
    async () => {
      const printed = await play(block('slipway promote'))
      expect(printed).toMatch(/production deploys it now/)
      await sandbox.settled('production', await sandbox.git('rev-parse', 'master'))
    },
    LONG,
  )

  test('asks where a field comes from, and what nothing reads', async () => {
    const printed = await play(block('slipway explain'))
    expect(printed).toContain('deploy/environments/production/values.yaml')
  })

  test(
    'talks to it with kubectl, and sees a probe through a forwarded port',
    async (context) => {
      const kubectl = await findKubectl()
      if (kubectl === undefined) return context.skip('kubectl is neither in PEERS_BIN nor on the PATH')
      const env = {
        KUBECONFIG: /export KUBECONFIG=(\S+)/.exec(sandbox.output)?.[1] ?? '',
        PATH: `${dirname(kubectl)}${delimiter}${sandbox.env['PATH'] ?? ''}`,
      }
      const [, pods = '', forward = '', curl = ''] = block('kubectl get pods').trim().split('\n')
      expect(await play(pods, env)).toMatch(/^production +shop-\S+ +1\/1 +Running/m)
      const [program = '', ...args] = forward.split(' ')
      const forwarding = spawn(program, args, { cwd: sandbox.directory, env: { ...sandbox.env, ...env } })
      try {
        await new Promise((resolve, reject) => {
          forwarding.stdout.once('data', resolve)
          forwarding.once('exit', (code) => reject(new Error(`port-forward ended with ${code}`)))
        })
        expect(await play(curl)).toContain('ready')
      } finally {
        forwarding.kill()
      }
    },
    LONG,
  )

  test(
    'the quick start does what it says, line by line',
    async () => {
      const page = await readFile(join(ROOT, 'docs/quick-start.md'), 'utf8')
      const lines = blocksOf(page).flatMap(({ text }) => text.trim().split('\n'))
      for (const [line, { file, title, has }] of Object.entries(PLAYED_ELSEWHERE)) {
        expect(lines).toContain(line)
        expect(hasTitle(testFile(file), title) && testFile(file).source.includes(has), line).toBe(true)
      }
      const here = lines.filter((line) => line !== 'cd demo' && PLAYED_ELSEWHERE[line] === undefined)
      const printed: string[] = []
      for (const line of here) {
        // Nothing is promoted while production still rolls.
        if (line === 'slipway rollback') await sandbox.settled('production', await sandbox.git('rev-parse', 'master'))
        printed.push(await play(line))
      }
      expect(await sandbox.git('log', '--format=%s', '-1', 'stg')).toBe('Turn staging green')
      const said = (word: string): string => printed[here.findIndex((line) => line.includes(word))] ?? ''
      expect(said('status')).toMatch(/staging +stg .*Synced +Healthy/)
      expect(said('explain')).toMatch(/values\.yaml/)
      expect(said('promote')).toMatch(/production deploys it now/)
      expect(said('rollback')).toMatch(/master is at \w+: the tree of \w+; production deploys it now/)
      await sandbox.settled('production', await sandbox.git('rev-parse', 'master'))
    },
    LONG,
  )
})
