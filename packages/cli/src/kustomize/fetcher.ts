import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SourceTree } from '@slipway/diag'
import { type Fetcher, KustomizeError, type RepoSpec, parseRepoSpec } from '@slipway/kustomize'
import { directoryTree } from './disk-tree.ts'

/** A fetcher that clones with git and downloads over HTTP; what it cloned is gone after {@link close}. */
export interface DiskFetcher extends Fetcher {
  close(): void
}

type Environment = Readonly<Record<string, string | undefined>>

/** Opens a fetcher that waits for its processes: a build is one synchronous function. */
export function openFetcher(env: Environment): DiskFetcher {
  const clones = new Map<string, string>()
  return {
    repository: (spec) => repository(spec, { clones, env }),
    file: (url) => download(url, env),
    close: () => {
      for (const path of clones.values()) rmSync(path, { recursive: true, force: true })
    },
  }
}

function repository(spec: RepoSpec, at: { clones: Map<string, string>; env: Environment }): SourceTree {
  const key = `${spec.cloneUrl}\n${spec.ref}\n${spec.submodules}`
  const known = at.clones.get(key)
  if (known !== undefined) return directoryTree(known)
  const path = mkdtempSync(join(tmpdir(), 'kustomize-'))
  at.clones.set(key, path)
  const git = (...args: string[]): void => runGit(args, { path, env: at.env, seconds: spec.timeoutSeconds })
  git('init')
  git('remote', 'add', 'origin', '--', spec.cloneUrl)
  git('fetch', '--depth=1', '--', spec.cloneUrl, spec.ref || 'HEAD')
  git('checkout', 'FETCH_HEAD')
  if (spec.submodules) git('submodule', 'update', '--init', '--recursive')
  return directoryTree(path)
}

function runGit(args: readonly string[], at: { path: string; env: Environment; seconds: number }): void {
  try {
    execFileSync('git', args, { cwd: at.path, env: at.env, timeout: at.seconds * 1000, stdio: 'pipe' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ETIMEDOUT') {
      throw new KustomizeError(
        'KUSTOMIZE_REMOTE',
        `hit ${at.seconds}s timeout running '${programPath(at.env)} ${args.join(' ')}'`,
        { cause: error },
      )
    }
    const message = `failed to run ${programPath(at.env)} ${args.join(' ')}: ${detail(error)}`
    throw new KustomizeError('KUSTOMIZE_REMOTE', message, {
      cause: error,
      hint: 'Check the URL, the ref and your access to the repository.',
    })
  }
}

function programPath(env: Environment): string {
  try {
    return execFileSync('sh', ['-c', 'command -v git'], { env, encoding: 'utf8' }).trim()
  } catch {
    return 'git'
  }
}

function detail(error: unknown): string {
  return String((error as { stderr?: Buffer }).stderr ?? error).trim()
}

const REFUSED = 3
const MAX_BYTES = 256 * 1024 * 1024

// A process of its own, because the build waits for the answer.
const SCRIPT = `
const response = await fetch(process.argv[1])
if (!response.ok) { process.stderr.write(response.status + ' (' + response.statusText + ')'); process.exit(${REFUSED}) }
process.stdout.write(Buffer.from(await response.arrayBuffer()))
`

function download(url: string, env: Environment): Uint8Array {
  try {
    return execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT, url], {
      env,
      stdio: 'pipe',
      maxBuffer: MAX_BYTES,
    })
  } catch (error) {
    throw new KustomizeError('KUSTOMIZE_REMOTE', downloadProblem(url, error), { cause: error })
  }
}

function downloadProblem(url: string, error: unknown): string {
  const refused = (error as { status?: number }).status === REFUSED
  if (!refused) return `Get ${JSON.stringify(url)}: ${detail(error).split('\n')[0] ?? ''}`
  return parseRepoSpec(url) === undefined ? `HTTP Error: status code ${detail(error)}` : 'URL is a git repository'
}
