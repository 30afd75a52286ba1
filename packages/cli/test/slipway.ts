import { createClient, httpTransport, type Client } from '@slipway/client'
import { type ClusterStatus, type EnvironmentStatus, readStatus } from '@slipway/environments'
import { execFile, type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..')
/** The built command. */
export const COMMAND = join(ROOT, 'packages/cli/dist/bundle/slipway.mjs')

/** A finished command. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A repository made from the starter, and the command in it; HOME and all state are the test's own, images are shared between tests. */
export class Sandbox {
  readonly home: string
  readonly directory: string
  readonly env: Record<string, string>
  #up: ChildProcess | undefined
  #client: { readonly server: string; readonly client: Client } | undefined
  output = ''

  private constructor(home: string, folder: string) {
    this.home = home
    this.directory = join(home, folder)
    const registry = Object.fromEntries(
      Object.entries(process.env).filter(([name]) =>
        /^npm_config_(registry|cafile|proxy|https_proxy|noproxy)$/i.test(name),
      ),
    )
    this.env = {
      ...(registry as Record<string, string>),
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      NO_COLOR: '1',
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CACHE_HOME: join(tmpdir(), 'slipway-test-cache'),
      PLANTED_IN_PARENT: 'must-not-leak',
    }
  }

  /** The same home and environment in another folder of that home. */
  at(directory: string): Sandbox {
    const other = new Sandbox(this.home, relative(this.home, directory))
    Object.assign(other.env, this.env)
    return other
  }

  /** An empty folder, in no repository. */
  static async empty(): Promise<Sandbox> {
    const sandbox = new Sandbox(await realpath(await mkdtemp(join(tmpdir(), 'slipway-e2e-'))), 'blank-shop')
    await mkdir(sandbox.directory)
    return sandbox
  }

  /** Copies the starter's tracked files into a fresh repository with branches master and stg, stg checked out. */
  static async make(): Promise<Sandbox> {
    const sandbox = new Sandbox(await realpath(await mkdtemp(join(tmpdir(), 'slipway-e2e-'))), 'shop')
    await mkdir(sandbox.directory)
    const { stdout } = await run('git', ['ls-files', '-z'], { cwd: join(ROOT, 'starter') })
    for (const file of stdout.split('\0').filter((name) => name !== '' && !name.startsWith('tests/'))) {
      await cp(join(ROOT, 'starter', file), join(sandbox.directory, file), { recursive: true })
    }
    await writeFile(
      join(sandbox.home, '.npmrc'),
      await readFile(join(process.env['HOME'] ?? '/', '.npmrc'), 'utf8').catch(() => ''),
    )
    await sandbox.git('init', '--quiet', '--initial-branch=master')
    await sandbox.git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
    await sandbox.commit('Start')
    await sandbox.git('branch', 'stg')
    await sandbox.git('checkout', '--quiet', 'stg')
    return sandbox
  }

  async git(...args: string[]): Promise<string> {
    const identity = {
      GIT_AUTHOR_NAME: 'T',
      GIT_AUTHOR_EMAIL: 't@example.com',
      GIT_COMMITTER_NAME: 'T',
      GIT_COMMITTER_EMAIL: 't@example.com',
    }
    const { stdout } = await run('git', args, { cwd: this.directory, env: { ...this.env, ...identity } })
    return stdout.trim()
  }

  /** Commits everything on the branch that is checked out; returns its SHA. */
  async commit(subject: string): Promise<string> {
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--message', subject)
    return this.git('rev-parse', 'HEAD')
  }

  /** Replaces a text in a file. */
  async change(path: string, from: string | RegExp, to: string): Promise<void> {
    const file = join(this.directory, path)
    const before = await readFile(file, 'utf8')
    const after = before.replace(from, to)
    if (after === before) throw new Error(`${path} has no ${String(from)}`)
    await writeFile(file, after)
  }

  /** Replaces a text in a file and commits that, with all other changes. */
  async edit(path: string, from: string | RegExp, to: string): Promise<string> {
    await this.change(path, from, to)
    return this.commit(`Change ${path}`)
  }

  async slipway(...args: string[]): Promise<Finished> {
    try {
      const { stdout, stderr } = await run(process.execPath, [COMMAND, ...args], {
        cwd: this.directory,
        env: this.env,
        maxBuffer: 1 << 26,
      })
      return { code: 0, stdout, stderr }
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string }
      return { code: code ?? 1, stdout, stderr }
    }
  }

  /** Starts `slipway up --trust` and waits until all is Synced and Healthy. */
  async up(): Promise<ClusterStatus> {
    await this.upUntil(/export KUBECONFIG=/)
    return this.status()
  }

  /** Starts `slipway up --trust` and waits until it has printed something. */
  async upUntil(printed: RegExp): Promise<void> {
    this.output = ''
    this.#up = spawn(process.execPath, [COMMAND, 'up', '--trust', '--verbose'], {
      cwd: this.directory,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#up.stdout, this.#up.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    const up = this.#up
    await new Promise<void>((resolve, reject) => {
      const look = setInterval(() => {
        if (printed.test(this.output)) done(resolve)
        else if (up.exitCode !== null)
          done(() => reject(new Error(`slipway up ended with ${up.exitCode}:\n${this.output}`)))
      }, 50)
      const late = setTimeout(() => done(() => reject(new Error(`not up in time:\n${this.output}`))), 110_000)
      function done(end: () => void): void {
        clearInterval(look)
        clearTimeout(late)
        end()
      }
    })
  }

  get process(): ChildProcess | undefined {
    return this.#up
  }

  get upPid(): number {
    return this.#up?.pid ?? 0
  }

  /** What `slipway status -o json` would print, without starting a process for each look. */
  async status(): Promise<ClusterStatus> {
    return readStatus(await this.client())
  }

  async environment(name: string): Promise<EnvironmentStatus> {
    const found = (await this.status()).environments.find((environment) => environment.name === name)
    if (found === undefined) throw new Error(`no environment ${name}`)
    return found
  }

  /** Waits for a commit to be what an environment runs, Synced and Healthy, with only ready pods. */
  async settled(name: string, commit: string): Promise<EnvironmentStatus> {
    const limit = performance.now() + 60_000
    for (;;) {
      const found = await this.environment(name)
      const done =
        found.commit === commit &&
        found.sync === 'Synced' &&
        found.health === 'Healthy' &&
        found.pods.every(({ ready }) => ready)
      if (done) return found
      if (performance.now() > limit)
        throw new Error(`${name} does not settle: ${JSON.stringify(found)}\n${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** A client of the cluster that runs, from the one folder below the test's own state. */
  async client(): Promise<Client> {
    const states = join(this.env['XDG_STATE_HOME'] ?? '', 'slipway')
    const [state = ''] = await readdir(states)
    const kubeconfig = join(states, state, 'kubeconfig')
    const secrets = JSON.parse(await readFile(join(dirname(kubeconfig), 'secrets.json'), 'utf8')) as {
      adminToken: string
      certificates: { ca: string }
    }
    const server = /server: (\S+)/.exec(await readFile(kubeconfig, 'utf8'))?.[1] ?? ''
    if (this.#client?.server === server) return this.#client.client
    const client = createClient(httpTransport({ server, ca: secrets.certificates.ca, token: secrets.adminToken }))
    this.#client = { server, client }
    return client
  }

  /** Processes that carry this cluster's marker in their environment; none where there is no /proc. */
  async marked(): Promise<number[]> {
    const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
    const texts = await Promise.all(
      pids.map(async (pid) => [Number(pid), await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')] as const),
    )
    return texts.filter(([, text]) => text.includes(`SLIPWAY_MARKER=${this.home}`)).map(([pid]) => pid)
  }

  async remove(): Promise<void> {
    if (this.#up !== undefined && this.#up.exitCode === null && this.#up.signalCode === null) {
      const ended = new Promise((resolve) => this.#up?.once('exit', resolve))
      this.#up.kill('SIGKILL')
      await ended
    }
    await rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

/** What the starter's service says about itself. */
export interface Answer {
  readonly environment: string
  readonly version: string
  readonly pod: string
  readonly commit: string
  readonly digest: string
  readonly colour: string
}

/** Asks an environment's URL on a connection of its own. */
export async function ask(url: string): Promise<Answer> {
  const response = await fetch(url, { headers: { accept: 'application/json', connection: 'close' } })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return (await response.json()) as Answer
}
