import { execFileSync } from 'node:child_process'
import { hasDigest, pushIndex } from './registry.ts'
import type { World } from './world.ts'

type Texts = Readonly<Record<string, string>>

/** One use of an action: its evaluated inputs and what it may touch. */
export interface Use {
  readonly world: World
  readonly event: { readonly branch: string; readonly sha: string }
  readonly with: Texts
  /** The job's GITHUB_TOKEN. */
  readonly token: string
  readonly workspace: string
}

/** What the actions do that a test cannot run; data/actions.json says why each is not. */
export const ACTIONS: Readonly<Record<string, (use: Use) => Texts | Promise<Texts>>> = {
  'actions/checkout': checkout,
  'actions/create-github-app-token': createToken,
  'actions/setup-node': () => ({}),
  'docker/setup-buildx-action': () => ({}),
  'docker/build-push-action': build,
  'anchore/scan-action': scan,
  'github/codeql-action/upload-sarif': () => ({}),
  'actions/attest': attest,
}

function checkout(use: Use): Texts {
  demand(use, 'contents', 'read')
  if (use.with['persist-credentials'] !== 'false') throw new Error('the token would stay on disk')
  const git = (...args: string[]): void => {
    execFileSync('git', args, { cwd: use.workspace, env: use.world.env, stdio: 'pipe' })
  }
  const asked = use.with['ref'] ?? ''
  const isCommit = /^[0-9a-f]{40}$/.test(asked)
  const branch = asked === '' ? use.event.branch : asked
  const source = isCommit ? asked : asked === '' ? use.event.sha : `refs/heads/${asked}`
  git('init', '--quiet')
  git('remote', 'add', 'origin', `file://${use.world.remote}`)
  const depth = use.with['fetch-depth'] ?? '1'
  if (depth === '0') git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*')
  if (isCommit) {
    git('fetch', '--quiet', ...(depth === '0' ? [] : ['--depth', depth]), 'origin', source)
    git('checkout', '--quiet', '--detach', 'FETCH_HEAD')
  } else {
    git(
      'fetch',
      '--quiet',
      ...(depth === '0' ? [] : ['--depth', depth]),
      'origin',
      `+${source}:refs/remotes/origin/${branch}`,
    )
    git('checkout', '--quiet', '-B', branch, `refs/remotes/origin/${branch}`)
  }
  return { ref: source }
}

function createToken({ world, with: given }: Use): Texts {
  if (given['private-key'] !== 'the-key') throw new Error('Input required and not supplied: private-key')
  const permissions = Object.entries(given)
    .filter(([name]) => name.startsWith('permission-'))
    .map(([name, level]) => [name.slice('permission-'.length), level])
  return { token: world.token('app', Object.fromEntries(permissions) as Texts) }
}

async function build(use: Use): Promise<Texts> {
  if (use.with['push'] !== 'true') return {}
  demand(use, 'packages', 'write')
  const [repository = '', tag = ''] = (use.with['tags'] ?? '').replace('ghcr.io/', '').split(':')
  const builds = use.world.state<string[]>('builds.json', [])
  use.world.setState('builds.json', [...builds, tag])
  const platforms = (use.with['platforms'] ?? 'linux/amd64').split(',')
  return { digest: await pushIndex(use.world.registry, { repository, tag, platforms, build: builds.length }) }
}

async function scan({ world, with: given }: Use): Promise<Texts> {
  const [name = '', digest = ''] = (given['image'] ?? '').replace('ghcr.io/', '').split('@')
  if (!(await hasDigest(world.registry, name, digest))) throw new Error(`nothing to scan at ${given['image']}`)
  if (world.state('vulnerable.json', false))
    throw new Error('Failed minimum severity level. Found vulnerabilities with level high or higher')
  return { sarif: 'results.sarif' }
}

function attest(use: Use): Texts {
  demand(use, 'attestations', 'write')
  demand(use, 'id-token', 'write')
  const digest = use.with['subject-digest'] ?? ''
  const all = use.world.state<Texts>('attestations.json', {})
  use.world.setState('attestations.json', { ...all, [digest]: 'acme/shop/.github/workflows/image.yaml' })
  return {}
}

function demand({ world, token }: Use, permission: string, level: string): void {
  const held = world.state<Record<string, { permissions: Texts }>>('tokens.json', {})[token]?.permissions[permission]
  if (held !== 'write' && held !== level)
    throw new Error(`Resource not accessible by integration: ${permission}: ${level}`)
}
