import { execFile, type ExecFileOptions, spawn, spawnSync } from 'node:child_process'
import {
  appendFile,
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../packages/cli/test/slipway.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const LONG = 240_000
const WHO = someUser()
// Git asks for the owner of what it looks at.
const ME = { uid: process.getuid?.(), gid: process.getgid?.() }
const run = (program: string, args: readonly string[], options: ExecFileOptions) =>
  promisify(execFile)(program, args, { ...WHO, ...options, encoding: 'utf8' })

/** Nobody needs to be root for this: where the tests are, it is done as `nobody`, if that user may read what is installed here. */
function someUser(): { readonly uid?: number; readonly gid?: number } {
  const nobody = { uid: 65_534, gid: 65_534 }
  if (process.getuid?.() !== 0) return {}
  const mayRead = spawnSync('test', ['-r', join(ROOT, 'node_modules/esbuild/package.json')], nobody).status === 0
  if (!mayRead) process.stderr.write(`${ROOT} is root's alone: npm start is tried as root\n`)
  return mayRead ? nobody : {}
}

interface Environment {
  readonly name: string
  readonly sync: string
  readonly health: string
  readonly url: string
  readonly pods: readonly { readonly name: string; readonly ready: boolean; readonly pid: number }[]
}

let home: string
let clone: string
let env: Record<string, string>

// A clone with what is tracked, as it is in the work tree; what `npm ci` installs is that of this one, whose lock it shares.
beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'slipway-clone-')))
  clone = join(home, 'slipway')
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    ...ME,
    cwd: ROOT,
    maxBuffer: 1 << 26,
  })
  for (const file of stdout.split('\0').filter(Boolean)) await cp(join(ROOT, file), join(clone, file))
  await mkdir(join(clone, 'node_modules'), { recursive: true })
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (!name.startsWith('@slipway') && name !== '.cache')
      await symlink(join(ROOT, 'node_modules', name), join(clone, 'node_modules', name))
  await mkdir(join(clone, 'node_modules/@slipway'))
  for (const name of await readdir(join(clone, 'packages')))
    await symlink(join(clone, 'packages', name), join(clone, 'node_modules/@slipway', name))
  const registry = Object.entries(process.env).filter(([name]) =>
    /^npm_config_(registry|cafile|proxy|https_proxy|noproxy)$/i.test(name),
  )
  // No identity, no configuration, nothing of an earlier run; downloads of the build are shared with the other tests.
  env = {
    ...(Object.fromEntries(registry) as Record<string, string>),
    PATH: process.env['PATH'] ?? '',
    HOME: join(home, 'empty'),
    XDG_CACHE_HOME: join(tmpdir(), `slipway-test-cache${WHO.uid === undefined ? '' : '-nobody'}`),
    NO_COLOR: '1',
  }
  await mkdir(env['HOME'] ?? '')
  await cp(join(process.env['HOME'] ?? '/', '.npmrc'), join(home, 'empty/.npmrc')).catch(() => undefined)
  if (WHO.uid === undefined) return
  await mkdir(env['XDG_CACHE_HOME'] ?? '', { recursive: true })
  await promisify(execFile)('chown', ['-R', `${WHO.uid}:${WHO.gid}`, home, env['XDG_CACHE_HOME'] ?? ''])
}, LONG)

afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 5 }))

/** `npm start` until it has printed something, and what it had printed by then. */
async function npmStart(
  args: readonly string[],
  printed: RegExp,
): Promise<{ readonly output: string; readonly stop: () => Promise<void> }> {
  const child = spawn('npm', ['start', ...args], {
    ...WHO,
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (printed.test(output)) resolve()
      })
    child.once('exit', (code) => reject(new Error(`npm start ended with ${String(code)}:\n${output}`)))
  })
  return {
    output,
    stop: async () => {
      // As a terminal does it at Ctrl-C: the whole group is told.
      process.kill(-(child.pid ?? 0), 'SIGINT')
      await ended
    },
  }
}

async function bundleTime(): Promise<number> {
  return (await stat(join(clone, 'packages/cli/dist/bundle/slipway.mjs'))).mtimeMs
}

async function slipway(...args: string[]): Promise<string> {
  const command = join(clone, 'packages/cli/bin/slipway.mjs')
  return (await run(process.execPath, [command, ...args], { cwd: join(clone, 'demo'), env })).stdout
}

