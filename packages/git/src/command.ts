import { spawn, spawnSync } from 'node:child_process'
import { isSystemError } from '@slipway/diag'
import { FIRM_SETTINGS, gitEnvironment, type Environment } from './environment.ts'
import { GitError } from './errors.ts'
import { errorOfFailure } from './failure.ts'

/** One run of git. */
export interface GitCall {
  readonly args: readonly string[]
  readonly input?: string | Uint8Array
  readonly env?: Environment
  /** Exit codes besides 0 that are an answer, not a failure. */
  readonly accept?: readonly number[]
  readonly signal?: AbortSignal
}

/** What git printed. */
export interface GitAnswer {
  readonly code: number
  readonly stdout: Buffer
  readonly text: string
}

/** Runs git in one directory. */
export interface GitRunner {
  readonly directory: string
  readonly env: Environment
  run(call: GitCall): Promise<GitAnswer>
  /** Blocks the thread: only for what a synchronous source tree could not fetch ahead. */
  runNow(args: readonly string[]): Buffer
}

const LARGEST_ANSWER = 512 * 1024 * 1024

/** Makes a runner; nothing is started before the first call. */
export function gitRunner(directory: string, env: Environment): GitRunner {
  return {
    directory,
    env,
    run: (call) => run({ directory, env }, call),
    runNow: (args) => {
      const all = [...FIRM_SETTINGS, ...args]
      const options = { cwd: directory, env: gitEnvironment(env), maxBuffer: LARGEST_ANSWER }
      const { status, stdout, stderr, error } = spawnSync('git', all, options)
      if (error !== undefined) throw startError(error)
      if (status !== 0) throw errorOfFailure({ args, directory, code: status ?? -1, stderr: stderr.toString() })
      return stdout
    },
  }
}

/** What a git process is started with. */
export interface GitPlace {
  readonly directory: string
  readonly env: Environment
  /** Leads a process group of its own. */
  readonly leads?: boolean
}

/** Starts a git process with a clean environment and pipes. */
export function startGit(place: GitPlace, args: readonly string[], extra: Environment = {}) {
  return spawn('git', [...FIRM_SETTINGS, ...args], {
    cwd: place.directory,
    env: gitEnvironment(place.env, extra),
    detached: place.leads === true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** Turns the failure to start git into a refusal that says what to install. */
export function startError(error: unknown): GitError {
  if (isSystemError(error, 'ENOENT'))
    return new GitError('GIT_NOT_INSTALLED', 'git is not installed, or the directory does not exist', {
      cause: error,
      hint: 'install git 2.31 or newer and make sure that it is on PATH',
    })
  return new GitError('GIT_FAILED', 'git could not be started', { cause: error, fault: 'system' })
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid)
  } catch (error) {
    if (!isSystemError(error, 'ESRCH')) throw error
  }
}

function run(place: GitPlace, call: GitCall): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    // Git does not end the helpers that it fetches with: what can be aborted leads a process group.
    const child = startGit({ ...place, leads: call.signal !== undefined }, call.args, call.env)
    const out: Buffer[] = []
    const err: Buffer[] = []
    const abort = (): void => endGroup(child.pid)
    call.signal?.addEventListener('abort', abort, { once: true })
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => reject(startError(error)))
    child.on('close', (code) => {
      call.signal?.removeEventListener('abort', abort)
      const stderr = Buffer.concat(err).toString()
      const known = code === 0 || (code !== null && call.accept?.includes(code) === true)
      if (!known)
        return reject(errorOfFailure({ args: call.args, directory: place.directory, code: code ?? -1, stderr }))
      const stdout = Buffer.concat(out)
      resolve({ code: code ?? 0, stdout, text: stdout.toString() })
    })
    child.stdin.end(call.input)
  })
}
