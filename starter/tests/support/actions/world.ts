import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRegistry } from '@slipway/images'
import { onTestFinished } from 'vitest'
import { helm, kustomize } from '../render.ts'
import { copyStarter, STARTER, temporary, tool, yq } from '../starter.ts'
import type { Target } from './registry.ts'
import { answerRequest } from './hosts.ts'

export const ACTORS = { app: 123_456, actions: 15_368 } as const
const FAKES = fileURLToPath(new URL('../fakes/', import.meta.url))

/** One call of a stand-in. */
export interface Call {
  readonly program: string
  readonly args: readonly string[]
  readonly stdin: string
  readonly env: Readonly<Record<string, string>>
}

/** A bare remote with its rules, an image registry, an Argo CD, and the programs that reach them. */
export interface World {
  readonly directory: string
  readonly remote: string
  readonly registry: Target
  /** What every step gets, without the variables of GitHub. */
  readonly env: Readonly<Record<string, string>>
  /** Makes a token that an identity may use. */
  token(actor: keyof typeof ACTORS, permissions: Readonly<Record<string, string>>): string
  calls(program: string): readonly Call[]
  state<T>(name: string, fallback: T): T
  setState(name: string, value: unknown): void
  git(...args: string[]): string
  /** A person's commit on a branch, let in as a merged pull request. */
  commit(branch: string, message: string, change: (directory: string) => void): string
  /** Merges a branch into master as GitHub's button does, and gives master's new commit. */
  merge(branch: string, how: 'merge' | 'squash'): string
  /** Makes the rules hold from now on, as somebody does after the first push; `without`: kinds of rules left out, and with them who may bypass. */
  protect(without?: readonly string[]): void
}

/** The real programs that a world cannot do without; undefined: all are here. */
export function missingTools(): string | undefined {
  const peers = { helm, kustomize, kubeconform: tool('kubeconform'), 'kube-score': tool('kube-score'), 'yq v4': yq }
  const needed = { ...peers, jq: tool('jq'), curl: tool('curl'), bash: tool('bash'), npm: tool('npm') }
  const missing = Object.entries(needed).filter(([, path]) => !path)
  return missing.length === 0 ? undefined : missing.map(([name]) => name).join(', ')
}

export async function makeWorld(options: { fakeNpm?: boolean } = {}): Promise<World> {
  const directory = temporary()
  const registryToken = randomBytes(16).toString('hex')
  const registry = await startRegistry({ directory: join(directory, 'registry'), token: registryToken })
  onTestFinished(() => registry.close())
  const bin = makePrograms(directory, options.fakeNpm ?? true)
  const remote = makeRemote(directory)
  const http = await serveHosts(directory)
  const home = join(directory, 'home')
  mkdirSync(home)
  const tools = {
    helm,
    kustomize,
    kubeconform: tool('kubeconform'),
    'kube-score': tool('kube-score'),
    actionlint: tool('actionlint'),
  }
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: home,
    WORLD: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    npm_config_cache: process.env['npm_config_cache'] ?? join(process.env['HOME'] ?? home, '.npm'),
    ...(process.env['npm_config_registry'] ? { npm_config_registry: process.env['npm_config_registry'] } : {}),
  }
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: remote, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  const path = (name: string): string => join(directory, name)
  const state = <T>(name: string, fallback: T): T =>
    existsSync(path(name)) ? (JSON.parse(readFileSync(path(name), 'utf8')) as T) : fallback
  const setState = (name: string, value: unknown): void => writeFileSync(path(name), JSON.stringify(value))
  setState('state.json', { registry: registry.host, http, curl: tool('curl'), tools })
  setState('argocd.json', { token: 'argocd-token' })
  return {
    directory,
    remote,
    registry: { host: registry.host, token: registryToken },
    env,
    token: (actor, permissions) => {
      const token = `token-${randomBytes(8).toString('hex')}`
      setState('tokens.json', { ...state('tokens.json', {}), [token]: { id: ACTORS[actor], permissions } })
      return token
    },
    calls: (program) => readCalls(directory).filter((call) => call.program === program),
    state,
    setState,
    git,
    commit: (branch, message, change) => commitAsPerson({ directory, remote, env }, { branch, message, change }),
    merge: (branch, how) => {
      const parents = how === 'merge' ? ['-p', 'master', '-p', branch] : ['-p', 'master']
      const who = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org']
      const merged = git(...who, 'commit-tree', ...parents, '-m', `Merge ${branch}`, `${branch}^{tree}`)
      git('update-ref', 'refs/heads/master', merged)
      return merged
    },
    protect: (without = []) => setState('rulesets.json', readRulesets(without)),
  }
}

