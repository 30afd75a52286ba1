import { spawn } from 'node:child_process'
import { gitEnvironment, GitError } from '@slipway/git'

/** What a git command printed. */
export interface GitOutput {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

// The user's hooks belong to the user's own commands.
const FIRM = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false']

/** Runs a git command that the `git` package has no method for: one on a work tree, or one that does several steps at once. */
export async function runGit(directory: string, args: readonly string[], input = ''): Promise<GitOutput> {
  const child = spawn('git', [...FIRM, ...args], {
    cwd: directory,
    env: gitEnvironment(process.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A command that ends before it has read all says why on stderr.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', (error) =>
      reject(new GitError('GIT_NOT_INSTALLED', 'git could not be started', { cause: error })),
    )
    child.on('close', (status) => resolve(status ?? -1))
  })
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }
}

/** As {@link runGit}; gives the output. @throws GitError `GIT_FAILED` with what git said, for any exit code but 0 */
export async function gitText(directory: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runGit(directory, args)
  if (code === 0) return stdout
  throw new GitError('GIT_FAILED', stderr.trim() || `git ${args[0] ?? ''} ended with exit code ${code}`, {
    fault: 'system',
  })
}