test('npm ci && npm start is what the README and the quick start begin with, npm ci what CI begins with', async () => {
  for (const page of ['README.md', 'docs/quick-start.md']) {
    const text = await readFile(join(ROOT, page), 'utf8')
    expect(/```sh\n([\s\S]*?)```/.exec(text)?.[1], page).toBe('npm ci && npm start\n')
  }
  expect(await readFile(join(ROOT, '.ci/run'), 'utf8')).toMatch(/^if ! npm ci .*\n[\s\S]*^npm test /m)
})

describe('npm start in a clean clone', () => {
  test(
    'brings both environments up, and the process behind an answer runs what the Dockerfile says',
    async () => {
      const started = await npmStart([], /export KUBECONFIG=/)
      expect(started.output).toContain('made demo/ from starter/')
      // npm has the command on its own PATH, and the reader has not.
      expect(started.output).toContain('  npx slipway promote\n')
      const { environments } = JSON.parse(await slipway('status', '-o', 'json')) as { environments: Environment[] }
      expect(environments.map(({ name, sync, health, pods }) => [name, sync, health, pods.length])).toEqual([
        ['production', 'Synced', 'Healthy', 3],
        ['staging', 'Synced', 'Healthy', 1],
      ])
      for (const { name, url, pods } of environments) {
        const answer = await ask(url)
        expect(answer.environment).toBe(name)
        const pod = pods.find((each) => each.name === answer.pod)
        const command = await readFile(`/proc/${pod?.pid}/cmdline`, 'utf8').catch(() => 'dist/main.js')
        expect(command).toContain('dist/main.js')
      }
      await started.stop()
      await expect(fetch(environments[0]?.url ?? '')).rejects.toThrow()
    },
    LONG,
  )

  test(
    'builds nothing the second time, keeps the demo, and says when the starter has changed since',
    async () => {
      await appendFile(join(clone, 'demo/README.md'), '\nMine.\n')
      await appendFile(join(clone, 'starter/README.md'), '\nNews.\n')
      const first = await npmStart([], /export KUBECONFIG=/)
      await first.stop()
      const built = await bundleTime()
      expect(first.output).toContain('starter/ has changed since demo/ was made')
      const second = await npmStart([], /export KUBECONFIG=/)
      await second.stop()
      expect(second.output).not.toContain('made demo/')
      expect(await bundleTime()).toBe(built)
      expect(await readFile(join(clone, 'demo/README.md'), 'utf8')).toContain('Mine.')
    },
    LONG,
  )

  test(
    'makes the demo anew when it is asked to',
    async () => {
      const started = await npmStart(['--', '--reset'], /export KUBECONFIG=/)
      await started.stop()
      expect(started.output).toContain('made demo/ from starter/')
      const readme = await readFile(join(clone, 'demo/README.md'), 'utf8')
      expect(readme).toContain('News.')
      expect(readme).not.toContain('Mine.')
    },
    LONG,
  )
})

test('git tracks nothing that is built', async () => {
  const { stdout } = await run('git', ['ls-files'], { ...ME, cwd: ROOT, maxBuffer: 1 << 26 })
  const files = stdout.split('\n')
  expect(files.filter((file) => /(^|\/)(node_modules|dist|demo|\.cache)\//.test(file))).toEqual([])
})

test(
  'what npm pack makes is a command that works anywhere, with nothing beside it',
  async () => {
    const folder = join(home, 'packed')
    await mkdir(folder)
    if (WHO.uid !== undefined) await chown(folder, WHO.uid, WHO.uid)
    const packages = join(clone, 'packages/cli')
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: packages, env })
    const [tarball = ''] = stdout.trim().split('\n').slice(-1)
    await run('npm', ['install', '--global', '--offline', '--prefix', join(folder, 'prefix'), join(folder, tarball)], {
      env: { ...env, npm_config_cache: join(folder, 'cache') },
    })
    const command = join(folder, 'prefix/bin/slipway')
    await chmod(command, 0o755)
    const shop = join(folder, 'shop')
    await mkdir(shop)
    if (WHO.uid !== undefined) await chown(shop, WHO.uid, WHO.uid)
    const git = (...args: string[]) => run('git', args, { cwd: shop, env })
    await git('init', '--quiet', '--initial-branch=master')
    await run(command, ['init'], { cwd: shop, env })
    await git('add', '--all')
    await git('-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', 'Start')
    await git('branch', 'stg')
    const rendered = await run(command, ['render', 'staging'], { cwd: shop, env })
    expect(rendered.stdout).toContain('kind: Deployment')
    const built = await run(command, ['kustomize', 'build', 'deploy/kustomize/overlays/staging'], { cwd: shop, env })
    expect(built.stdout).toContain('kind: Deployment')
  },
  LONG,
)