function readCalls(directory: string): Call[] {
  const file = join(directory, 'calls.jsonl')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Call)
}

/** The files of .github/rulesets, with the App's id as its README puts it in. */
function readRulesets(without: readonly string[]): unknown[] {
  return ['stg', 'master'].map((name) => {
    const text = readFileSync(join(STARTER, `.github/rulesets/${name}.json`), 'utf8')
    const ruleset = JSON.parse(text) as { bypass_actors: { actor_id: number }[]; rules: { type: string }[] }
    const rules = ruleset.rules.filter(({ type }) => !without.includes(type))
    if (without.length > 0) return { ...ruleset, rules, bypass_actors: [] }
    return { ...ruleset, bypass_actors: ruleset.bypass_actors.map((actor) => ({ ...actor, actor_id: ACTORS.app })) }
  })
}

function makePrograms(directory: string, fakeNpm: boolean): string {
  const bin = join(directory, 'bin')
  mkdirSync(bin)
  const script = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  for (const name of ['gh', 'docker', 'curl']) script(name, `exec node "${FAKES}${name}.mjs" "$@"`)
  for (const name of ['go', 'pipx', ...(fakeNpm ? ['npm'] : [])])
    script(name, `FAKE=${name} exec node "${FAKES}install.mjs" "$@"`)
  script('yq', `exec "${yq}" "$@"`)
  // Waiting is for the pipeline; a test has nothing to wait for.
  script('sleep', 'exit 0')
  writeFileSync(join(directory, 'argocd'), `#!/bin/sh\nexec node "${FAKES}argocd.mjs" "$@"\n`)
  return bin
}

/** Branches master and stg of one commit: what the starter is copied to. */
function makeRemote(directory: string): string {
  const [remote, work] = [join(directory, 'remote.git'), join(directory, 'work')]
  mkdirSync(work)
  copyStarter(work)
  const git = (cwd: string, ...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org', ...args], { cwd, stdio: 'pipe' })
  }
  git(directory, 'init', '--quiet', '--bare', '--initial-branch=master', remote)
  git(remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  git(work, 'init', '--quiet', '--initial-branch=master')
  git(work, 'add', '--all')
  git(work, 'commit', '--quiet', '--message', 'Start')
  git(work, 'push', '--quiet', remote, 'master', 'master:stg')
  const hook = join(remote, 'hooks/pre-receive')
  mkdirSync(join(remote, 'hooks'), { recursive: true })
  writeFileSync(hook, `#!/bin/sh\nexec node "${FAKES}pre-receive.mjs"\n`)
  chmodSync(hook, 0o755)
  return remote
}

interface Place {
  readonly directory: string
  readonly remote: string
  readonly env: Readonly<Record<string, string>>
}

interface Change {
  readonly branch: string
  readonly message: string
  readonly change: (directory: string) => void
}

function commitAsPerson({ directory, remote, env }: Place, { branch, message, change }: Change): string {
  const work = join(directory, `person-${randomBytes(4).toString('hex')}`)
  const identity = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org']
  const git = (...args: string[]): string =>
    execFileSync('git', [...identity, ...args], {
      cwd: existsSync(work) ? work : directory,
      env: { ...env, PERSON: '1', MERGED_PULL_REQUEST: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  git('clone', '--quiet', remote, work)
  const exists = git('branch', '--remotes', '--list', `origin/${branch}`) !== ''
  git('checkout', '--quiet', ...(exists ? [branch] : ['-b', branch]))
  change(work)
  git('add', '--all')
  git('commit', '--quiet', '--allow-empty', '--message', message)
  git('push', '--quiet', 'origin', branch)
  return git('rev-parse', 'HEAD')
}

/** What is behind https://argocd.example.com, https://github.com and the container's port; gives its address. */
async function serveHosts(directory: string): Promise<string> {
  const program = readFileSync(join(directory, 'argocd'))
  const sums = `${createHash('sha256').update(program).digest('hex')}  argocd-linux-amd64\n`
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const answer = answerRequest(
        { directory, program, sums },
        { url: request.url ?? '', headers: request.headers, body },
      )
      if (!answer.ok) appendFileSync(join(directory, 'refused.txt'), `${request.url}\n`)
      response.writeHead(answer.ok ? 200 : 404).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
