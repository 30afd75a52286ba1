import { execFile, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

/** The folder whose content is the root of the user's repository. */
export const STARTER = fileURLToPath(new URL('../../', import.meta.url))
export const NO_DIGEST = `sha256:${'0'.repeat(64)}`
export const ENVIRONMENTS = ['staging', 'production'] as const
export type Environment = (typeof ENVIRONMENTS)[number]
/** The cluster that the starter's pull-request workflow renders for. */
export const KUBERNETES_VERSION = '1.36.0'

export interface Run {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; never throws for its exit code. */
export function run(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      { cwd: options.cwd ?? STARTER, env: options.env ?? process.env, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const status = error ? error.code : 0
        if (typeof status === 'number') resolve({ status, stdout, stderr })
        else reject(error ?? new Error(file))
      },
    )
    // A program may end before it has read all, or anything.
    child.stdin?.on('error', () => undefined).end(options.input ?? '')
  })
}

/** Runs a program that must succeed, and gives its output. */
export async function output(
  file: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<string> {
  const result = await run(file, args, options)
  if (result.status !== 0)
    throw new Error(`${file} ${args.join(' ')}: exit ${result.status}\n${result.stdout}${result.stderr}`)
  return result.stdout
}

/** The path of a real tool, from PEERS_BIN or PATH; undefined when this machine has none. `isIt` tells namesakes apart. */
export function tool(name: string, isIt: (path: string) => boolean = () => true): string | undefined {
  const folders = [process.env['PEERS_BIN'], ...(process.env['PATH'] ?? '').split(':')]
  return folders
    .filter((folder): folder is string => Boolean(folder))
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path) && isIt(path))
}

/** mikefarah's yq: Debian's package of that name is another program. */
export const yq = tool('yq', (path) =>
  spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.includes('mikefarah'),
)

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A new folder, gone after the test file. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'starter-'))
  folders.push(folder)
  return folder
}

const NOT_COPIED = /^(tests|placeholders\.json)$|(^|\/)(node_modules|dist|build)$/

/** Copies what a user's repository gets. */
export function copyStarter(to: string): void {
  cpSync(STARTER, to, { recursive: true, filter: (path) => !NOT_COPIED.test(relative(STARTER, path)) })
}

/** All files of the starter that a user gets, relative to its root. */
export function starterFiles(folder = ''): string[] {
  return readdirSync(join(STARTER, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (NOT_COPIED.test(path)) return []
    return entry.isDirectory() ? starterFiles(path) : [path]
  })
}
